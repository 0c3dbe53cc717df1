"""Each state × verb × person of each workflow, through the door that people use.

A table lists what is allowed and what it leads to. Whatever else there is in the product of states,
verbs and cast has to be refused, at the door or by the action in words, and must leave the rows and
the history as they were.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from community.models import (
    Appeal,
    Claim,
    Decision,
    Flag,
    Membership,
    Revision,
    RevisionStatus,
    Standing,
    Verb,
    Words,
)
from community.moderation.appeals import actions as appeals_actions
from community.moderation.decisions import actions as decisions_actions
from community.moderation.flags import case_flags
from community.moderation.reviews import case_review, case_steps
from community.profiles import verification
from community.tagging import actions as tagging_actions
from community.webinars.surveys import actions as surveys_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.drafts.forms import FORM_TOKENS
from community.writing.proposed_practices import actions as proposed_practices_actions
from community.writing.revisions import actions as revisions_actions
from community.writing.revisions.models import UNANSWERED
from repository.models import CaseStatus, WebinarStatus
from repository.search.queries import search
from repository.webinars import actions as webinar_actions
from tests.community.webinars.surveys import surveys
from tests.community.writing.drafts.cases import posted
from tests.factories import UserFactory, WebinarFactory
from tests.permissions.conftest import views_alone
from tests.permissions.fresh_pages import stale_pages
from tests.permissions.translation_workflow import TRANSLATION
from tests.permissions.workflows import Request, Workflow, at, wrong_steps
from tests.permissions.world import ROLES, WORDS, World

pytestmark = pytest.mark.slow(20)

AUTHOR, AUTHORS = {"author"}, {"author", "coauthor"}
MODERATORS = {"moderator", "administrator"}
SIGNED_IN = {*ROLES} - {"anonymous"}
REASONED = WORDS | {"reason": "off-topic"}

# Cases


def case_in(name: str, *, flagged: bool = False):
    def made(world: World):
        case = world.cases[name]
        if flagged:
            Flag.objects.create(subject=case, by=world.people["stranger"], reason="spam")
        return case

    return made


def archived_at_desk(world: World):
    """A case after another moderator has archived it."""
    case = world.cases["published"]
    case_steps.archive(case=case, reason="It has ended.", by=world.people["another"])
    # The first page that asks what is similar renews the index.
    search(case.title)
    return case


def flags_answered(verb: Verb):
    """A flagged case after another moderator has answered the flags."""

    def made(world: World):
        case = case_in("published", flagged=True)(world)
        case_flags.answer_flags(case=case, verb=verb, by=world.people["another"], **REASONED)
        search(case.title)
        return case

    return made


def appeal_upheld(world: World):
    """A declined case after an administrator has let the decision stand."""
    case, people = world.cases["declined"], world.people
    plea = appeals_actions.appeal(
        decision=world.decisions["declined"], by=people["author"], words="Why?"
    )
    words = {"outcome": "upheld", "answer": "We looked again."}
    appeals_actions.decide_appeal(appeal=plea, by=people["administrator"], **words)
    return case


def step(verb: str):
    def request(world, case, role) -> Request:
        sent = {"case": case.pk, "reason": "It has ended.", "on": "2026-01-01"}
        return f"/admin/repository/casestudy/step/{verb}/", sent

    return request


FINGERPRINTS = {
    "case": case_review.fingerprint,
    "revision": lambda subject: revisions_actions.fingerprint(subject.case),
    "tag": lambda subject: "",
    "words": lambda subject: surveys_actions.mark(subject.comment),
}


def review(word: str, verb: str):
    def request(world, subject, role) -> Request:
        seen = FINGERPRINTS.get(word, decisions_actions.fingerprint)(subject)
        sent = {"verb": verb, "seen": seen, **WORDS}
        if getattr(subject, "standing", "") == Standing.PENDING:
            sent |= {
                f"edit_{name}": getattr(subject, name)
                for name in decisions_actions.CORRECTABLE[type(subject)]
            }
        return f"/admin/review/{word}/{subject.pk}/", sent

    return request


def save(world, case, role) -> Request:
    now = drafts_documents.document_of(case)
    person = world.people.get(role)
    ticket = FORM_TOKENS.new(member=person.pk if person else 0, subject=case.pk)
    sent = posted(
        now | {"summary": "Other words."},
        member=person,
        case=case,
        ticket=ticket,
        base=drafts_documents.digest(now),
    )
    return f"/cases/{case.slug}/edit/", sent | {"why": "It has changed since."}


def about_decision(path: str, of: Callable = lambda subject: subject, **sent):
    """On the last decision about the thing, if there is one."""

    def request(world, subject, role) -> Request | None:
        decision = Decision.objects.about(of(subject)).first()
        return (path.format(pk=decision.pk), sent) if decision else None

    return request


UNDO = about_decision("/admin/decisions/{pk}/undo/")
APPEAL = about_decision("/appeals/new/{pk}/", words="Look again.")

CASE = Workflow(
    states={name: case_in(name) for name in CaseStatus.values}
    | {
        "flagged": case_in("published", flagged=True),
        "archived at the desk": archived_at_desk,
        "flags dismissed": flags_answered(Verb.DISMISS),
        "archived for flags": flags_answered(Verb.ARCHIVE),
        "appeal upheld": appeal_upheld,
    },
    verbs={
        "submit": at("/cases/{slug}/submit/"),
        "withdraw": at("/cases/{slug}/withdraw/"),
        "save": save,
        **{verb: step(verb) for verb in ("publish", "archive", "restore", "mark_verified")},
        "approve": review("case", "approve"),
        "request changes": review("case", "request-changes"),
        "decline": review("case", "decline"),
        "dismiss flags": review("case", "dismiss"),
        "archive for flags": review("case", "archive"),
        "flag": at("/flags/case/{pk}/", reason="spam"),
        "undo": UNDO,
        "appeal": APPEAL,
    },
    state_of=lambda world, case: type(case).objects.get(pk=case.pk).status,
    allowed={
        "submit": {"draft|changes-requested": ("submitted", AUTHORS)},
        "withdraw": {"submitted": ("draft", AUTHORS)},
        "save": {
            "draft": ("draft", AUTHORS | MODERATORS),
            "changes-requested": ("changes-requested", AUTHORS | MODERATORS),
            "submitted": ("submitted", MODERATORS),
            # This proposes a change; of the member and the author one waits already.
            "published|flagged, flags dismissed": ("published", SIGNED_IN - {"member", "author"}),
        },
        "publish": {"draft|submitted|changes-requested": ("published", MODERATORS)},
        "archive": {"published|flagged, flags dismissed": ("archived", MODERATORS)},
        "restore": {
            "archived, archived at the desk, archived for flags": ("published", MODERATORS)
        },
        "mark_verified": {"published|flagged, flags dismissed": ("published", MODERATORS)},
        "approve": {"submitted": ("published", MODERATORS)},
        "request changes": {"submitted": ("changes-requested", MODERATORS)},
        "decline": {"submitted": ("declined", MODERATORS)},
        "dismiss flags": {"flagged": ("published", MODERATORS)},
        "archive for flags": {"flagged": ("archived", MODERATORS)},
        "flag": {
            "published|flagged": ("published", SIGNED_IN - AUTHORS),
            # Once for each.
            "flags dismissed": ("published", SIGNED_IN - AUTHORS - {"stranger"}),
        },
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {
            "declined": ("submitted", {"administrator"}),
            "archived at the desk, archived for flags, flags dismissed": (
                "published",
                {"administrator"},
            ),
            # The appeal waits again.
            "appeal upheld": ("declined", {"administrator"}),
        },
        "appeal": {
            "declined": ("declined", AUTHORS),
            "archived at the desk, archived for flags": ("archived", AUTHORS),
        },
    },
)


# Comments and experiences


def contribution(kind: str, name: str, *, flags_by=(), decided: str = ""):
    def made(world: World):
        subject = getattr(world, kind)[name]
        Appeal.objects.all().delete()
        for role in flags_by:
            Flag.objects.create(subject=subject, by=world.people[role], reason="spam")
        if decided and not Decision.objects.about(subject).exists():
            Decision.objects.create(
                subject=subject,
                by=world.people["another"],
                concerns=world.people["author"],
                verb=decided,
                before="published" if decided != "decline" else "pending",
                **WORDS,
            )
        return subject

    return made


def contributions(kind: str, word: str, verbs: dict, allowed: dict, **more) -> Workflow:
    made = {
        "pending": contribution(kind, "pending"),
        "published": contribution(kind, "published"),
        "flagged": contribution(kind, "published", flags_by=["stranger"]),
        "flagged by all": contribution(kind, "published", flags_by=sorted(SIGNED_IN - AUTHOR)),
        "hidden": contribution(kind, "hidden", decided="hide"),
        "declined": contribution(kind, "declined", decided="decline"),
        "removed": contribution(kind, "removed", decided="remove"),
    }
    decisions = ("approve", "decline", "hide", "remove", "restore", "dismiss")
    return Workflow(
        states=made,
        verbs={
            **{verb: review(word, verb) for verb in decisions},
            "flag": at(f"/flags/{word}/{{pk}}/", reason="spam"),
            "undo": UNDO,
            "appeal": APPEAL,
            **verbs,
        },
        state_of=standing_of,
        allowed={
            "approve": {"pending": ("published", MODERATORS)},
            "decline": {"pending": ("declined", MODERATORS)},
            "hide": {"published|flagged, flagged by all": ("hidden", MODERATORS)},
            "remove": {"published|flagged|hidden, flagged by all": ("removed", MODERATORS)},
            "restore": {"hidden|declined|removed": ("published", MODERATORS)},
            "dismiss": {"flagged, flagged by all": ("published", MODERATORS)},
            # Once for each: a second flag by the same member is refused.
            "flag": {"published|flagged": ("published", SIGNED_IN - AUTHOR)},
            "undo": {
                "hidden|removed": ("published", {"administrator"}),
                "declined": ("pending", {"administrator"}),
            },
            "appeal": {
                "hidden": ("hidden", AUTHOR),
                "removed": ("removed", AUTHOR),
                "declined": ("declined", AUTHOR),
            },
            **allowed,
        },
        **more,
    )


def standing_of(world: World, subject) -> str:
    found = type(subject).objects.filter(pk=subject.pk).first()
    return found.standing if found else "gone"


COMMENT = contributions(
    "comments",
    "comment",
    {
        "edit": at("/comments/{pk}/edit/", body="Other words."),
        "withdraw": at("/comments/{pk}/withdraw/"),
        "helpful": at("/comments/{pk}/helpful/", helpful="yes"),
    },
    {
        "edit": {
            "pending": ("pending", AUTHOR),
            "published|flagged, flagged by all": ("published", AUTHOR),
        },
        "withdraw": {"pending|published|flagged, flagged by all": ("removed", AUTHOR)},
        "helpful": {"published|flagged, flagged by all": ("published", SIGNED_IN - AUTHOR)},
    },
    harmless=frozenset({("withdraw", "removed", "author")}),
)
EXPERIENCE = contributions(
    "experiences",
    "experience",
    {
        "revise": at(
            "/experiences/{pk}/edit/",
            city="Kisumu, Kenya",
            year=2020,
            status="adopted",
            worked="Other words.",
            language="en",
        ),
        "delete": at("/experiences/{pk}/delete/"),
    },
    {
        "revise": {
            "pending": ("pending", AUTHOR),
            "published|flagged, flagged by all": ("published", AUTHOR),
        },
        "delete": {"pending|published|flagged, flagged by all": ("gone", AUTHOR)},
    },
)


# Claims, on a comment that waits


def claimed(by: str, minutes: int):
    def made(world: World):
        comment = world.comments["pending"]
        until = timezone.now() + timedelta(minutes=minutes)
        if by:
            Claim.objects.create(subject=comment, by=world.people[by], until=until)
        return comment

    return made


def claim_state(world: World, comment) -> str:
    held = Claim.objects.about(comment).first()
    return f"{standing_of(world, comment)}, {held.by.handle if held else 'free'}"


CLAIM = Workflow(
    states={
        "free": claimed("", 0),
        "another's": claimed("another", 10),
        "run out": claimed("another", -1),
    },
    verbs={
        "take": at("/admin/review/comment/{pk}/take/"),
        "approve": review("comment", "approve"),
    },
    state_of=claim_state,
    allowed={
        "take": {"free, run out": ("pending, {role}", MODERATORS)},
        "approve": {"free, run out": ("published, free", MODERATORS)},
    },
)


# Appeals, tags, invitations, the mark of policymakers


def appealed(outcome: str):
    def made(world: World):
        appeal = world.appeals["waiting"]
        decided_at = timezone.now() if outcome else None
        Appeal.objects.filter(pk=appeal.pk).update(outcome=outcome, decided_at=decided_at)
        return appeal

    return made


def answered_appeal(world: World):
    """After somebody else than who decided first has restored what it is about."""
    waiting = appealed("")(world)
    words = {"outcome": "restored", "answer": "We looked again."}
    third = UserFactory(staff=True)
    appeals_actions.decide_appeal(appeal=waiting, by=third, **words)
    return waiting


UNDO_ANSWER = about_decision(
    "/admin/decisions/{pk}/undo/", lambda waiting: waiting.decision.subject
)


def answer(outcome: str):
    return at("/admin/review/appeal/{pk}/", outcome=outcome, answer="We looked again.")


APPEALS = Workflow(
    states={
        "waiting": appealed(""),
        "restored": appealed("restored"),
        "upheld": appealed("upheld"),
        "answered": answered_appeal,
    },
    verbs={"restore": answer("restored"), "uphold": answer("upheld"), "undo": UNDO_ANSWER},
    state_of=lambda world, appeal: Appeal.objects.get(pk=appeal.pk).outcome or "waiting",
    allowed={
        "restore": {"waiting": ("restored", MODERATORS)},
        "uphold": {"waiting": ("upheld", MODERATORS)},
        "undo": {"answered": ("waiting", {"administrator"})},
    },
)


def proposed(status: str):
    def made(world: World):
        proposal = world.proposals["waiting"]
        decided_at = None if status == "waiting" else timezone.now()
        type(proposal).objects.filter(pk=proposal.pk).update(status=status, decided_at=decided_at)
        return proposal

    return made


def answered(kind: str, name: str, act: Callable, **words):
    """What a member proposed, after an answer of another moderator; `words` may ask the world."""

    def made(world: World):
        row = getattr(world, kind)[name]
        told = {key: word(world) if callable(word) else word for key, word in words.items()}
        act(row, by=world.people["another"], **told)
        row.refresh_from_db()
        # The page at the desk asks what is similar, and the first to ask renews the index.
        search(str(row))
        return row

    return made


PROPOSAL = Workflow(
    states={name: proposed(name) for name in ("waiting", "accepted", "declined")}
    | {
        "accepted at the desk": answered(
            "proposals", "waiting", lambda row, by: tagging_actions.accept(proposal=row, by=by)
        ),
        "declined at the desk": answered(
            "proposals",
            "waiting",
            lambda row, by, **words: tagging_actions.decline(proposal=row, by=by, **words),
            **WORDS,
        ),
    },
    verbs={
        "accept": at("/tag-proposals/{pk}/accept/"),
        "decline": at("/tag-proposals/{pk}/decline/"),
        "approve": review("tag", "approve"),
        "refuse": review("tag", "decline"),
        "undo": UNDO,
        "appeal": APPEAL,
    },
    state_of=lambda world, row: type(row).objects.get(pk=row.pk).status,
    allowed={
        "accept": {"waiting": ("accepted", AUTHORS | MODERATORS)},
        # Moderators give a reason, for which the page at the desk asks.
        "decline": {"waiting": ("declined", AUTHORS)},
        "approve": {"waiting": ("accepted", MODERATORS)},
        "refuse": {"waiting": ("declined", MODERATORS)},
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {"accepted at the desk, declined at the desk": ("waiting", {"administrator"})},
        "appeal": {"declined at the desk": ("declined", {"stranger"})},
    },
)


def practice_step(verb: str):
    def request(world, row, role) -> Request:
        sent = {
            "verb": verb,
            "seen": proposed_practices_actions.fingerprint(row),
            "edit_name": row.name,
            "edit_summary": "A sentence.",
            "practice": world.things["practice"].pk,
        }
        return f"/admin/review/practice/{row.pk}/", sent | WORDS

    return request


def practice_after(verb: str, **words):
    act = proposed_practices_actions.decide
    return answered(
        "practices",
        "published",
        lambda row, by, **words: act(proposed=row, verb=verb, by=by, **words),
        **words,
    )


# A practice that the author proposes with a published case.
PRACTICE = Workflow(
    states={
        "waiting": lambda world: world.practices["published"],
        "accepted": practice_after("approve", summary="A sentence."),
        "merged": practice_after("merge", practice=lambda world: world.things["practice"]),
        "declined": practice_after("decline", **WORDS),
    },
    verbs={verb: practice_step(verb) for verb in proposed_practices_actions.EVENTS}
    | {"undo": UNDO, "appeal": APPEAL},
    state_of=lambda world, row: type(row).objects.get(pk=row.pk).outcome or "waiting",
    allowed={
        "approve": {"waiting": ("accepted", MODERATORS)},
        "merge": {"waiting": ("accepted", MODERATORS)},
        "decline": {"waiting": ("declined", MODERATORS)},
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {"accepted|merged|declined": ("waiting", {"administrator"})},
        "appeal": {"declined": ("declined", AUTHOR)},
    },
)


def changed(name: str, status: str):
    def made(world: World):
        row = world.revisions[name]
        type(row).objects.filter(pk=row.pk).update(
            status=status,
            decided_at=None if status in UNANSWERED else timezone.now(),
            message="No." if status == "declined" else "",
        )
        row.refresh_from_db()
        return row

    return made


def decided_at_desk(act: Callable, name: str = "waiting", **words):
    """A member's change after a decision of another moderator."""

    def made(world: World):
        Revision.objects.filter(pk=world.revisions["waiting"].pk).update(status=name)
        row = Revision.objects.get(pk=world.revisions["waiting"].pk)
        act(revision=row, by=world.people["another"], **words)
        row.refresh_from_db()
        return row

    return made


def accept_change(world, row, role) -> Request:
    return f"/revisions/{row.pk}/accept/", {"seen": revisions_actions.fingerprint(row.case)}


# A change that a member proposes to the author's case, in each state; and one by its author.
CHANGE = Workflow(
    states={name: changed("waiting", name) for name in RevisionStatus.values}
    | {
        "own": changed("own", "waiting"),
        "passed on": decided_at_desk(revisions_actions.forward, "held"),
        "accepted at the desk": decided_at_desk(revisions_actions.accept),
        "declined at the desk": decided_at_desk(revisions_actions.decline, **WORDS),
    },
    verbs={
        "accept": accept_change,
        "decline": at("/revisions/{pk}/decline/", message="It was so before."),
        "withdraw": at("/revisions/{pk}/withdraw/"),
        "approve": review("revision", "approve"),
        "refuse": review("revision", "decline"),
        "pass on": review("revision", "pass-on"),
        "undo": UNDO,
        "appeal": APPEAL,
    },
    state_of=lambda world, row: type(row).objects.get(pk=row.pk).status,
    allowed={
        "accept": {
            "waiting, passed on": ("accepted", AUTHORS | MODERATORS),
            "held": ("accepted", MODERATORS),
            "own": ("accepted", MODERATORS),
        },
        # Moderators give a reason, for which the page at the desk asks.
        "decline": {"waiting, passed on": ("declined", AUTHORS)},
        "withdraw": {
            "held|waiting, passed on": ("withdrawn", {"member"}),
            "own": ("withdrawn", AUTHOR),
        },
        "approve": {"held|waiting|own, passed on": ("accepted", MODERATORS)},
        "refuse": {"held|waiting|own, passed on": ("declined", MODERATORS)},
        "pass on": {"held": ("waiting", MODERATORS)},
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {
            "passed on": ("held", {"administrator"}),
            "accepted at the desk, declined at the desk": ("waiting", {"administrator"}),
        },
        "appeal": {"declined at the desk": ("declined", {"member"})},
    },
)


def invited(word: str):
    def made(world: World):
        invitation = world.invitations["open"]
        answered_at = timezone.now() if word else None
        type(invitation).objects.filter(pk=invitation.pk).update(
            answer=word, answered_at=answered_at
        )
        return invitation

    return made


INVITATION = Workflow(
    states={"open": invited("")}
    | {name: invited(name) for name in ("accepted", "declined", "withdrawn")},
    verbs={verb: at(f"/invitations/{{pk}}/{verb}/") for verb in ("accept", "decline", "withdraw")},
    state_of=lambda world, row: type(row).objects.get(pk=row.pk).answer or "open",
    allowed={
        "accept": {"open": ("accepted", {"member"})},
        "decline": {"open": ("declined", {"member"})},
        "withdraw": {"open": ("withdrawn", AUTHORS)},
    },
)


def marked(state: str):
    def made(world: World):
        membership = Membership.objects.get(member=world.people["author"])
        now = timezone.now()
        membership.asked_at = now if state == "waiting" else None
        membership.verified_at = now if state == "verified" else None
        membership.save()
        return membership

    return made


def mark_state(world: World, membership) -> str:
    now = Membership.objects.get(pk=membership.pk)
    return "verified" if now.verified_at else "waiting" if now.asked_at else "none"


def mark(verb: str):
    def request(world, membership, role) -> Request:
        sent = {"verb": verb, **WORDS}
        return f"/admin/review/member/{membership.member_id}/", sent

    return request


def marked_at_desk(state: str, act: Callable, **words):
    """The mark after a decision of another moderator."""

    def made(world: World):
        membership = marked(state)(world)
        act(member=membership.member, by=world.people["another"], **words)
        membership.refresh_from_db()
        return membership

    return made


def of_member(membership):
    return membership.member


VERIFICATION = Workflow(
    states={name: marked(name) for name in ("none", "waiting", "verified")}
    | {
        "given": marked_at_desk("waiting", verification.verify),
        "declined": marked_at_desk("waiting", verification.decline, **WORDS),
        "withdrawn": marked_at_desk("verified", verification.withdraw, **WORDS),
    },
    verbs={
        "ask": at("/accounts/profile/verification/ask/", proof="See our site."),
        "withdraw request": at("/accounts/profile/verification/take-back/"),
        "verify": at("/admin/community/membership/{pk}/verify/"),
        "decline": mark("decline"),
        "withdraw": at("/admin/community/membership/{pk}/withdraw/", **WORDS),
        "undo": about_decision("/admin/decisions/{pk}/undo/", of_member),
        "appeal": about_decision("/appeals/new/{pk}/", of_member, words="Look again."),
    },
    state_of=mark_state,
    allowed={
        "ask": {"none|waiting|declined|withdrawn": ("waiting", AUTHOR)},
        "withdraw request": {"waiting": ("none", AUTHOR)},
        "verify": {"none|waiting|declined|withdrawn": ("verified", MODERATORS)},
        "decline": {"waiting": ("none", MODERATORS)},
        "withdraw": {"verified|given": ("none", MODERATORS)},
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {
            "given|declined": ("waiting", {"administrator"}),
            "withdrawn": ("verified", {"administrator"}),
        },
        "appeal": {"declined|withdrawn": ("none", AUTHOR)},
    },
)


def words_in(state: str, verb: Verb | None = None):
    """Words of the author from a survey, after a decision of another moderator if there is one."""

    def made(world: World):
        seat = surveys.seat(world.things["asked"].webinar, member=world.people["author"])
        row = surveys.answer(seat, comment="Good.", may_show=state != "unshown")
        if verb is not None:
            words = {} if verb == Verb.APPROVE else WORDS
            surveys.review(row, world.people["another"], verb, **words)
        return row

    return made


SURVEY_WORDS = Workflow(
    states={
        "unshown": words_in("unshown"),
        "waiting": words_in("waiting"),
        "shown": words_in("shown", Verb.APPROVE),
        "declined": words_in("declined", Verb.DECLINE),
    },
    verbs={verb.value: review("words", verb) for verb in surveys_actions.STEPS}
    | {"undo": UNDO, "appeal": APPEAL},
    state_of=lambda world, row: type(row).objects.get(pk=row.pk).words or "unshown",
    allowed={
        "approve": {"waiting": ("shown", MODERATORS)},
        "decline": {"waiting": ("declined", MODERATORS)},
        "hide": {"shown": ("declined", MODERATORS)},
        "restore": {"declined": ("shown", MODERATORS)},
        # Another moderator has decided: of the others administrators alone undo it.
        "undo": {"shown|declined": ("waiting", {"administrator"})},
        "appeal": {"declined": ("declined", AUTHOR)},
    },
)


def webinar_in(status: str):
    """A webinar that goes on now, so that no step fails by its time."""

    def made(world):
        return WebinarFactory(
            planned=True,
            status=status,
            starts_at=timezone.now() - timedelta(minutes=5),
            cancelled_because="A storm.",
        )

    return made


def webinar_step(verb: str):
    def request(world, webinar, role) -> Request:
        sent = {"webinar": webinar.pk, "reason": "A storm.", "without_speakers": "on"}
        return f"/admin/repository/webinar/step/{verb}/", sent

    return request


WEBINAR = Workflow(
    states={status: webinar_in(status) for status in WebinarStatus.values},
    verbs={verb: webinar_step(verb) for verb in webinar_actions.STEPS},
    state_of=lambda world, webinar: type(webinar).objects.get(pk=webinar.pk).status,
    allowed={
        "announce": {"draft|cancelled": ("announced", MODERATORS)},
        "go_live": {"announced|held": ("live", MODERATORS)},
        "hold": {"draft|announced|live": ("held", MODERATORS)},
        "cancel": {"announced|live": ("cancelled", MODERATORS)},
    },
)

WORKFLOWS = {
    "case": CASE,
    "webinar": WEBINAR,
    "comment": COMMENT,
    "experience": EXPERIENCE,
    "claim": CLAIM,
    "appeal": APPEALS,
    "tag proposal": PROPOSAL,
    "practice": PRACTICE,
    "change": CHANGE,
    "translation": TRANSLATION,
    "invitation": INVITATION,
    "verification": VERIFICATION,
    "words": SURVEY_WORDS,
}
STATES = [(name, state) for name, workflow in WORKFLOWS.items() for state in workflow.states]


@pytest.fixture(scope="module")
def clients(world):
    return {role: world.client(role) for role in ROLES}


@pytest.mark.proof(sample=5)
@pytest.mark.parametrize(("name", "state"), STATES)
def test_allow_what_the_table_lists_and_nothing_else(
    name, state, world, clients, refusals, monkeypatch, db
):
    views_alone(monkeypatch, world)
    assert wrong_steps(WORKFLOWS[name], state, world, clients, refusals) == []


@pytest.mark.proof(group="fresh pages", sample=1)
@pytest.mark.parametrize(("name", "state"), STATES)
def test_renew_the_edition_with_the_page(name, state, world, db):
    assert stale_pages(WORKFLOWS[name], state, world, ROLES) == []


def test_know_each_state_and_step_of_the_actions():
    """What the actions have, the tables have."""
    assert {*CaseStatus.values} <= {*CASE.states}
    assert {*Standing.values} <= {*COMMENT.states} & {*EXPERIENCE.states}
    assert {*proposed_practices_actions.EVENTS} <= {*PRACTICE.verbs}
    assert {words.value or "unshown" for words in Words} == {*SURVEY_WORDS.states}
    assert {verb.value for verb in decisions_actions.STEPS} <= {*COMMENT.verbs} & {
        *EXPERIENCE.verbs
    }
