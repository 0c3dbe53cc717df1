"""The list of decisions, their pages and the action agree on what can be undone."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from community.models import Decision, Flag, Membership, ProposedPractice, TagProposal, Verb
from community.moderation.appeals.actions import appeal, decide_appeal
from community.moderation.decisions import actions as decisions_actions
from community.moderation.decisions import rules
from community.moderation.decisions import undo as decisions_undo
from community.moderation.flags.case_flags import answer_flags
from community.moderation.reviewable import address_of
from community.moderation.reviews import case_review
from community.profiles import verification
from community.tagging import actions as tagging_actions
from community.webinars.surveys import actions as surveys_actions
from community.writing.proposed_practices import actions as proposed_practices_actions
from community.writing.revisions import actions as revisions_actions
from repository.workflow import ActionRefused
from tests.community.webinars.surveys import surveys
from tests.community.writing.revisions.revisions import proposed, published_case
from tests.conftest import staff
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

WORDS = {"reason": "unclear", "message": "Say more."}


def words_of(verb: Verb) -> dict:
    return {} if verb in (Verb.APPROVE, Verb.FORWARD) else WORDS


def contribution(factory, standing: str, verb: Verb):
    def decide(member, by):
        subject = factory(author=member, standing=standing)
        Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
        decisions_actions.decide(subject=subject, verb=verb, by=by, **words_of(verb))
        return subject

    return decide


def case(verb: Verb):
    def decide(member, by):
        subject = CaseStudyFactory(status="submitted", authors=[member])
        case_review.decide(case=subject, verb=verb, by=by, **words_of(verb))
        return subject

    return decide


def flagged_case(verb: Verb):
    def decide(member, by):
        subject = CaseStudyFactory(published=True, authors=[member])
        Flag.objects.create(subject=subject, by=UserFactory(), reason="spam")
        answer_flags(case=subject, verb=verb, by=by, **WORDS)
        return subject

    return decide


def edit(verb: str):
    def decide(member, by):
        subject = proposed(
            published_case(member, by=staff("Moderators", "publisher")),
            by=UserFactory(),
            newcomer=verb == "forward",
            results="Three days.",
        )
        if verb == "accept":
            revisions_actions.accept(revision=subject, by=by)
        elif verb == "decline":
            revisions_actions.decline(revision=subject, by=by, **WORDS)
        else:
            revisions_actions.forward(revision=subject, by=by)
        return subject

    return decide


def practice(verb: Verb):
    def decide(member, by):
        subject = ProposedPractice.objects.create(
            case=CaseStudyFactory(published=True, authors=[member]),
            by=member,
            name="One window",
            summary="Port.",
        )
        proposed_practices_actions.decide(proposed=subject, verb=verb, by=by, **words_of(verb))
        return subject

    return decide


def tag(verb: str):
    def decide(member, by):
        subject = TagProposal.objects.create(
            subject=CaseStudyFactory(published=True, authors=[UserFactory()]),
            by=member,
            name="ports",
        )
        act = getattr(tagging_actions, verb)
        act(proposal=subject, by=by, **(WORDS if verb == "decline" else {}))
        return subject

    return decide


def mark(verb: str):
    def decide(member, by):
        Membership.objects.create(
            member=member,
            kind="policymaker",
            organization="Bureau",
            proof="See our page.",
            asked_at=timezone.now(),
        )
        act = getattr(verification, verb)
        act(member=member, by=by, **(WORDS if verb == "decline" else {}))
        return member

    return decide


def survey_words(verb: Verb):
    def decide(member, by):
        webinar = surveys.held()
        surveys.survey_of(webinar)
        subject = surveys.answer(surveys.guest(webinar), comment="Good.", may_show=True)
        surveys_actions.review(
            answer=subject,
            verb=verb,
            by=by,
            seen=surveys_actions.mark(subject.comment),
            **words_of(verb),
        )
        return subject

    return decide


def answered(outcome: str, of: Callable):
    """The answer to an appeal, which another moderator gives."""

    def decide(member, by):
        subject = of(member, staff("Moderators", "first"))
        made = appeal(decision=Decision.objects.about(subject).first(), by=member, words="No.")
        decide_appeal(appeal=made, by=by, outcome=outcome, answer="Yes.")
        return subject

    return decide


def waiting(of: Callable):
    """A decision against which an appeal waits."""

    def decide(member, by):
        subject = of(member, by)
        appeal(decision=Decision.objects.about(subject).first(), by=member, words="No.")
        return subject

    return decide


HIDE = contribution(CommentFactory, "published", Verb.HIDE)
DECLINE = case(Verb.DECLINE)
# What was decided, and whether it can be undone.
DECISIONS = {
    "comment approved": (contribution(CommentFactory, "pending", Verb.APPROVE), True),
    "comment declined": (contribution(CommentFactory, "pending", Verb.DECLINE), True),
    "comment hidden": (HIDE, True),
    "comment removed": (contribution(CommentFactory, "published", Verb.REMOVE), True),
    "comment restored": (contribution(CommentFactory, "hidden", Verb.RESTORE), True),
    "flags dismissed": (contribution(CommentFactory, "published", Verb.DISMISS), True),
    "experience hidden": (contribution(ExperienceFactory, "published", Verb.HIDE), True),
    "case approved": (case(Verb.APPROVE), True),
    "case sent back": (case(Verb.REQUEST_CHANGES), True),
    "case declined": (DECLINE, True),
    "case flags dismissed": (flagged_case(Verb.DISMISS), True),
    "case archived": (flagged_case(Verb.ARCHIVE), True),
    "edit accepted": (edit("accept"), True),
    "edit declined": (edit("decline"), True),
    "edit forwarded": (edit("forward"), True),
    "practice approved": (practice(Verb.APPROVE), True),
    "practice declined": (practice(Verb.DECLINE), True),
    "tag accepted": (tag("accept"), True),
    "tag declined": (tag("decline"), True),
    "mark given": (mark("verify"), True),
    "mark declined": (mark("decline"), True),
    "words approved": (survey_words(Verb.APPROVE), True),
    "words declined": (survey_words(Verb.DECLINE), True),
    "comment appealed": (waiting(HIDE), False),
    "case appealed": (waiting(DECLINE), False),
    "comment given back": (answered("restored", HIDE), True),
    "comment stays hidden": (answered("upheld", HIDE), True),
    "case given back": (answered("restored", DECLINE), False),
    "case stays declined": (answered("upheld", DECLINE), True),
}


def shown_in_list(client: DeskClient, decision: Decision) -> bool:
    rows = client.get("/admin/decisions/").context["rows"]
    (row,) = [row for row in rows if row["decision"] == decision]
    return row["undoable"]


def shown_on_page(client: DeskClient, decision: Decision) -> bool:
    page = page_of(client.get(address_of(decision.subject)))
    return f"/admin/decisions/{decision.pk}/undo/" in [form.action for form in page.forms]


def is_undone(decision: Decision, by) -> bool:
    """Whether the action succeeds; the database is left unchanged."""
    with transaction.atomic():
        try:
            decisions_undo.undo(decision=decision, by=by)
        except ActionRefused:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def check(decision: Decision, by, expected: bool) -> None:
    client = DeskClient()
    client.force_login(by)
    found = shown_in_list(client, decision), shown_on_page(client, decision)
    assert (*found, is_undone(decision, by)) == (expected,) * 3


@pytest.mark.proof(sample=5)
@pytest.mark.parametrize("name", DECISIONS)
def test_agree_on_what_can_be_undone(name, member, moderator, administrator):
    act, expected = DECISIONS[name]
    subject = act(member, moderator)
    decision = Decision.objects.about(subject).first()
    assert decision.by == moderator
    check(decision, moderator, expected)
    check(decision, administrator, expected)
    # Moderators cannot undo decisions of others.
    check(decision, staff("Moderators", "another"), False)
    Decision.objects.filter(pk=decision.pk).update(created_at=timezone.now() - rules.UNDONE_WITHIN)
    decision.refresh_from_db()
    check(decision, moderator, False)


def test_agree_that_nothing_is_undone_twice(member, moderator):
    subject = HIDE(member, moderator)
    first = Decision.objects.about(subject).first()
    decisions_undo.undo(decision=first, by=moderator)
    for decision in Decision.objects.about(subject):
        check(decision, moderator, False)


def test_agree_that_only_the_latest_is_undone(member, moderator):
    subject = contribution(CommentFactory, "pending", Verb.APPROVE)(member, moderator)
    first = Decision.objects.about(subject).first()
    subject.refresh_from_db()
    decisions_actions.decide(subject=subject, verb=Verb.HIDE, by=moderator, **WORDS)
    check(first, moderator, False)
    check(Decision.objects.about(subject).first(), moderator, True)


def test_list_links_to_the_page_with_the_undo_button(member, moderator):
    subject = HIDE(member, moderator)
    client = DeskClient()
    client.force_login(moderator)
    page = page_of(client.get("/admin/decisions/"))
    assert [(each.text, each["href"]) for each in page.select("a.undoable")] == [
        ("Undo", f"/admin/review/comment/{subject.pk}/#decisions")
    ]
