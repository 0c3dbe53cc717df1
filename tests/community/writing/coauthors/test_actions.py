import pytest
from django.utils import timezone

from community.models import Invitation, Notification
from community.writing.coauthors import actions
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused
from tests.community.writing.drafts.cases import as_user
from tests.factories import CaseStudyFactory


@pytest.fixture
def case(member):
    return CaseStudyFactory(slug="rail", title="Rail", authors=[member])


@pytest.fixture
def invitation(case, member, colleague):
    return actions.invite(case=case, handle="@Colleague", by=member)


def authors(case) -> list[str]:
    return sorted(author.handle for author in case.authors.all())


def test_invite_notifies_the_member(invitation, colleague):
    notice = Notification.objects.get()
    assert (notice.member, notice.event, notice.subject) == (
        colleague,
        "author.invited",
        invitation,
    )
    assert (str(invitation), invitation.get_absolute_url()) == (
        "Rail",
        f"/invitations/{invitation.pk}/",
    )


@pytest.mark.parametrize(
    ("handle", "words"),
    [
        ("", "No member"),
        ("nobody", "No member"),
        ("member", "already an author"),
        ("colleague", "already been invited"),
    ],
)
def test_invite_is_refused(handle, words, invitation, case, member):
    with pytest.raises(ActionRefused, match=words):
        actions.invite(case=case, handle=handle, by=member)
    assert Invitation.objects.count() == 1


def test_invite_at_most_ten_authors(case, member, colleague, monkeypatch):
    monkeypatch.setattr(actions, "MAX_AUTHORS", 1)
    with pytest.raises(ActionRefused, match="10 authors"):
        actions.invite(case=case, handle="colleague", by=member)


def test_accept_and_write_together(invitation, case, colleague):
    assert as_user(colleague).get("/cases/rail/edit/").status_code == 404
    path = f"/invitations/{invitation.pk}/"
    assert as_user(colleague).get(path).context["case"] == case
    response = as_user(colleague).post(f"{path}accept/")
    assert response.headers["Location"] == "/cases/rail/edit/?step=title#authors"
    assert authors(case) == ["colleague", "member"]
    assert as_user(colleague).get("/cases/rail/edit/").status_code == 200
    as_user(colleague).post(f"{path}accept/")
    with pytest.raises(ActionRefused, match="already been answered"):
        actions.decline(invitation=invitation, by=colleague)
    assert authors(case) == ["colleague", "member"]


def test_decline_gives_no_access(invitation, case, colleague):
    path = f"/invitations/{invitation.pk}/"
    assert as_user(colleague).post(f"{path}decline/").headers["Location"] == path
    assert authors(case) == ["member"]
    assert as_user(colleague).get("/cases/rail/edit/").status_code == 404


def test_authors_are_notified_of_changes_among_them(invitation, case, member, colleague, stranger):
    actions.accept(invitation=invitation, by=colleague)
    second = actions.invite(case=case, handle="stranger", by=member)
    actions.decline(invitation=second, by=stranger)
    actions.leave(case=case, by=colleague)
    notices = [
        [notice.event for notice in person.notifications.order_by("pk")]
        for person in (member, colleague, stranger)
    ]
    assert notices == [
        ["author.joined", "author.declined", "author.left"],
        ["author.invited", "author.declined"],
        ["author.invited"],
    ]


def test_answer_is_for_the_invited_member(invitation, case, member, stranger, client):
    path = f"/invitations/{invitation.pk}/"
    assert as_user(stranger).get(path).status_code == 404
    assert as_user(stranger).post(f"{path}accept/").status_code == 404
    assert as_user(stranger).get(f"{path}accept/").status_code == 405
    assert client.post(f"{path}accept/").status_code == 302
    assert as_user(stranger).post(f"{path}burn/").status_code == 404
    as_user(member).post(f"{path}accept/")  # an author cannot accept for another
    assert authors(case) == ["member"]


def test_accept_a_withdrawn_invitation_is_refused(invitation, case, member, colleague):
    as_user(member).post(f"/invitations/{invitation.pk}/withdraw/")
    with pytest.raises(ActionRefused, match="already been answered: Withdrawn"):
        actions.accept(invitation=invitation, by=colleague)
    again = actions.invite(case=case, handle="colleague", by=member)
    case.authors.clear()
    with pytest.raises(ActionRefused, match="no longer an author"):
        actions.accept(invitation=again, by=colleague)


def test_withdraw_is_for_authors(invitation, colleague):
    with pytest.raises(ActionRefused, match="Only authors"):
        actions.withdraw(invitation=invitation, by=colleague)


def test_leave_is_refused_to_the_last_author(invitation, case, member, colleague, stranger):
    with pytest.raises(ActionRefused, match="only author"):
        actions.leave(case=case, by=member)
    actions.accept(invitation=invitation, by=colleague)
    assert as_user(stranger).post("/cases/rail/authors/leave/").status_code == 404
    assert as_user(member).post("/cases/rail/authors/leave/").headers["Location"] == "/cases/"
    assert authors(case) == ["colleague"]


def test_invite_by_form_is_for_authors(case, member, colleague, stranger, moderator, client):
    path = "/cases/rail/authors/invite/"
    outcomes = [
        who.post(path, {"handle": "colleague"}).status_code
        for who in (client, as_user(stranger), as_user(moderator))
    ]
    assert (outcomes, Invitation.objects.count()) == ([302, 404, 403], 0)
    as_user(member).post(path, {"handle": "colleague"})
    assert Invitation.objects.get().member == colleague


@pytest.mark.parametrize("status", ["published", "declined", "archived"])
def test_invite_and_accept_are_refused_in_other_states(status, case, member, invitation, stranger):
    CaseStudy.objects.filter(pk=case.pk).update(
        status=status, published_at=timezone.now(), archived_reason="Over."
    )
    with pytest.raises(ActionRefused, match="can’t join"):
        actions.invite(case=case, handle="stranger", by=member)
    with pytest.raises(ActionRefused, match="can’t join"):
        actions.accept(invitation=invitation, by=invitation.member)
    assert as_user(invitation.member).get("/desk/").context["waiting"] == []
    # Declining and withdrawing are always possible.
    actions.decline(invitation=invitation, by=invitation.member)
    assert authors(case) == ["member"]


@pytest.mark.parametrize("status", CaseStatus.values)
def test_leave_in_each_state(status, case, member, colleague):
    case.authors.add(colleague)
    CaseStudy.objects.filter(pk=case.pk).update(
        status=status, published_at=timezone.now(), archived_reason="Over."
    )
    actions.leave(case=case, by=member)
    assert authors(case) == ["colleague"]
