"""The translations of the 2020 series, as its PO files have them."""

from functools import cache
from pathlib import Path

from django.conf import settings

from repository.translations.po import Entry, from_po

CONTENT = Path(settings.BASE_DIR) / "repository" / "content"
LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


@cache
def entries(language: str, folder: str = "series-2020") -> dict[str, list[Entry]]:
    """Return the entries of a language by kind."""
    return {
        path.stem: from_po(path.read_bytes())[2]
        for path in sorted((CONTENT / folder / language).glob("*.po"))
    }


def pairs(language: str) -> list[tuple[str, Entry]]:
    """Return all entries of a language, each with what names it."""
    return [
        (f"{language} {kind} {entry.context}: {entry.source[:60]}", entry)
        for kind, found in entries(language).items()
        for entry in found
    ]
