"""What a machine must not translate: addresses, placeholders and terms of the glossary.

They are replaced by numbers in braces, `{1}`, which translation engines leave alone, and put back
afterwards: terms of the glossary as they are translated there.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from repository.models import GlossaryTerm, Origin, TranslatedParagraph
from repository.translations.problems import LINK, PLACEHOLDER, TARGET

NUMBERED = re.compile(r"\{\s*(\d+)\s*\}")
# The target of a link in Markdown, code, a placeholder, or another address.
KEPT = re.compile(
    rf"{TARGET.pattern}(?:\s[^)]*)?\)|`[^`\n]*`|{PLACEHOLDER.pattern}|{NUMBERED.pattern}"
    rf"|{LINK.pattern}"
)


class NotKept(Exception):
    """The engine has not left what is protected alone."""


def glossary(language: str) -> dict[str, str]:
    """Return the terms of the glossary with their translations by people, in lower case.

    Terms are English. One query.
    """
    terms = TranslatedParagraph.objects.filter(
        translation__kind="term", translation__language=language, field="term"
    ).exclude(origin=Origin.MACHINE)
    current = set(GlossaryTerm.objects.values_list("term", flat=True))
    return {
        source.lower(): text
        for source, text in terms.values_list("source", "text")
        if source in current
    }


@dataclass(frozen=True)
class Protected:
    """A text with numbers in place of what is kept."""

    text: str
    kept: list[str]

    def restore(self, translated: str) -> str:
        """Put back what is kept; raise NotKept if a number is missing, doubled or new."""
        numbers = Counter(int(number) for number in NUMBERED.findall(translated))
        if numbers != Counter(range(1, len(self.kept) + 1)):
            raise NotKept
        return NUMBERED.sub(lambda found: self.kept[int(found[1]) - 1], translated)


def protect(text: str, terms: Mapping[str, str]) -> Protected:
    """Replace what is kept in a text by numbers. `terms` are by term in lower case."""
    kept: list[str] = []

    def number(found: re.Match) -> str:
        word = found[0]
        translation = terms.get(word.lower())
        kept.append(word if translation is None else like(word, translation))
        return f"{{{len(kept)}}}"

    # Longer terms first: "city network" before "city".
    words = [re.escape(term) for term in sorted(terms, key=len, reverse=True)]
    pattern = KEPT.pattern + (rf"|\b(?:{'|'.join(words)})\b" if words else "")
    return Protected(re.sub(pattern, number, text, flags=re.IGNORECASE), kept)


def like(word: str, translation: str) -> str:
    """Return a translation with a small or capital first letter, like the word in the text."""
    if translation[1:2].isupper():
        # An abbreviation.
        return translation
    first = translation[:1].upper() if word[:1].isupper() else translation[:1].lower()
    return first + translation[1:]
