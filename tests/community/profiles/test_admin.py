"""Moderators give and take the mark of verified policymakers at the desk."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from community.models import Membership
from tests.desk_client import DeskClient
from tests.page import page_of

LIST = "/admin/community/membership/"


@pytest.fixture
def membership(member):
    return Membership.objects.create(
        member=member,
        kind="policymaker",
        organization="Port authority",
        proof="See our page.",
        asked_at=timezone.now(),
    )


@pytest.fixture
def desk(moderator):
    permission = Permission.objects.get(codename="moderate", content_type__app_label="community")
    moderator.user_permissions.add(permission)
    client = DeskClient()
    client.force_login(moderator)
    return client


def url(membership, verb):
    return f"{LIST}{membership.pk}/{verb}/"


def is_verified(membership) -> bool:
    membership.refresh_from_db()
    return membership.is_verified


def test_give_and_take_the_mark(desk, membership):
    assert "See our page." in page_of(desk.get(url(membership, "verify"))).lines
    for _ in range(2):
        assert desk.post(url(membership, "verify")).url == url(membership, "change")
        assert is_verified(membership)

    words = {"reason": "wrong", "message": "You have changed your office."}
    assert desk.post(url(membership, "withdraw")).status_code == 200
    assert is_verified(membership)
    for _ in range(2):
        assert desk.post(url(membership, "withdraw"), words).url == url(membership, "change")
        assert not is_verified(membership)


def test_change_nothing_by_get(desk, membership):
    desk.get(url(membership, "verify"))

    assert not is_verified(membership)


def test_find_who_waits(desk, membership, colleague):
    Membership.objects.create(member=colleague, kind="policymaker", verified_at=timezone.now())

    for value, name in (("waiting", "Member"), ("yes", "Colleague")):
        rows = desk.get(f"{LIST}?verified={value}").context["cl"].result_list
        assert [str(row) for row in rows] == [name]
    assert member_page(desk, membership) == 200


def member_page(desk, membership) -> int:
    return desk.get(url(membership, "change")).status_code


def test_refuse_the_mark_to_staff_who_do_not_moderate(broker, membership):
    client = DeskClient()
    client.force_login(broker)

    for verb in ("change", "verify", "withdraw"):
        assert client.get(url(membership, verb)).status_code == 403
        assert client.post(url(membership, verb)).status_code == 403
    assert not is_verified(membership)


def test_profiles_are_read_only_at_the_desk(desk, membership):
    assert desk.post(url(membership, "change"), {"organization": "Mine"}).status_code == 403
    assert desk.get(f"{LIST}add/").status_code == 403
    membership.refresh_from_db()
    assert membership.organization == "Port authority"
