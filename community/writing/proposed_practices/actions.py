"""Decisions of moderators about proposed practices."""

from hashlib import blake2b
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.models import (
    Comment,
    Decision,
    Experience,
    Follow,
    NoticeKind,
    ProposalOutcome,
    ProposedPractice,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.notices.notify import notify, notify_followers_of_case
from repository.free_names import free_name, save_under_free_name
from repository.history.links import TRACKED_LINKS
from repository.models import CaseStudy, Practice
from repository.workflow import ActionRefused, action, lock, lock_or_none

# The verbs that answer a proposal, and the event of the notice to its author.
EVENTS = {
    Verb.APPROVE: "practice.accepted",
    Verb.MERGE: "practice.merged",
    Verb.DECLINE: "practice.declined",
}
MAX_NAME_LENGTH = Practice._meta.get_field("name").max_length or 0
MAX_SUMMARY_LENGTH = Practice._meta.get_field("summary").max_length or 0


def fingerprint(proposed: ProposedPractice) -> str:
    """A digest of what a moderator has read."""
    words = f"{proposed.name}\0{proposed.summary}"
    return blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()


@action
def decide(
    *,
    proposed: ProposedPractice,
    verb: Verb,
    by: User,
    name: str = "",
    summary: str = "",
    practice: Practice | None = None,
    reason: str = "",
    message: str = "",
    seen: str | None = None,
) -> Decision:
    """Accept a proposal as a new practice, match it to an existing one, or decline it.

    `name` and `summary` override the words of the proposal; `practice` is the existing one.
    """
    case, proposed = lock_proposed(proposed)
    if proposed.by_id == by.pk or case.authors.filter(pk=by.pk).exists():
        raise ActionRefused(_("You proposed this, so another moderator must review it."))
    if seen is not None and seen != fingerprint(proposed):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    if verb not in EVENTS:
        raise ActionRefused(_("You can’t do this here."))
    if verb == Verb.MERGE and practice is None:
        raise ActionRefused(_("Choose the existing practice."))
    if verb != Verb.MERGE:
        check_words(verb, reason, message)
    end_claim(proposed, by)
    if verb == Verb.APPROVE:
        practice = new_practice(name or proposed.name, summary or proposed.summary, case=case)
    is_accepted = verb != Verb.DECLINE
    proposed.outcome = ProposalOutcome.ACCEPTED if is_accepted else ProposalOutcome.DECLINED
    proposed.practice = practice if is_accepted else None
    proposed.save(update_fields=["outcome", "practice"])
    if practice is not None and is_accepted:
        case.practices.add(practice)
    decision = Decision.objects.create(
        subject=proposed,
        by=by,
        concerns=proposed.by,
        verb=verb,
        reason=reason,
        message=message.strip(),
    )
    if proposed.by_id is not None:
        notify(
            [proposed.by_id],
            kind=NoticeKind.DECISION,
            event=EVENTS[verb],
            subject=case,
            key=f"decision-{decision.pk}",
            decision=str(decision.pk),
            reason=decision.reason,
            message=decision.message,
        )
    if is_accepted and case.is_published:
        # Followers of the practice were not notified of the case; all others were.
        notify_followers_of_case(case)
    return decision


def lock_proposed(proposed: ProposedPractice) -> tuple[CaseStudy, ProposedPractice]:
    """Lock the case and the proposal; return them as stored now."""
    # The case first, as in saving: its authors may withdraw the proposal concurrently.
    case = lock(CaseStudy, proposed.case_id)
    found = lock(ProposedPractice, proposed.pk)
    if found.outcome:
        raise ActionRefused(_("Someone has already answered this proposal."))
    if not ProposedPractice.objects.waiting().filter(pk=found.pk).exists():
        raise ActionRefused(_("The authors are editing the case again. Wait until they submit it."))
    return case, found


def restore_proposal(proposed: ProposedPractice, decision: Decision) -> None:
    """Reopen a proposal and undo what its acceptance added to the case. Both are locked.

    A practice created from it is deleted. Raises ActionRefused if it has been used since.
    """
    case, practice = proposed.case, proposed.practice
    was_accepted = proposed.outcome == ProposalOutcome.ACCEPTED
    is_new = decision.verb == Verb.APPROVE
    if was_accepted:
        # Locked, so that nobody links to it concurrently.
        locked = Practice.objects.filter(cases=case)
        if (
            practice is None
            or lock_or_none(locked, practice.pk) is None
            or (is_new and is_used(practice, proposed))
        ):
            raise ActionRefused(
                _("This has changed since the decision. Make a new decision instead.")
            )
        if is_new or was_added_by_acceptance(proposed, practice):
            case.practices.remove(practice)
    proposed.outcome, proposed.practice = "", None
    proposed.save(update_fields=["outcome", "practice"])
    if was_accepted and practice is not None and is_new:
        practice.delete()


def was_added_by_acceptance(proposed: Any, practice: Practice) -> bool:
    """Whether the practice was linked to the case when the proposal was accepted, not before."""
    accepted = proposed.events.filter(outcome=ProposalOutcome.ACCEPTED).order_by("-pgh_id").first()
    links = TRACKED_LINKS[CaseStudy]["practices"].pgh_event_model.objects
    made = links.filter(casestudy=proposed.case_id, practice=practice.pk, pgh_label="insert")
    # All events of one transaction have the same time.
    return accepted is not None and made.filter(pgh_created_at=accepted.pgh_created_at).exists()


def is_used(practice: Any, proposed: ProposedPractice) -> bool:
    """Whether a new practice has been changed or has links beside its themes and its case."""
    if practice.events.exclude(pgh_label="insert").exists():
        return True
    if any(rows.objects.about(practice).exists() for rows in (Comment, Experience)):
        return True
    if Follow.objects.about(practice).exists():
        return True
    own = {
        CaseStudy.practices.through: {"casestudy": proposed.case_id},
        Practice.themes.through: {"practice": practice.pk},
        ProposedPractice: {"pk": proposed.pk},
    }
    for relation in practice._meta.get_fields(include_hidden=True):
        model = relation.related_model
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        if hasattr(model, "pgh_tracked_model"):
            continue
        rows = model._base_manager.filter(**{relation.field.name: practice})
        if rows.exclude(**own[model]).exists() if model in own else rows.exists():
            return True
    return False


def new_practice(name: str, summary: str, *, case: CaseStudy) -> Practice:
    """Create a practice with the themes of the case; ActionRefused if the name exists."""
    name, summary = " ".join(name.split()), " ".join(summary.split())
    if not name or not summary:
        raise ActionRefused(_("Enter a name for the practice and a sentence that says what it is."))
    for text, longest in ((name, MAX_NAME_LENGTH), (summary, MAX_SUMMARY_LENGTH)):
        if len(text) > longest:
            raise ActionRefused(
                _("Use %(longest)d characters or fewer: “%(text)s…”")
                % {"longest": longest, "text": text[:40]}
            )
    is_there = _("A practice called “%(name)s” already exists. Choose it or use another name.") % {
        "name": name
    }

    def create() -> Practice:
        # Two proposals of one name may be accepted concurrently: the second finds the first.
        if Practice.objects.filter(name__iexact=name).exists():
            raise ActionRefused(is_there)
        return Practice.objects.create(slug=free_slug(name), name=name, summary=summary)

    practice = save_under_free_name(create, "repository_practice_slug_key")
    practice.themes.set(case.themes.all())
    return practice


def free_slug(name: str) -> str:
    stem = slugify(name)[:70].strip("-") or "practice"
    taken = set(Practice.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return free_name(stem, taken)
