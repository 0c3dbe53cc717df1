"""What a reader typed, as terms."""

import re
import unicodedata
from dataclasses import dataclass, field, replace

from repository.search.excerpts import UNSPACED

MAX_CHARACTERS = 200
MAX_WORDS = 12
# Characters of a question in a script without spaces between words.
SHORTEST_UNSPACED = 4
# Pairs of characters of a question that are searched one by one.
MAX_PAIRS = 40
# Characters of Chinese that are mostly words such as "of", "how", "we", and that few names have.
FUNCTION_WORDS = frozenset(
    "的了吗呢吧啊在是我们你您他她它谁怎么什哪如何可以和与及或这那有没不就也都还要想让把被从为给到向"
    "由于则但而且因所之其些很太更最该着过做每只又再才能会应用个各"
)

# Characters that readers type for a quotation mark or a minus, and invisible characters.
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
TERM = re.compile(r'(?P<minus>[-−–]?)(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')
INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True)
class Term:
    """A word or a quoted phrase; `is_negated` if it follows a minus."""

    text: str
    is_quoted: bool = False
    is_negated: bool = False

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.is_quoted else self.text
        return f"-{text}" if self.is_negated else text


@dataclass(frozen=True)
class Query:
    """A parsed search query.

    `is_cut`: the input was longer than the limit. `is_finished`: a space follows the last word, so
    it is not the beginning of a longer one. `typed` is the whole text, also beyond the last term.
    """

    terms: tuple[Term, ...] = ()
    is_cut: bool = False
    is_finished: bool = False
    typed: str = field(default="", compare=False)

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    @property
    def has_words(self) -> bool:
        """Is there a term to search for, besides negated ones?"""
        return not all(term.is_negated for term in self.terms)

    @property
    def beginning(self) -> str:
        """Return the last word if it may be the beginning of a longer one."""
        last = self.terms[-1]
        return "" if self.is_finished or last.is_quoted or last.is_negated else last.text


def read_query(text: str) -> Query:
    """Read what a reader typed; never fails.

    At most 200 characters and 12 words are read. A quotation mark that is not closed reaches to
    the end, a minus counts where a word begins, other signs mean nothing.
    """
    # The cut comes first: the text may be a megabyte. Characters in their usual form may be more.
    typed = text[:MAX_CHARACTERS].encode("utf-8", "replace").decode()
    typed = unicodedata.normalize("NFKC", INVISIBLE.sub(" ", typed)).translate(QUOTES)
    is_cut = len(text) > MAX_CHARACTERS or len(typed) > MAX_CHARACTERS
    typed = typed[:MAX_CHARACTERS]
    terms: list[Term] = []
    room = MAX_WORDS
    for match in TERM.finditer(typed):
        part = (match["word"] or match["quoted"] or "").strip()
        ends = word_ends(part)
        if not ends:
            continue
        is_cut = is_cut or len(ends) > room
        if room == 0:
            break
        terms.append(
            Term(
                part if len(ends) <= room else part[: ends[room - 1]],
                is_quoted=match["word"] is None,
                is_negated=bool(match["minus"]),
            )
        )
        room = max(0, room - len(ends))
    return Query(
        tuple(terms), is_cut=is_cut, is_finished=is_cut or typed[-1:].isspace(), typed=typed
    )


def in_pairs(query: Query) -> Query:
    """Return a query with pairs of characters for each long term in a script without spaces.

    Such a term may be a sentence, of which a text has some words but hardly all. Pairs with a
    Chinese function word are left out, like stop words of other languages, unless all have one.
    """
    terms: list[Term] = []
    for term in query.terms:
        is_long = any(len(run) >= SHORTEST_UNSPACED for run in UNSPACED.findall(term.text))
        if term.is_quoted or term.is_negated or not is_long:
            terms.append(term)
            continue
        terms += [Term(word) for word in UNSPACED.sub(" ", term.text).split() if word_ends(word)]
        pairs = [
            run[at : at + 2]
            for run in UNSPACED.findall(term.text)
            for at in range(max(1, len(run) - 1))
        ]
        telling = [pair for pair in pairs if FUNCTION_WORDS.isdisjoint(pair)]
        terms += [Term(pair) for pair in (telling or pairs)[:MAX_PAIRS]]
    if terms == list(query.terms):
        return query
    return replace(query, terms=tuple(dict.fromkeys(terms)), is_finished=True)


def word_ends(text: str) -> list[int]:
    """Return the end of each word: letters and digits with combining marks, not marks alone."""
    ends = []
    in_word = False
    for place, sign in enumerate(text):
        if sign.isalnum() or (in_word and unicodedata.category(sign)[0] == "M"):
            in_word = True
        elif in_word:
            ends.append(place)
            in_word = False
    return [*ends, len(text)] if in_word else ends
