"""What the deletion page of an account lists of the partnership desk."""

import pytest

from community.privacy.erasure import HELD_ELSEWHERE, what_goes
from partnerships.desk import holdings as desk_holdings
from partnerships.models import RequestCopy
from tests.factories import (
    MatchFactory,
    NeedFactory,
    OfferFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
)

pytestmark = pytest.mark.django_db


def test_list_what_an_erasure_affects(member, colleague):
    RepresentationFactory(member=member)
    RepresentationFactory(member=colleague)
    OfferFactory(created_by=member)
    NeedFactory(created_by=colleague)
    partnership_request = PartnershipRequestFactory(created_by=member)
    # Both answers to one match count once.
    MatchFactory(
        request=partnership_request, requester_answered_by=member, candidate_answered_by=member
    )
    RequestCopy.objects.create(member=member, token="a", sent={})
    found = [(part.name, part.number, str(part.fate)) for part in what_goes(member, erase=True)]
    assert found[9:] == [
        ("Representations", 1, "deleted"),
        ("Offers", 1, "kept without a name"),
        ("Partnership requests", 1, "kept without a name"),
        ("Unsaved request texts", 1, "deleted"),
        ("Answers to proposed partners", 1, "kept without a name"),
    ]


def test_declare_once():
    desk_holdings.declare()
    assert HELD_ELSEWHERE.count(desk_holdings.what_goes) == 1
