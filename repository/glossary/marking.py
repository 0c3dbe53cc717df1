"""Terms of the glossary marked in texts, each where it is first used."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.html import escape

from repository.models import GlossaryTerm
from repository.pages.editions import per_edition

# Passed over: a link holds no other, and no word in a tag is meant for readers.
PASSED_OVER = re.compile("<a .*?</a>|<[^>]+>", re.DOTALL)


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
        words = sorted(map(fold, {*self.as_written, *self.folded}), key=len, reverse=True)
        # Begins with what stands before a word, which is found many times faster than a word. Not
        # after "&": that is the name of a character, as in "&amp;".
        self.pattern = words and re.compile(rf"[^\w&](?P<word>{one_of(words)})(?!\w)")
        self.url = reverse("repository:glossary")

    def mark(self, sections: dict[str, str]) -> dict[str, str]:
        """Return the sections with the first use of each term in any of them as a link."""
        if not self.pattern:
            return sections
        seen: set[str] = set()
        return {name: self._mark(html, seen) for name, html in sections.items()}

    def _mark(self, html: str, seen: set[str]) -> str:
        marked, last = [], 0
        for start, end in self.found(in_small_letters(html)):
            word = html[start:end]
            slug = self.as_written.get(word) or self.folded.get(fold(word))
            if slug is None or slug in seen:
                continue
            seen.add(slug)
            marked.append(html[last:start])
            marked.append(f'<a class="term" href="{self.url}#{escape(slug)}">{word}</a>')
            last = end
        return "".join([*marked, html[last:]])

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """Where words of terms stand in a text in small letters, in their order."""
        # Something stands before the first word as well.
        places = [match.span("word") for match in self.pattern.finditer(f" {text}")]
        passed_over = (match.span() for match in PASSED_OVER.finditer(text)) if places else iter(())
        skip, until = 0, 0
        for start, end in ((start - 1, end - 1) for start, end in places):
            while until <= start:
                skip, until = next(passed_over, (len(text), len(text)))
            if start < skip:
                yield start, end


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
    """A pattern for a folded `word`, with any white space for a space and either apostrophe."""
    pieces = (re.escape(piece).replace("'", "['’]") for piece in word.split(" "))
    return r"\s+".join(pieces)


def one_of(words: Iterable[str], *, depth: int = 2) -> str:
    """A pattern for the first of these words that is there: at each place few are tried."""
    if not depth:
        return "|".join(map(loosely, words))
    tails: dict[str, list[str]] = defaultdict(list)
    for word in words:
        tails[word[:1]].append(word[1:])
    groups = (
        f"{loosely(head)}(?:{one_of(rest, depth=depth - 1)})" if head else ""
        for head, rest in tails.items()
    )
    return "|".join(groups)


@per_edition
def marker() -> Marker:
    """The marker for the terms of the present edition."""
    return Marker(GlossaryTerm.objects.all())
