"""Link glossary terms in texts, at their first use."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.translation import override

from repository.models import GlossaryTerm
from repository.pages.addresses import address_of
from repository.pages.editions import cached_by_edition
from repository.translations.reading import translate

# Skip links, which cannot be nested, and tags.
PASSED_OVER = re.compile("<a .*?</a>|<[^>]+>", re.DOTALL)


class Marker:
    """Finds the terms of the glossary in safe HTML and links the first use of each.

    Abbreviations and other words in capitals are case-sensitive, since "IT" differs from "it". All
    other words are case-insensitive. Chinese has no spaces, so its terms may touch other words.
    """

    def __init__(self, terms: Iterable[GlossaryTerm], *, language: str = "en"):
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
        self.pattern = words and word_pattern(words, has_spaces=language != "zh")

    def mark(self, sections: dict[str, str]) -> dict[str, str]:
        """Return the sections with the first use of each term in any of them as a link."""
        if not self.pattern:
            return sections
        seen: set[str] = set()
        return {name: self._mark(html, seen) for name, html in sections.items()}

    def _mark(self, html: str, seen: set[str]) -> str:
        marked, last, url = [], 0, address_of("repository:glossary")
        for start, end in self.found(lower_keeping_length(html)):
            word = html[start:end]
            slug = self.as_written.get(word) or self.folded.get(fold(word))
            if slug is None or slug in seen:
                continue
            seen.add(slug)
            marked.append(html[last:start])
            marked.append(f'<a class="term" href="{url}#{escape(slug)}">{word}</a>')
            last = end
        return "".join([*marked, html[last:]])

    def found(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the spans of terms in a lower-case text, in order."""
        # The pattern needs a character before the first word as well.
        places = [match.span("word") for match in self.pattern.finditer(f" {text}")]
        passed_over = (match.span() for match in PASSED_OVER.finditer(text)) if places else iter(())
        skip, until = 0, 0
        for start, end in ((start - 1, end - 1) for start, end in places):
            while until <= start:
                skip, until = next(passed_over, (len(text), len(text)))
            if start < skip:
                yield start, end


def word_pattern(words: list[str], *, has_spaces: bool) -> re.Pattern:
    """Return the pattern of a text with any of these folded words, the longest first."""
    if not has_spaces:
        # Only letters and digits of Latin script separate words: "5G" is none in "15G".
        start, end = r"(?:(?<![\w&])|(?=\W))", r"(?:(?!\w)|(?<=\W))"
        return re.compile(rf"{start}(?P<word>{one_of(words)}){end}", re.ASCII)
    # Starting with the character before a word is many times faster. Exclude "&", which starts an
    # entity such as "&amp;".
    return re.compile(rf"[^\w&](?P<word>{one_of(words)})(?!\w)")


def in_html(word: str) -> str:
    """Return `word` as it is escaped in cleaned HTML."""
    return html.escape(word.strip(), quote=False)


def lower_keeping_length(text: str) -> str:
    """Return `text` in lower case with unchanged offsets: "İ", which would become two, is kept."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def fold(text: str) -> str:
    """Return `text` in lower case, with single spaces and straight apostrophes."""
    return " ".join(text.lower().replace("’", "'").split())


def loosely(word: str) -> str:
    """Return a pattern for a folded `word` that allows any white space and either apostrophe."""
    pieces = (re.escape(piece).replace("'", "['’]") for piece in word.split(" "))
    return r"\s+".join(pieces)


def one_of(words: Iterable[str], *, depth: int = 2) -> str:
    """Return a pattern for any of these words, as a prefix tree to limit alternatives."""
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


@cached_by_edition(16)
def marker(_edition: str, language: str) -> Marker:
    """Return a marker for texts in a language, with the terms in that language."""
    terms = list(GlossaryTerm.objects.all())
    if language != "en":
        with override(language):
            translate(("term", terms), only={"term"})
        terms = [term for term in terms if term.language == language]
        for term in terms:
            # Synonyms are in English.
            term.aliases = []
    return Marker(terms, language=language)
