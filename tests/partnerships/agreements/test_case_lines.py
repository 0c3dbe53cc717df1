"""The page of a case names the public partnerships related to it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.models import Partnership
from tests.factories import CaseStudyFactory, PartnershipFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
CAME, BEGAN = "Written up from the partnership:", "Partnerships it inspired:"


@pytest.fixture
def case():
    return CaseStudyFactory(published=True)


def partnerships(client, case) -> list[tuple[str, str]]:
    """The introductions and titles of the partnerships on the page of a case."""
    found = []
    for line in page_of(client.get(case.get_absolute_url())).select("p.source"):
        if line.text.startswith((CAME, BEGAN)):
            [(title, _href)] = line.links
            found.append((line.text.removesuffix(f" {title}"), title))
    return found


def test_name_the_partnerships_that_led_to_it_and_followed_from_it(client, case):
    PartnershipFactory(is_public=True, resulting_case=case, inspired_by=None, title="Before")
    PartnershipFactory(is_public=True, inspired_by=case, title="After")
    PartnershipFactory(is_public=True, inspired_by=case, title="A <b>partnership")
    assert sorted(partnerships(client, case)) == [
        (BEGAN, "A <b>partnership"),
        (BEGAN, "After"),
        (CAME, "Before"),
    ]


def test_name_only_public_partnerships(client, case):
    PartnershipFactory(is_public=False, resulting_case=case)
    PartnershipFactory(is_public=False, inspired_by=case)
    PartnershipFactory(is_public=True)
    assert partnerships(client, case) == []


def test_take_a_fixed_number_of_queries(client, case):
    counts = []
    for _ in range(3):
        # Fills what a process keeps for the edition.
        client.get(case.get_absolute_url())
        with CaptureQueriesContext(connection) as queries:
            assert len(partnerships(client, case)) == Partnership.objects.count()
        counts.append(len(queries))
        PartnershipFactory(is_public=True, inspired_by=case)
    assert len(set(counts)) == 1
