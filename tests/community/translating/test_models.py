"""What the overview of translations is told of the work of members."""

import pytest

from community.translating.actions import claim
from repository.translations.overview import Filters, WorkState, listed
from tests.community.translating.proposals import kind_of, submitted
from tests.community.translating.test_actions import lapse
from tests.factories import PracticeFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="Few.", description="One.", needs="")


def cell(language="es"):
    [row], _total = listed(Filters(kind="practice"), stop=5)
    return next(each for each in row.cells if each.language == language)


def found(state, language="es"):
    return listed(Filters(kind="practice", state=state, language=language), stop=5)[1]


def test_a_claim_is_shown_until_it_ends(practice, member, django_assert_num_queries):
    claimed = claim(kind=kind_of(practice), row=practice, language="es", by=member)
    assert (cell().work, cell().until) == (WorkState.CLAIMED, claimed.claimed_until)
    assert cell("fr").work is None
    assert (found("claimed"), found("claimed", "fr"), found("suggested")) == (1, 0, 0)
    with django_assert_num_queries(1):
        listed(Filters(), stop=5)
    lapse(claimed)
    assert cell().work is None
    assert found("claimed") == 0


def test_a_submission_that_waits_is_shown_without_its_text(client, practice, member, colleague):
    submitted(practice, member)
    assert (cell().work, cell().until) == (WorkState.SUGGESTED, None)
    assert found("suggested") == 1
    client.force_login(colleague)
    page = page_of(client.get("/translations/", {"language": "es"}))
    [row] = page.select(".translation-languages li")
    assert row.text == "Parcels Practice Missing Waiting for review"
    assert str(member) not in page.html
    assert page.link("Parcels") == f"/translations/practice/{practice.pk}/es/"
