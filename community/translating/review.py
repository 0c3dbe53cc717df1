"""What reviewers do besides answering: mark a translation as reviewed, and undo."""

from typing import Any

from django.utils.translation import gettext as _

from community import permissions
from community.models import TranslationProposal, User
from community.translating.originals import fingerprint, lock_original, translation_digest
from repository.models import TranslatedParagraph, Translation, TranslationState
from repository.translations.kinds import TranslatedKind
from repository.workflow import ActionRefused, action, lock, lock_or_none


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
