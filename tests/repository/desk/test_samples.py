"""The mark of samples in the lists of the staff desk."""

import pytest

from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    ClusterFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    SeriesFactory,
    UserFactory,
    WebinarFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


def city(is_sample: bool):
    return CityFactory(is_sample=is_sample)


# The list, and what makes a row of it.
LISTS = {
    "repository/city": city,
    "repository/casestudy": lambda is_sample: CaseStudyFactory(is_sample=is_sample),
    "repository/series": lambda is_sample: SeriesFactory(is_sample=is_sample),
    "repository/webinar": lambda is_sample: WebinarFactory(
        series=SeriesFactory(is_sample=is_sample)
    ),
    "community/user": lambda is_sample: UserFactory(is_sample=is_sample),
    "partnerships/offer": lambda is_sample: OfferFactory(city=city(is_sample)),
    "partnerships/need": lambda is_sample: NeedFactory(city=city(is_sample)),
    "partnerships/cluster": lambda is_sample: ClusterFactory(is_sample=is_sample),
}


@pytest.mark.parametrize("path", LISTS)
def test_mark_samples_in_a_list(path, administrator):
    for is_sample in (False, True):
        LISTS[path](is_sample)
    client = DeskClient()
    client.force_login(administrator)
    rows = page_of(client.get(f"/admin/{path}/")).select("#result_list tbody tr")
    assert len(rows) > 1
    assert [each.text for row in rows for each in row.select(".sample")] == ["Sample"]


def test_mark_samples_among_what_brokers_have_to_do(administrator):
    for is_sample in (False, True):
        OfferFactory(pending=True, city=city(is_sample))
        PartnershipRequestFactory(submitted=True, city=city(is_sample))
    client = DeskClient()
    client.force_login(administrator)
    page = page_of(client.get("/admin/partnerships/pipeline/?todo=offer"))
    for rows in (".due-rows > li", ".requests > li"):
        marks = [[each.text for each in row.select(".sample")] for row in page.select(rows)]
        assert sorted(marks) == [[], ["Sample"]]
