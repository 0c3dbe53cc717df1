"""The translations of the installed canned responses: `content/canned-responses/<language>.po`."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from community.models import CannedText
from community.moderation.canned_texts.translated import KIND
from repository.translations.kinds import kinds
from repository.translations.loading import translated_languages, write_entries
from repository.translations.po import from_po
from repository.translations.writing import lock_originals

FOLDER = Path(__file__).resolve().parents[2] / "content" / "canned-responses"


@transaction.atomic
def load_canned_translations() -> int:
    """Load the translations of the installed responses; return how many of these changed.

    Paragraphs are found by their text, because staff may have edited, renamed or deleted the
    responses. What staff have translated is kept.
    """
    originals = CannedText.objects.filter(language=settings.LANGUAGE_CODE)
    lock_originals(kinds[KIND], originals.values("pk"))
    rows = {str(row.pk): row for row in originals}
    changed = 0
    for language in translated_languages():
        _language, is_reviewed, entries = from_po((FOLDER / f"{language}.po").read_bytes())
        by_object = dict.fromkeys(rows, entries)
        changed += write_entries(kinds[KIND], rows, language, by_object, is_reviewed)
    return changed
