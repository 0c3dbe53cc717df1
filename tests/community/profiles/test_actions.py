import pytest
from django.utils.translation import override

from community.profiles.actions import change_profile
from repository.workflow import ActionRefused

CHANGES = {"display_name": "Amina", "handle": "amina", "language": "fr"}


def test_change_profile_works_and_is_harmless_twice(member):
    for _ in range(2):
        user = change_profile(user=member, by=member, **CHANGES)
        user.refresh_from_db()
        assert {name: getattr(user, name) for name in CHANGES} == CHANGES


def test_change_profile_is_refused_to_a_stranger(member, stranger):
    with pytest.raises(ActionRefused):
        change_profile(user=member, by=stranger, **CHANGES)


def test_change_profile_is_refused_with_a_handle_that_was_just_taken(member, colleague):
    with override("en"), pytest.raises(ActionRefused, match="handle is already taken"):
        change_profile(user=member, by=member, **CHANGES | {"handle": "colleague"})

    member.refresh_from_db()
    assert (member.handle, member.display_name) == ("member", "Member")


def test_change_profile_is_recorded_in_the_history(member):
    change_profile(user=member, by=member, **CHANGES)

    assert list(member.events.order_by("pgh_id").values_list("pgh_label", "handle")) == [
        ("insert", "member"),
        ("update", "amina"),
    ]
