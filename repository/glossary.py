"""Terms of the glossary marked in texts, each where it is first used."""

import re
from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import escape

from repository.models import GlossaryTerm
from repository.per_edition import per_edition

PIECES = re.compile(r"(<[^>]+>)")


class Marker:
    """Finds the terms of the glossary in safe HTML and links the first use of each."""

    def __init__(self, terms: Iterable[GlossaryTerm]):
        self.slugs: dict[str, str] = {}
        for term in terms:
            for word in [term.term, term.abbreviation, *term.aliases]:
                if word:
                    self.slugs.setdefault(fold(word), term.slug)
        words = sorted(map(re.escape, self.slugs), key=len, reverse=True)
        self.pattern = re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") if words else None
        # Folding keeps the length of ASCII texts only; others are searched as they stand.
        self.url = reverse("repository:glossary")

    def mark(self, sections: dict[str, str]) -> dict[str, str]:
        """Return the sections with the first use of each term in any of them as a link."""
        if self.pattern is None:
            return sections
        seen: set[str] = set()
        return {name: self._mark(html, seen) for name, html in sections.items()}

    def _mark(self, html: str, seen: set[str]) -> str:
        pieces = PIECES.split(html)
        inside_link = False
        for place, piece in enumerate(pieces):
            if place % 2:
                if piece.startswith(("<a ", "</a")):
                    inside_link = piece[1] == "a"
            elif piece and not inside_link:
                pieces[place] = self._mark_text(piece, seen)
        return "".join(pieces)

    def _mark_text(self, text: str, seen: set[str]) -> str:
        folded = fold(text)
        if len(folded) != len(text):
            folded = text
        marked, last = [], 0
        for match in self.pattern.finditer(folded):
            slug = self.slugs[match[0]]
            # An abbreviation in small letters is another word: "it", "who".
            if slug in seen or (len(match[0]) < 5 and not text[match.start()].isupper()):
                continue
            seen.add(slug)
            word = text[match.start() : match.end()]
            marked.append(text[last : match.start()])
            marked.append(f'<a class="term" href="{self.url}#{escape(slug)}">{word}</a>')
            last = match.end()
        if not marked:
            return text
        return "".join(marked) + text[last:]


def fold(text: str) -> str:
    return text.lower()


@per_edition
def marker() -> Marker:
    """The marker for the terms of the present edition."""
    return Marker(GlossaryTerm.objects.all())
