"""The verified mark and the office stand beside the name of a member."""

import pytest
from django.utils import timezone

from community.models import Audience, Membership
from community.profiles import verification
from community.profiles.actions import answer_byline, change_profile
from community.writing.drafts.actions import create_draft
from repository.models import CaseStudy
from repository.workflow import ActionRefused
from tests.community.writing.drafts.cases import whole
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


# The question, asked once on the forms to publish.


def profile(member, **changes) -> Membership:
    values = {"organization": "Port authority", "place": "Kisumu"} | changes
    return Membership.objects.create(member=member, **values)


def shown(member) -> tuple[str, str]:
    membership = Membership.objects.get(member=member)
    return membership.organization_shown, membership.place_shown


@pytest.fixture
def submission(member):
    """The page on which the member submits a complete case."""
    case = create_draft(document=whole(), by=member, token="first")
    return f"/cases/{case.slug}/submit/"


@pytest.fixture
def report(db):
    """The page to report an experience with a case."""
    return f"/experiences/case/{CaseStudyFactory(published=True).pk}/new/"


def question(client, path):
    return page_of(client.get(path)).select("[name=show_byline]")


@pytest.mark.parametrize("page", ["submission", "report"])
def test_ask_with_what_will_be_shown(page, request, client, member):
    path = request.getfixturevalue(page)
    profile(member)
    client.force_login(member)
    [box] = question(client, path)
    assert "checked" in box.attributes
    assert (
        "Readers will see: Member, Port authority, Kisumu. You can change this in your profile."
        in page_of(client.get(path)).lines
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"organization": "", "place": ""},
        {"organization_shown": Audience.NOBODY},
        {"place_shown": Audience.PUBLIC},
        {"byline_answered_at": "2026-01-01T00:00Z"},
    ],
)
def test_do_not_ask_without_need(changes, client, member, submission):
    profile(member, **changes)
    client.force_login(member)
    assert question(client, submission) == []


def test_do_not_ask_members_without_a_profile(client, member, submission):
    client.force_login(member)
    assert question(client, submission) == []


@pytest.mark.parametrize(("sent", "audience"), [({"show_byline": "on"}, "public"), ({}, "members")])
def test_store_the_answer_and_ask_no_more(sent, audience, client, member, submission, report):
    profile(member)
    client.force_login(member)
    client.post(submission, {"byline_asked": "True"} | sent)
    assert CaseStudy.objects.get(authors=member).status == "submitted"
    assert shown(member) == (audience, audience)
    assert question(client, report) == []


def test_nothing_becomes_public_by_omission(client, member, submission, report):
    profile(member)
    client.force_login(member)
    client.post(submission, {"show_byline": "on"})
    assert shown(member) == ("members", "members")
    assert len(question(client, report)) == 1


def test_store_no_answer_of_a_refused_form(client, member, report):
    profile(member)
    client.force_login(member)
    page = page_of(client.post(report, {"byline_asked": "True"}))
    [box] = page.select("[name=show_byline]")
    assert "checked" not in box.attributes
    assert Membership.objects.get().byline_answered_at is None


def test_answer_for_another_is_refused(member, stranger):
    profile(member)
    with pytest.raises(ActionRefused):
        answer_byline(member=member, by=stranger, is_shown=True)
    assert shown(member) == ("members", "members")


def test_answer_twice_keeps_the_first_answer(member):
    profile(member)
    answer_byline(member=member, by=member, is_shown=False)
    answer_byline(member=member, by=member, is_shown=True)
    assert shown(member) == ("members", "members")


def test_answer_updates_the_pages_with_the_name(pages, client, member):
    profile(member)
    case = CaseStudyFactory(published=True, authors=[member])
    CommentFactory(subject=case, author=member)
    path = case.get_absolute_url()
    assert "Port authority" not in page_of(client.get(path)).text
    answer_byline(member=member, by=member, is_shown=True)
    assert "Port authority" in page_of(client.get(path)).text
