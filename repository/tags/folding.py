"""Tags: how spellings are folded together, and what carries tags that everybody may read.

Two names are one tag where nothing but case, accents, spaces, hyphens or other punctuation tells
them apart: "E-Commerce", "ecommerce" and "É commerce" are. Plural and translation are left alone:
staff merge what means the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

# On one object; of one tag in characters, as forms take it.
MOST = 10
LONGEST = 50
# Accents stand apart after decomposition. Signs of other scripts, as vowels in Hindi, are none.
ACCENTS = range(0x300, 0x370)
# Without these, C++ and C# would be C.
KEPT = "+#"
NAMES = re.compile(r'"([^"]*)"|([^,"]+)')
LONGEST_FOLDED = 200

# Models that carry tags, by label, and which of their rows everybody may read. Apps that stand on
# this one add theirs.
carriers: dict[str, Callable[[QuerySet], QuerySet]] = {
    "repository.CaseStudy": lambda rows: rows.published(),
    "repository.Webinar": lambda rows: rows.public(),
}
# What else moves where one tag becomes another: called with the primary keys of both.
after_merge: list[Callable[[int, int], None]] = []


class TooMany(ValidationError):
    """There would be more than ten tags on one object: somebody else has added some meanwhile."""

    def __init__(self):
        super().__init__(_("There are ten tags already, which is the most."), code="most")


def fold(name: str) -> str:
    """What two spellings of one tag have in common: "São-Paulo" → "saopaulo"."""
    plain = "".join(
        character
        for character in unicodedata.normalize("NFKD", name.casefold())
        if ord(character) not in ACCENTS
        and (character in KEPT or unicodedata.category(character)[0] not in "CPSZ")
    )
    # Nothing is left of "!?", which is a name all the same.
    return (unicodedata.normalize("NFC", plain) or name.strip())[:LONGEST_FOLDED]


def parse(text: str) -> list[str]:
    """Names separated by commas, each spelling once; in quotes one may hold a comma."""
    by_spelling: dict[str, str] = {}
    for quoted, plain in NAMES.findall(text):
        if name := " ".join((quoted or plain).split()):
            by_spelling.setdefault(fold(name), name)
    return list(by_spelling.values())


def joined(names: Iterable[str]) -> str:
    """The names as `parse` reads them."""
    return ", ".join(f'"{name}"' if "," in name else name for name in names)
