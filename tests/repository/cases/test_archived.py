"""An archived case leaves every list: only its own address says that it was there, and why not."""

import pytest

from repository.cases import actions
from repository.pages.editions import forget_all
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    PracticeFactory,
    RecommendationFactory,
    ReferenceFactory,
    TagFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

# Wherever a published case is shown or linked to.
PLACES = [
    "/",
    "/cases/",
    "/cases/?q=harbour",
    "/cases/?theme=customs",
    "/cases/other/",
    "/cases/old-harbour/",
    "/practices/rail/",
    "/cities/abidjan/",
    "/countries/ci/",
    "/webinars/by-rail/",
    "/speakers/li-wei/",
    "/recommendations/",
    "/recommendations/one-window/",
    "/references/",
    "/search/?q=harbour",
    "/search/?q=harbour&partial=1",
    "/tags/port/",
    "/members/member/",
    "/feeds/cases.atom",
    "/sitemap-cases.xml",
]


@pytest.fixture
def case(member):
    """A published case that belongs to all that a case can belong to."""
    country = CountryFactory(iso2="CI")
    shared = {
        "themes": [ThemeFactory(slug="customs")],
        "practices": [PracticeFactory(slug="rail")],
        "cities": [CityFactory(slug="abidjan", country=country)],
    }
    CaseStudyFactory(published=True, slug="other", title="Another", **shared)
    # What all cases share does not relate them.
    CaseStudyFactory(published=True, slug="third")
    talk = AppearanceFactory(webinar__slug="by-rail", speaker__slug="li-wei")
    case = CaseStudyFactory(
        published=True,
        slug="old-harbour",
        title="Old harbour",
        countries=[country],
        webinars=[talk.webinar],
        speakers=[talk.speaker],
        references=[ReferenceFactory()],
        authors=[member],
        tags=[TagFactory(name="port", slug="port")],
        **shared,
    )
    RecommendationFactory(slug="one-window", cases=[case])
    return case


def shown(client, case) -> list[str]:
    """The places that lead to the case, each read as a new visitor would."""
    forget_all()
    return [path for path in PLACES if f"/cases/{case.slug}/" in client.get(path).text]


def test_show_a_case_nowhere_once_it_is_archived(client, case, moderator):
    assert shown(client, case) == PLACES
    actions.archive(case=case, reason="The programme has ended.", by=moderator)
    assert [path for path in shown(client, case) if path != "/cases/old-harbour/"] == []
    assert client.get("/cases/old-harbour/").status_code == 410
    # What only the archived case had under it is gone as well.
    assert "/tags/port/" not in client.get("/sitemap-tags.xml").text

    actions.restore(case=case, by=moderator)
    assert shown(client, case) == PLACES


def test_show_an_archived_case_to_staff_at_its_own_address_alone(
    client, case, moderator, administrator
):
    actions.archive(case=case, reason="The programme has ended.", by=moderator)
    for person in (moderator, administrator):
        client.force_login(person)
        assert [path for path in shown(client, case) if path != "/cases/old-harbour/"] == []
