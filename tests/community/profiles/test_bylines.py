"""The verified mark and the office stand beside the name of a member."""

import pytest
from django.utils import timezone

from community.models import Audience, Membership
from community.profiles import verification
from community.profiles.actions import change_profile
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def membership(member):
    return Membership.objects.create(
        member=member,
        kind="policymaker",
        organization="Port authority",
        organization_shown=Audience.PUBLIC,
        place="Kisumu",
        verified_at=timezone.now(),
    )


@pytest.fixture
def paths(member):
    case = CaseStudyFactory(published=True, authors=[member])
    CommentFactory(subject=case, author=member)
    other = CaseStudyFactory(published=True)
    ExperienceFactory(subject=other, author=member)
    return [case.get_absolute_url(), other.get_absolute_url(), member.get_absolute_url()]


def marks(client, path) -> int:
    return len(page_of(client.get(path)).select(".verified"))


def test_show_the_mark_wherever_the_name_is(client, membership, paths):
    assert [marks(client, path) for path in paths] == [2, 1, 1]


def test_show_the_office_beside_the_name(client, membership, paths):
    for path in paths[:2]:
        assert "Port authority" in page_of(client.get(path)).text
        assert "Kisumu" not in page_of(client.get(path)).one("main .by").text
    Membership.objects.update(organization_shown=Audience.MEMBERS)
    for path in paths[:2]:
        assert "Port authority" not in client.get(path).text


def test_update_cached_pages_with_the_mark_and_the_office(
    pages, client, membership, paths, member, moderator
):
    assert [marks(client, path) for path in paths] == [2, 1, 1]
    verification.withdraw(member=member, by=moderator, reason="other", message="Moved.")
    assert [marks(client, path) for path in paths] == [0, 0, 0]
    change_profile(
        user=member,
        by=member,
        display_name=member.display_name,
        handle=member.handle,
        language="",
        about={"organization": "Rail office"},
    )
    assert ["Rail office" in client.get(path).text for path in paths[:2]] == [True, True]
