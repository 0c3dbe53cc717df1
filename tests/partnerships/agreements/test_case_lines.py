"""The page of a case names the public partnerships that have to do with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import Partnership
from tests.factories import CaseStudyFactory, PartnershipFactory

pytestmark = pytest.mark.django_db
CAME, BEGAN = "Came of the partnership:", "A partnership began with it:"


@pytest.fixture
def case():
    return CaseStudyFactory(published=True)


def told(client, case) -> tuple[int, int]:
    page = client.get(case.get_absolute_url()).text
    return page.count(CAME), page.count(BEGAN)


def test_name_what_came_of_it_and_what_it_came_of(client, case):
    PartnershipFactory(is_public=True, resulting_case=case, inspired_by=None)
    PartnershipFactory(is_public=True, inspired_by=case)
    PartnershipFactory(is_public=True, inspired_by=case, title="A <b>partnership")
    assert told(client, case) == (1, 2)
    assert "A &lt;b&gt;partnership</a>" in client.get(case.get_absolute_url()).text


def test_name_none_that_is_not_public(client, case):
    PartnershipFactory(is_public=False, resulting_case=case)
    PartnershipFactory(is_public=False, inspired_by=case)
    PartnershipFactory(is_public=True)
    assert told(client, case) == (0, 0)


def test_ask_no_query_more(client, case):
    client.get(case.get_absolute_url())
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert told(client, case)[1] == Partnership.objects.count()
        counts.append(len(queries))
        PartnershipFactory(is_public=True, inspired_by=case)
    assert len(set(counts)) == 1
