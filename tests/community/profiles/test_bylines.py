"""The verified mark and the office stand beside the name of a member."""

import time

import pytest
from django.utils import timezone

from community.accounts.spam_protection import stamp_for
from community.models import Audience, Experience, MemberKind, Membership
from community.profiles import verification
from community.profiles.actions import change_profile
from community.writing.drafts.actions import create_draft
from repository.models import CaseStudy
from tests.community.writing.drafts.cases import whole
from tests.factories import CaseStudyFactory, CityFactory, CommentFactory, ExperienceFactory
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


# The forms to publish say what readers will see, and leave the profile as it is.


def profile(member, **changes) -> Membership:
    values = {"organization": "Port authority", "place": "Kisumu"} | changes
    return Membership.objects.create(member=member, **values)


@pytest.fixture
def submission(member):
    """The page on which the member submits a complete case."""
    case = create_draft(document=whole(), by=member, token="first")
    return f"/cases/{case.slug}/submit/"


@pytest.fixture
def report(db):
    """The page to report an experience with a case."""
    return f"/experiences/case/{CaseStudyFactory(published=True).pk}/new/"


def ticked(client, path) -> list[str]:
    return [box.get("name") for box in page_of(client.get(path)).select("input[checked]")]


@pytest.mark.parametrize("page", ["submission", "report"])
def test_forms_to_publish_tick_nothing_in_advance(page, request, client, member):
    profile(member)
    client.force_login(member)
    assert ticked(client, request.getfixturevalue(page)) == []


@pytest.mark.parametrize(
    ("audience", "of_case", "of_experience"),
    [
        (Audience.PUBLIC, "Member, Port authority, Kisumu", "Member, Port authority"),
        (Audience.MEMBERS, "Member", "Member"),
    ],
)
def test_forms_to_publish_say_what_readers_will_see(
    audience, of_case, of_experience, client, member, submission, report
):
    profile(member, organization_shown=audience, place_shown=audience)
    client.force_login(member)
    for path, shown in ((submission, of_case), (report, of_experience)):
        sentence = f"Readers will see: {shown}. You can change this in your profile."
        assert sentence in page_of(client.get(path)).lines


def test_forms_to_publish_show_the_verified_mark(client, member, submission, report):
    profile(member, kind=MemberKind.POLICYMAKER, verified_at=timezone.now())
    client.force_login(member)
    for path in (submission, report):
        sentence = "Readers will see: Member verified. You can change this in your profile."
        assert sentence in page_of(client.get(path)).lines


def test_submitting_a_case_leaves_the_profile_as_it_is(client, member, submission):
    profile(member)
    client.force_login(member)
    # As a page of the last release sends it.
    client.post(submission, {"byline_asked": "True", "show_byline": "on"})
    assert CaseStudy.objects.get(authors=member).status == "submitted"
    membership = Membership.objects.get(member=member)
    assert (membership.organization_shown, membership.place_shown) == ("members", "members")


def test_sharing_an_experience_leaves_the_profile_as_it_is(client, member, report):
    profile(member)
    city = CityFactory()
    client.force_login(member)
    sent = {"city": city.name, "year": "2023", "status": "adopted", "worked": "One form."}
    sent |= {"website": "", "stamp": stamp_for(member, at=time.time() - 60)}
    client.post(report, sent | {"byline_asked": "True", "show_byline": "on"})
    assert Experience.objects.get().author == member
    membership = Membership.objects.get(member=member)
    assert (membership.organization_shown, membership.place_shown) == ("members", "members")
