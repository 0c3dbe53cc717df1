"""Terms of the glossary marked in texts, each where it is first used."""

import html
import re
from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import escape

from repository.models import GlossaryTerm
from repository.per_edition import per_edition

# Passed over: a link holds no other, and no word in a tag is meant for readers.
LINK, TAG = "<a .*?</a>", "<[^>]+>"


class Marker:
    """Finds the terms of the glossary in safe HTML and links the first use of each.

    Abbreviations, and whatever else stands in capitals, are found as they are written: "IT" is
    another word than "it". All other words are found in small and in large letters.
    """

    def __init__(self, terms: Iterable[GlossaryTerm]):
        self.as_written: dict[str, str] = {}
        self.folded: dict[str, str] = {}
        for term in terms:
            if term.abbreviation:
                self.as_written.setdefault(in_html(term.abbreviation), term.slug)
            for word in filter(None, map(in_html, [term.term, *term.aliases])):
                if word.isupper():
                    self.as_written.setdefault(word, term.slug)
                else:
                    self.folded.setdefault(fold(word), term.slug)
        words = sorted({*self.as_written, *self.folded}, key=len, reverse=True)
        # Not after "&": that is the name of a character, as in "&amp;".
        word = rf"(?<![\w&])(?P<word>{'|'.join(map(loosely, words))})(?!\w)"
        self.pattern = words and re.compile(rf"{word}|{LINK}|{TAG}", re.DOTALL)
        self.url = reverse("repository:glossary")

    def mark(self, sections: dict[str, str]) -> dict[str, str]:
        """Return the sections with the first use of each term in any of them as a link."""
        if not self.pattern:
            return sections
        seen: set[str] = set()
        return {name: self._mark(html, seen) for name, html in sections.items()}

    def _mark(self, html: str, seen: set[str]) -> str:
        marked, last = [], 0
        for match in self.pattern.finditer(in_small_letters(html)):
            if not match["word"]:
                continue
            word = html[match.start() : match.end()]
            slug = self.as_written.get(word) or self.folded.get(fold(word))
            if slug is None or slug in seen:
                continue
            seen.add(slug)
            marked.append(html[last : match.start()])
            marked.append(f'<a class="term" href="{self.url}#{escape(slug)}">{word}</a>')
            last = match.end()
        return "".join([*marked, html[last:]])


def in_html(word: str) -> str:
    """`word` as it stands in cleaned HTML."""
    return html.escape(word.strip(), quote=False)


def in_small_letters(text: str) -> str:
    """`text` in small letters, each at its place: "İ", which would become two, stays."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def fold(text: str) -> str:
    """`text` in small letters, with single spaces and straight apostrophes."""
    return " ".join(text.lower().replace("’", "'").split())


def loosely(word: str) -> str:
    """A pattern for `word` that takes any white space for a space, and either apostrophe."""
    pieces = (re.escape(piece).replace("'", "['’]") for piece in fold(word).split(" "))
    return r"\s+".join(pieces)


@per_edition
def marker() -> Marker:
    """The marker for the terms of the present edition."""
    return Marker(GlossaryTerm.objects.all())
