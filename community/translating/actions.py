"""Translations by members: claim, save, submit, withdraw; and the answers of reviewers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from community import permissions
from community.discussion.trust import check_rate, first_standing, lock_author
from community.models import (
    Claim,
    Decision,
    LanguageReviewer,
    NoticeKind,
    ProposalState,
    Standing,
    TranslationProposal,
    User,
    Verb,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.notices.notify import moderators, notify
from community.translating.models import OPEN
from community.translating.originals import (
    fingerprint,
    lock_original,
    readers,
    stored_rows,
    target_languages,
    translation_digest,
    units_of,
)
from repository.dates import clock
from repository.models import Origin, TranslatedParagraph, Translation, TranslationState
from repository.translations.kinds import TranslatedKind, kinds
from repository.translations.writing import differs, lock_originals, version_of, write
from repository.workflow import ActionRefused, Step, action, lock, lock_or_none

# How long a claim lasts after the last change.
HELD = timedelta(days=7)
CLAIMS = 10
SUBMISSIONS_A_DAY = 20

CLAIMED = frozenset({ProposalState.CLAIMED})
SUBMITTED = frozenset({ProposalState.SUBMITTED})
STEPS = {
    "submit": Step(CLAIMED, ProposalState.SUBMITTED),
    "publish": Step(CLAIMED, ProposalState.ACCEPTED),
    "lapse": Step(CLAIMED, ProposalState.LAPSED),
    "withdraw": Step(CLAIMED | SUBMITTED, ProposalState.WITHDRAWN),
    "accept": Step(SUBMITTED, ProposalState.ACCEPTED),
    "decline": Step(SUBMITTED, ProposalState.DECLINED),
}


@action
def claim(*, kind: TranslatedKind, row: Any, language: str, by: User) -> TranslationProposal:
    """Reserve the translation of an object into a language for some days. Idempotent.

    The text of an earlier attempt of the member is there again.
    """
    lock_author(by)
    row = lock_original(kind, row.pk, by)
    if language not in target_languages(kind, row):
        raise ActionRefused(_("Choose another language than that of the original."))
    rows = TranslationProposal.objects.of(kind.name, row.pk, language)
    current = rows.open().select_for_update().first()
    if current is not None and current.by_id == by.pk and current.is_claimed:
        current.claimed_until = clock.now() + HELD
        current.save(update_fields=["claimed_until"])
        return current
    if current is not None:
        end_lapsed(current)
    mine = TranslationProposal.objects.filter(by=by)
    if mine.filter(status=ProposalState.CLAIMED).live().count() >= CLAIMS:
        raise ActionRefused(
            _("You’ve started %(count)d translations. Submit or withdraw one of them first.")
            % {"count": CLAIMS}
        )
    earlier = rows.filter(by=by).exclude(status=ProposalState.ACCEPTED).first()
    if earlier is not None and earlier.status != ProposalState.DECLINED:
        earlier.status, earlier.claimed_until = ProposalState.CLAIMED, clock.now() + HELD
        earlier.save(update_fields=["status", "claimed_until"])
        return earlier
    return TranslationProposal.objects.create(
        kind=kind.name,
        object_id=row.pk,
        language=language,
        by=by,
        claimed_until=clock.now() + HELD,
        paragraphs=earlier.paragraphs if earlier else [],
        version=version_of(row),
    )


def end_lapsed(current: TranslationProposal) -> None:
    """End a claim that has not been used in time; ActionRefused if it still holds."""
    if current.is_submitted:
        raise ActionRefused(_("A translation into this language is waiting for review."))
    if current.is_live:
        raise ActionRefused(
            _("Another member is translating this until %(day)s.")
            % {"day": date_format(localtime(current.claimed_until))}
        )
    current.status = STEPS["lapse"].target
    current.save(update_fields=["status"])


@action
def save(
    *,
    proposal: TranslationProposal,
    texts: Mapping[str, str],
    by: User,
    origin: Origin = Origin.PERSON,
) -> TranslationProposal:
    """Save translated paragraphs by the keys of their units; an empty text removes one.

    Paragraphs that are not in `texts` remain, also those that the original no longer has.
    """
    lock_author(by)
    kind = kinds[proposal.kind]
    row = lock_original(kind, proposal.object_id, by)
    proposal = lock_own(proposal, by, CLAIMED)
    before, entries = proposal.entries, []
    for unit in units_of(kind, row):
        entry = before.pop(unit.key, None)
        text = texts.get(unit.key, entry["text"] if entry else "").strip()
        if text and (entry is None or entry["text"] != text):
            entry = {"field": unit.field, "source": unit.paragraph.text, "origin": origin.value}
        if text and entry is not None:
            entries.append(entry | {"text": text})
    proposal.paragraphs = [*entries, *before.values()]
    proposal.version = version_of(row)
    proposal.claimed_until = clock.now() + HELD
    proposal.save(update_fields=["paragraphs", "version", "claimed_until"])
    return proposal


@action
def submit(*, proposal: TranslationProposal, seen: str, by: User) -> TranslationProposal:
    """Submit a translation: it is public at once, or after its review.

    It waits for a reviewer if the member is new, if it replaces what a reviewer has approved, or if
    it is of a page about the site.
    `seen` is the fingerprint of the original and its translation that the member has read.
    """
    lock_author(by)
    kind = kinds[proposal.kind]
    row = lock_original(kind, proposal.object_id, by)
    proposal = lock_own(proposal, by, CLAIMED)
    if seen != fingerprint(kind, row, proposal.language):
        raise ActionRefused(
            _(
                "The original or its translation has changed since you opened this page. Check "
                "the paragraphs below."
            )
        )
    if not changed_texts(proposal, row):
        raise ActionRefused(_("You haven’t changed anything yet."))
    if not by.is_staff:
        check_rate(
            TranslationProposal.objects.filter(by=by),
            most=SUBMISSIONS_A_DAY,
            hours=24,
            field="submitted_at",
        )
    proposal.submitted_at = clock.now()
    proposal.save(update_fields=["submitted_at"])
    waits = waits_for_review(proposal) or replaces_reviewed(proposal)
    if waits:
        proposal.status = STEPS["submit"].target
        proposal.save(update_fields=["status"])
    else:
        publish(proposal, row)
        decided(proposal, "publish", by=None)
    notify_reviewers(proposal, waits=waits)
    return proposal


def changed_texts(proposal: TranslationProposal, row: Any) -> dict[str, str]:
    """Return the texts of a proposal that its publication would change, by key."""
    kind = kinds[proposal.kind]
    rows = stored_rows(proposal.kind, proposal.object_id, proposal.language)
    stored = {found.key: found for found in rows}
    keys = {unit.key for unit in units_of(kind, row)}
    return {
        key: entry["text"]
        for key, entry in proposal.entries.items()
        if key in keys
        and (key not in stored or differs(stored[key], entry["text"], Origin(entry["origin"])))
    }


def waits_for_review(proposal: TranslationProposal) -> bool:
    """Is it of a kind that is always reviewed, by a newcomer, or with an early link?"""
    if kinds[proposal.kind].reviewed_first and not proposal.by.is_staff:
        return True
    added = []
    for entry in proposal.paragraphs:
        before = {*entry["source"].split()}
        added += [word for word in entry["text"].split() if word not in before]
    return first_standing(proposal.by, " ".join(added)) == Standing.PENDING


def replaces_reviewed(proposal: TranslationProposal) -> bool:
    """Would it change paragraphs that a reviewer has approved and that are still up to date?"""
    rows = stored_rows(proposal.kind, proposal.object_id, proposal.language)
    entries = proposal.entries
    return any(
        row.is_reviewed and row.key in entries and row.text != entries[row.key]["text"]
        for row in rows
    )


def publish(proposal: TranslationProposal, row: Any, *, is_reviewed: bool = False) -> None:
    """Store the texts of a locked proposal as the public translation."""
    kind, entries = kinds[proposal.kind], proposal.entries
    present = Translation.objects.of(kind.name, row.pk).filter(language=proposal.language)
    before = present.select_for_update().first()
    proposal.replaced = state_of(before) if before else {}
    translation = write(
        kind=kind,
        row=row,
        language=proposal.language,
        texts={key: entry["text"] for key, entry in entries.items()},
        sources={key: entry["source"] for key, entry in entries.items()},
        origins={key: Origin(entry["origin"]) for key, entry in entries.items()},
        origin=Origin.PERSON,
        by=proposal.by,
        is_reviewed=is_reviewed,
    )
    proposal.result = translation_digest(translation)


def state_of(translation: Translation) -> dict[str, Any]:
    """Return what restores a translation as it is now: the latest event of each paragraph."""
    event = TranslatedParagraph.pgh_event_model.objects
    latest = event.filter(pgh_obj__in=translation.paragraphs.values("pk"))
    latest = latest.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return {
        "events": list(latest.values_list("pgh_id", flat=True)),
        "version": translation.version,
    }


@action
def accept(*, proposal: TranslationProposal, by: User, seen: str | None = None) -> Decision:
    """Publish a submitted translation.

    `seen` is the fingerprint of the original and its translation that the reviewer has read.
    Paragraphs whose original has changed since are stored as out of date. What a reviewer of the
    language accepts is reviewed.
    """
    kind = kinds[proposal.kind]
    row = lock_original(kind, proposal.object_id, by)
    proposal = lock_submitted(proposal)
    check_may_answer(proposal, by)
    if seen is not None and seen != fingerprint(kind, row, proposal.language):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    end_claim_on(proposal, by)
    decision = note(proposal, Verb.APPROVE, by)
    publish(proposal, row, is_reviewed=permissions.can_review_language(by, proposal.language))
    decided(proposal, "accept", by=by, decision=decision)
    return decision


@action
def decline(*, proposal: TranslationProposal, by: User, reason: str, message: str) -> Decision:
    """Decline a submitted translation with a reason and a message to its translator."""
    lock_original_of(proposal)
    proposal = lock_submitted(proposal)
    check_may_answer(proposal, by)
    check_words(Verb.DECLINE, reason, message)
    end_claim_on(proposal, by)
    decision = note(proposal, Verb.DECLINE, by, reason=reason, message=message.strip())
    decided(proposal, "decline", by=by, message=message.strip(), decision=decision)
    return decision


@action
def withdraw(*, proposal: TranslationProposal, by: User) -> TranslationProposal:
    """End a claim or withdraw a submission; the text is kept for the translator."""
    lock_original_of(proposal)
    proposal = lock_own(proposal, by, STEPS["withdraw"].sources)
    Claim.objects.about(proposal).delete()
    proposal.status = STEPS["withdraw"].target
    proposal.save(update_fields=["status"])
    return proposal


def decided(
    proposal: TranslationProposal,
    verb: str,
    *,
    by: User | None,
    message: str = "",
    decision: Decision | None = None,
) -> None:
    """Apply a final step to a locked proposal, and notify its translator of a decision."""
    proposal.status, proposal.decided_by = STEPS[verb].target, by
    proposal.message, proposal.decided_at = message, clock.now()
    proposal.save(
        update_fields=["status", "decided_by", "decided_at", "message", "replaced", "result"]
    )
    if decision is not None:
        notify(
            [proposal.by_id],
            kind=NoticeKind.DECISION,
            event=f"translation.{proposal.status}",
            subject=proposal,
            key=f"decision-{decision.pk}",
            decision=str(decision.pk),
            reason=decision.reason,
            message=message,
        )


def notify_reviewers(proposal: TranslationProposal, *, waits: bool) -> None:
    """Notify the reviewers of the language, and moderators of what waits for them."""
    reviewers = LanguageReviewer.objects.of(proposal.language).values_list("user", flat=True)
    notify(
        readers(kinds[proposal.kind], {*reviewers, *(moderators() if waits else [])}),
        kind=NoticeKind.REVIEW,
        event="translation.submitted" if waits else "translation.published",
        subject=proposal,
        actor=proposal.by,
        key=f"translation-{proposal.pk}-{proposal.submitted_at}",
    )


def note(
    proposal: TranslationProposal, verb: Verb, by: User, *, reason: str = "", message: str = ""
) -> Decision:
    """Record the answer of a moderator or reviewer as a decision."""
    return Decision.objects.create(
        subject=proposal,
        by=by,
        concerns=proposal.by,
        verb=verb,
        reason=reason,
        message=message,
        before=proposal.status,
    )


def lock_original_of(proposal: TranslationProposal) -> None:
    """Lock the original before a proposal, also if it is no longer public."""
    lock_originals(kinds[proposal.kind], [proposal.object_id])


def lock_own(
    proposal: TranslationProposal, by: User, sources: frozenset[ProposalState]
) -> TranslationProposal:
    found = lock(TranslationProposal, proposal.pk)
    if found.by_id != by.pk:
        raise ActionRefused(_("Only the translator can do this."))
    if found.status not in sources:
        raise ActionRefused(already_answered(found))
    return found


def lock_submitted(proposal: TranslationProposal) -> TranslationProposal:
    # A reviewer and a moderator may answer concurrently: the second must see the first's answer.
    found = lock(TranslationProposal, proposal.pk)
    if not found.is_submitted:
        raise ActionRefused(already_answered(found))
    return found


def already_answered(proposal: TranslationProposal) -> str:
    return _("You can’t do this now. The status of this translation: %(status)s.") % {
        "status": proposal.get_status_display()
    }


def check_may_answer(proposal: TranslationProposal, by: User) -> None:
    if proposal.by_id == by.pk:
        raise ActionRefused(_("You translated this, so another person must review it."))
    if not permissions.can_review_language(by, proposal.language) and not permissions.can_moderate(
        by
    ):
        raise ActionRefused(_("Only a reviewer of this language or a moderator can do this."))


def end_claim_on(proposal: TranslationProposal, by: User) -> None:
    """End a moderator's claim; reviewers are not told which moderator has it."""
    if permissions.can_moderate(by):
        end_claim(proposal, by)
    elif Claim.objects.about(proposal).live().exists():
        raise ActionRefused(_("A moderator is reviewing this now. Try again in 30 minutes."))
    else:
        Claim.objects.about(proposal).delete()


def can_reopen(proposal: TranslationProposal) -> bool:
    """Can it be opened again: is nobody else translating the object?"""
    rows = TranslationProposal.objects.of(proposal.kind, proposal.object_id, proposal.language)
    return not rows.filter(status__in=OPEN).exclude(pk=proposal.pk).exists()


# What reviewers do besides answering: mark a translation as reviewed, and undo


@action
def mark_reviewed(
    *, kind: TranslatedKind, row: Any, language: str, seen: str, by: User
) -> Translation:
    """Mark a translation that is up to date as reviewed; its translators can’t do this.

    `seen` is the fingerprint of what the reviewer has read.
    """
    row = lock_original(kind, row.pk, by)
    found = Translation.objects.of(kind.name, row.pk).filter(language=language).first()
    translation = lock(Translation, found.pk if found else None)
    if not permissions.can_review_language(by, language):
        raise ActionRefused(_("Only a reviewer of this language or a moderator can do this."))
    if translation.is_reviewed:
        return translation
    if translation.paragraphs.filter(by=by).exists():
        raise ActionRefused(_("You translated this, so another person must review it."))
    if translation.state != TranslationState.DRAFT:
        raise ActionRefused(
            _("Only a translation that is complete and up to date can be reviewed.")
        )
    if seen != fingerprint(kind, row, language):
        raise ActionRefused(
            _("The text changed after you opened this page. Read it again before you decide.")
        )
    translation.paragraphs.filter(is_reviewed=False).update(is_reviewed=True)
    translation.save(update_fields=["updated_at"])
    translation.refresh_from_db()
    return translation


def translation_of(proposal: TranslationProposal) -> Translation | None:
    rows = Translation.objects.of(proposal.kind, proposal.object_id)
    return rows.filter(language=proposal.language).first()


def is_unchanged(proposal: TranslationProposal) -> bool:
    """Is the public translation still as the acceptance of a proposal left it?"""
    translation = translation_of(proposal)
    return translation is not None and translation_digest(translation) == proposal.result


def restore_translation(proposal: TranslationProposal) -> None:
    """Restore the public translation as it was before a proposal was accepted."""
    found = translation_of(proposal)
    translation = lock_or_none(Translation, found.pk) if found else None
    if translation is None or translation_digest(translation) != proposal.result:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    before = proposal.replaced
    translation.paragraphs.all().delete()
    if not before:
        translation.delete()
        return
    events = TranslatedParagraph.pgh_event_model.objects.filter(pgh_id__in=before["events"])
    TranslatedParagraph.objects.bulk_create(
        TranslatedParagraph(
            translation=translation,
            **{
                name: getattr(event, name)
                for name in ("field", "position", "source", "text", "origin", "by_id")
            },
            # Before each paragraph had it, the whole translation did.
            is_reviewed=event.is_reviewed or before.get("is_reviewed", False),
        )
        for event in events.order_by("pgh_id")
    )
    translation.version = before["version"]
    translation.save(update_fields=["version", "updated_at"])
