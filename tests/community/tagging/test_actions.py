import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from community.models import Notification, ProposalStatus, TagProposal
from community.tagging import actions
from repository.models import Tag
from repository.workflow import ActionRefused
from tests.factories import CaseStudyFactory, UserFactory, WebinarFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(colleague):
    return CaseStudyFactory(published=True, authors=[colleague], tags=["rail"])


def names(subject) -> list[str]:
    return [tag.name for tag in subject.tags.all()]


def notices() -> list[tuple]:
    rows = Notification.objects.order_by("pk")
    return [*rows.values_list("member__handle", "event")]


def propose(subject, name, by):
    return actions.propose(subject=subject, name=name, by=by)


def test_propose_is_pending_and_notifies_the_authors(case, member):
    proposal = propose(case, "Port", member)
    assert (proposal.status, proposal.folded, names(case)) == ("waiting", "port", ["rail"])
    assert notices() == [("colleague", "tag.proposed")]
    # A tag that only waits exists nowhere.
    assert [*Tag.objects.values_list("name", flat=True)] == ["rail"]


def test_propose_twice_is_one_proposal(case, member, stranger):
    assert propose(case, "Port", member) == propose(case, "port", member)
    with pytest.raises(ActionRefused, match="already"):
        propose(case, "PORT", stranger)
    assert TagProposal.objects.count() == 1


def test_propose_as_author_or_moderator_adds_the_tag_at_once(case, colleague, moderator):
    moderator.user_permissions.add(moderate())
    assert propose(case, "port", colleague).status == ProposalStatus.ACCEPTED
    proposal = propose(case, "tax", type(moderator).objects.get(pk=moderator.pk))
    assert proposal.status == ProposalStatus.ACCEPTED
    assert (names(case), notices()) == (["rail", "port", "tax"], [])


def moderate():
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename="moderate", content_type__app_label="community")


@pytest.mark.parametrize("name", ["rail", "RAIL", "casino"])
def test_propose_an_existing_or_blocked_tag_is_refused(case, member, name):
    Tag.objects.create(name="casino", is_blocked=True)
    with pytest.raises(ActionRefused):
        propose(case, name, member)
    assert not TagProposal.objects.exists()


def test_propose_for_an_unpublished_subject_is_refused(member):
    for subject in (CaseStudyFactory(), CaseStudyFactory(archived=True)):
        with pytest.raises(ActionRefused):
            propose(subject, "port", member)


def test_propose_at_most_ten_an_hour(member):
    webinars = WebinarFactory.create_batch(11)
    for webinar in webinars[:10]:
        propose(webinar, "port", member)
    with pytest.raises(ActionRefused, match="many"):
        propose(webinars[10], "port", member)


def test_propose_an_eleventh_tag_is_refused(case, member):
    case.tags.set(list("abcdefghij"))
    with pytest.raises(ActionRefused, match="maximum"):
        propose(case, "port", member)


def test_accept_adds_the_tag_and_notifies(case, member, colleague):
    proposal = actions.accept(proposal=propose(case, "Port", member), by=colleague)
    assert (proposal.status, proposal.decided_by) == ("accepted", colleague)
    assert names(case) == ["rail", "Port"]
    assert notices()[1:] == [("member", "tag.accepted")]


def test_decline_adds_no_tag_and_notifies(case, member, colleague):
    actions.decline(proposal=propose(case, "Port", member), by=colleague)
    assert (names(case), notices()[1:]) == (["rail"], [("member", "tag.declined")])


@pytest.mark.parametrize("act", [actions.accept, actions.decline])
def test_answer_is_refused_to_others_and_twice(case, member, stranger, colleague, act):
    proposal = propose(case, "Port", member)
    for other in (member, stranger):
        with pytest.raises(ActionRefused, match="author or a moderator"):
            act(proposal=proposal, by=other)
    act(proposal=proposal, by=colleague)
    with pytest.raises(ActionRefused, match="Someone has already answered this proposal"):
        act(proposal=proposal, by=colleague)


def test_accept_is_refused_for_a_tag_blocked_in_the_meantime(case, member, colleague):
    proposal = propose(case, "casino", member)
    Tag.objects.create(name="Casino", is_blocked=True)
    with pytest.raises(ActionRefused, match="as a tag here"):
        actions.accept(proposal=proposal, by=colleague)
    assert names(case) == ["rail"]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({}, "tag_proposal_unique"),
        ({"name": ""}, "tag_proposal_has_name"),
        ({"name": "x", "status": "odd"}, "tag_proposal_"),
        ({"name": "x", "status": "accepted"}, "tag_proposal_decided_has_date"),
        ({"name": "x", "decided_at": timezone.now()}, "tag_proposal_decided_has_date"),
    ],
)
def test_refuse_invalid_rows(case, member, values, constraint):
    TagProposal.objects.create(subject=case, name="port", by=member)
    row = {"subject": case, "name": "PORT", "by": UserFactory()} | values
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        TagProposal.objects.create(**row)
