"""Folding of tag names, and a registry of models with tags.

Two names are the same tag if they differ only in case, accents, spaces, hyphens or other
punctuation: "E-Commerce", "ecommerce" and "É commerce". Plurals and translations are different
tags, which staff can merge.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

# The largest number of tags on an object, and the longest tag that forms accept.
LIMIT = 10
MAX_LENGTH = 50
# Combining marks that are accents, unlike signs of other scripts, such as vowels in Hindi.
ACCENTS = range(0x300, 0x370)
# Without these, C++ and C# would fold to C.
KEPT = "+#"
# Between commas, also those of Arabic and Chinese.
COMMAS = {*",،，、"}
NAMES = re.compile(r'"([^"]*)"|([^,،，、"]+)')
MAX_FOLDED_LENGTH = 200

# Models with tags, by label, each with a filter for public rows. Higher apps add theirs.
carriers: dict[str, Callable[[QuerySet], QuerySet]] = {
    "repository.CaseStudy": lambda rows: rows.published(),
    "repository.Webinar": lambda rows: rows.public(),
}
# Callbacks after a merge, called with the primary keys of both tags.
after_merge: list[Callable[[int, int], None]] = []


class TooMany(ValidationError):
    """More than ten tags on one object, because of a concurrent change."""

    def __init__(self):
        super().__init__(_("You can add up to ten tags."), code="most")


def fold(name: str) -> str:
    """Return the folded form that all spellings of a tag share: "São-Paulo" → "saopaulo"."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", name.casefold())
        if ord(character) not in ACCENTS
        and (character in KEPT or unicodedata.category(character)[0] not in "CPSZ")
    )
    # Names such as "!?" fold to nothing: use them unchanged.
    return (unicodedata.normalize("NFC", plain) or name.strip())[:MAX_FOLDED_LENGTH]


def parse(text: str) -> list[str]:
    """Split comma-separated names, without duplicate spellings; quoted names may hold commas."""
    by_spelling: dict[str, str] = {}
    for quoted, plain in NAMES.findall(text):
        if name := " ".join((quoted or plain).split()):
            by_spelling.setdefault(fold(name), name)
    return list(by_spelling.values())


def joined(names: Iterable[str]) -> str:
    """Join names in the format that `parse` reads."""
    return ", ".join(f'"{name}"' if COMMAS & {*name} else name for name in names)
