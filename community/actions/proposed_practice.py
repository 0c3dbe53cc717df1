"""What moderators decide about practices that authors miss in the collection."""

from hashlib import blake2b

import pghistory
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.models import (
    Decision,
    NoticeKind,
    ProposalOutcome,
    ProposedPractice,
    User,
    Verb,
)
from community.notices import followers_of_case, notify, tell_followers_of_case
from community.stamps import touch_members
from repository.actions import ActionRefused
from repository.models import CaseStudy, Practice

from .claim import end_claim
from .moderation import check_words

# The verbs that answer a proposal, and what the proposer is told.
EVENTS = {
    Verb.APPROVE: "practice.accepted",
    Verb.MERGE: "practice.merged",
    Verb.DECLINE: "practice.declined",
}
LONGEST_NAME = Practice._meta.get_field("name").max_length or 0
LONGEST_SUMMARY = Practice._meta.get_field("summary").max_length or 0


def fingerprint(proposed: ProposedPractice) -> str:
    """A mark of what a moderator has read."""
    words = f"{proposed.name}\0{proposed.summary}"
    return blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()


@transaction.atomic
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
    """Make a practice of a proposal, say which practice it is already, or decline it.

    `name` and `summary` are the words of the new practice where they differ from the proposal's;
    `practice` is the one that it turned out to be.
    """
    with pghistory.context(user=by.pk):
        case, proposed = lock(proposed)
        if proposed.by_id == by.pk or case.authors.filter(pk=by.pk).exists():
            raise ActionRefused(_("This is yours: another moderator decides about it."))
        if seen is not None and seen != fingerprint(proposed):
            raise ActionRefused(_("The text has changed since you opened it. Read it again."))
        if verb not in EVENTS:
            raise ActionRefused(_("This is not possible here."))
        if verb == Verb.MERGE and practice is None:
            raise ActionRefused(_("Choose the practice that it is already."))
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
        followers = followers_of_case(case) if is_accepted and case.is_published else set()
        # All at once first, in one order, as in case_review.
        touch_members({*followers, proposed.by_id} if proposed.by_id else followers)
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
            # Who follows the practice has not heard of the case; all others have.
            tell_followers_of_case(case)
        return decision


def lock(proposed: ProposedPractice) -> tuple[CaseStudy, ProposedPractice]:
    """The case and the proposal under row locks, as they are now."""
    # The case first, as its authors do who save it: they may take the proposal back meanwhile.
    case = CaseStudy.objects.select_for_update().get(pk=proposed.case_id)
    locked = ProposedPractice.objects.select_for_update(of=("self",))
    found = locked.filter(pk=proposed.pk).first()
    if found is None:
        raise ActionRefused(_("This is no longer there."))
    if found.outcome:
        raise ActionRefused(_("This proposal has been answered already."))
    if not ProposedPractice.objects.waiting().filter(pk=found.pk).exists():
        raise ActionRefused(_("The case is with its authors again: wait until they submit it."))
    return case, found


def new_practice(name: str, summary: str, *, case: CaseStudy) -> Practice:
    """A practice on the themes of the case that shows it; ActionRefused where there is one."""
    name, summary = " ".join(name.split()), " ".join(summary.split())
    if not name or not summary:
        raise ActionRefused(_("A practice needs a name, and a sentence that says what it is."))
    for text, longest in ((name, LONGEST_NAME), (summary, LONGEST_SUMMARY)):
        if len(text) > longest:
            raise ActionRefused(
                _("At most %(longest)d characters: “%(text)s…”")
                % {"longest": longest, "text": text[:40]}
            )
    is_there = ActionRefused(
        _("There is a practice “%(name)s” already: choose it, or give this one another name.")
        % {"name": name}
    )
    if Practice.objects.filter(name__iexact=name).exists():
        raise is_there
    try:
        with transaction.atomic():
            practice = Practice.objects.create(slug=free_slug(name), name=name, summary=summary)
    except IntegrityError:
        # Two proposals of one name, accepted at the same moment.
        raise is_there from None
    practice.themes.set(case.themes.all())
    return practice


def free_slug(name: str) -> str:
    stem = slugify(name)[:70].strip("-") or "practice"
    taken = set(Practice.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for n in range(2, 10_000) if (slug := f"{stem}-{n}") not in taken)
