import pytest
from django.db import IntegrityError
from django.utils import timezone

from community.models import Audience, Deletion, Membership
from community.profiles.models import SHOWN_FIELDS


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "king"}, "membership_kind_known"),
        *[
            ({f"{name}_shown": "friends"}, f"membership_{name}_shown_known")
            for name in SHOWN_FIELDS
        ],
        (
            {"kind": "researcher", "verified_at": timezone.now()},
            "membership_verified_policymaker",
        ),
        (
            {"kind": "policymaker", "verified_at": timezone.now(), "asked_at": timezone.now()},
            "membership_verified_policymaker",
        ),
        ({"kind": "researcher", "asked_at": timezone.now()}, "membership_asked_policymaker"),
    ],
)
def test_refuse_invalid_rows(member, fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        Membership.objects.create(member=member, **fields)


def test_refuse_a_deletion_recorded_twice(db):
    moment = timezone.now()
    first = {"number": 1, "joined_at": moment, "erased": True, "deleted_at": moment}
    Deletion.objects.create(**first)

    with pytest.raises(IntegrityError, match="deletion_unique"):
        Deletion.objects.create(**first)


def test_make_nothing_public_unless_asked(member):
    membership = Membership.objects.create(member=member)

    shown = {getattr(membership, f"{name}_shown") for name in SHOWN_FIELDS}
    assert shown == {Audience.MEMBERS}


def test_find_verified_members(member, colleague):
    Membership.objects.create(member=colleague, kind="policymaker")
    verified = Membership.objects.create(
        member=member, kind="policymaker", verified_at=timezone.now()
    )

    assert list(Membership.objects.verified()) == [verified]
