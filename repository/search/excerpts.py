"""Search excerpts with marked words, and plain-text summaries of rendered Markdown."""

import html
import re
import unicodedata
from collections.abc import Iterable

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

# Letters of scripts without spaces between words, as in repository/sql/search_1_text.sql.
UNSPACED = re.compile(
    "[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3041-\u312f\u31a0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
MAX_LENGTH = 260
ELLIPSIS = "…"
NOT_IN_A_WORD = r"(?<![^\W_])"
WORD_ENDS = r"(?![^\W_])"
# Arabic joins "the", "and", "for" and similar words to the following word.
ARABIC = re.compile(r"[\u0620-\u064a]")
ARABIC_BEFORE = r"[\u0620-\u064a]{0,3}"


# Letters that Unicode does not decompose.
WITHOUT_STROKE = {"đ": "d", "ø": "o", "ł": "l", "ı": "i"}


class BaseLetters(dict):
    """Maps each character to one lower-case letter without accents, which keeps offsets."""

    def __missing__(self, code: int) -> str:
        lower = WITHOUT_STROKE.get(chr(code).lower(), chr(code).lower())
        base, *rest = list(unicodedata.normalize("NFKD", lower) or lower)
        letter = base if all(map(unicodedata.combining, rest)) else lower
        self[code] = letter if len(letter) == 1 else chr(code)
        return self[code]


BASE_LETTERS = BaseLetters()
# Characters beyond ASCII and English typography.
BEYOND_ENGLISH = re.compile(r"[^\x00-\x7f–—‘’“”…]")


def fold(text: str) -> str:
    """Return `text` in lower case without accents, with the same length."""
    # The table is several times slower.
    return text.translate(BASE_LETTERS) if BEYOND_ENGLISH.search(text) else text.lower()


class Marker:
    """Marks the matches of one query.

    `stems` are words, stems and phrases without accents, as returned by `repository_search`;
    `typed` is the query as typed, for scripts that are searched by pairs of characters;
    `beginning` is a last word that may be incomplete.
    """

    def __init__(self, stems: Iterable[str], *, typed: str = "", beginning: str = ""):
        words = sorted({stem for stem in stems if stem}, key=lambda stem: (-len(stem), stem))
        runs = UNSPACED.findall(typed)
        pieces = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
        runs = sorted({*runs, *pieces}, key=lambda run: (-len(run), run))
        self.needles = [*words, *runs]
        # The common start of all forms, without hyphens: a text without any of these cannot match.
        starts = [word.partition(" ")[0] if " " in word else word[:-1] for word in words]
        self.starts = {start.replace("-", "") for start in [*starts, *runs]}
        beginning = fold(beginning)
        patterns = [word_pattern(word, is_beginning=word == beginning) for word in words]
        self.pattern = re.compile("|".join([*patterns, *map(re.escape, runs)]) or r"(?!)")

    def mark(self, text: str) -> SafeString:
        """Return `text` as HTML with matches in `<mark>`."""
        text = unicodedata.normalize("NFC", text)
        pairs, at = [], 0
        for match in self.pattern.finditer(fold(text)):
            pairs.append((text[at : match.start()], text[match.start() : match.end()]))
            at = match.end()
        return format_html_join("", "{}<mark>{}</mark>", pairs) + escape(text[at:])

    def excerpt(self, summary: str, body: str) -> SafeString:
        """Return the summary, or the matching part of the body if the summary has no match."""
        if body and not self.pattern.search(fold(summary)):
            place = self.first(body)
            if place is not None:
                return self.mark(cut(body, place))
        if len(summary) > MAX_LENGTH:
            return self.mark(cut(summary, self.first(summary) or 0))
        return self.mark(summary)

    def first(self, text: str) -> int | None:
        """Return the offset of the first match."""
        lower = text.lower()
        if len(lower) == len(text):
            # Most words occur unchanged, and a plain search is many times faster.
            for place in sorted({lower.find(needle) for needle in self.needles} - {-1}):
                if self.pattern.match(fold(text[: place + 60]), place):
                    return place
        folded = fold(text)
        bare = folded.replace("-", "")
        if not any(start in bare for start in self.starts):
            return None
        match = self.pattern.search(folded)
        return match.start() if match else None


# Tags that separate words, and the remains of a tag or an entity that was cut in the middle.
BREAKS = re.compile(r"<br>|</(?:p|li|blockquote)>")
TAGS = re.compile(r"<[^>]*>")
LEFT_OVER = re.compile(r"<[^>]*\Z|&[#\w]{0,8}\Z")
# Characters of HTML per character of text, links included, in ordinary writing.
HTML_FOR_TEXT = 5


def beginning(rendered: str, length: int) -> str:
    """Return the first `length` characters of HTML from `markdown.render` as plain text.

    The HTML may be cut anywhere: `length * HTML_FOR_TEXT` characters of it are enough.
    """
    words = TAGS.sub("", BREAKS.sub(" ", LEFT_OVER.sub("", rendered)))
    return shortened(html.unescape(words), length)


def shortened(text: str, length: int) -> str:
    """Return `text` on one line, cut after a whole word, with an ellipsis, to `length` characters.

    If that would remove more than half, as in scripts without spaces, it is cut within a word.
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    short = Truncator(text).chars(length)
    if short == text or not short:
        return short
    words = short.removesuffix(ELLIPSIS)
    if text[len(words)].isalnum():
        whole = words.rpartition(" ")[0]
        words = whole if len(whole) > length / 2 else words
    return words.rstrip(" ,;:") + ELLIPSIS


def word_pattern(word: str, *, is_beginning: bool) -> str:
    """Return a pattern for the forms of `word`, which may be a stem or a phrase.

    Forms start with the stem, except for a final y that became an i. The length of the ending is
    limited: "port" must not mark "portfolio" unless the reader is still typing.
    """
    if " " in word:
        return NOT_IN_A_WORD + r"[\W_]+".join(map(re.escape, word.split())) + WORD_ENDS
    before = NOT_IN_A_WORD + (ARABIC_BEFORE if ARABIC.match(word) else "")
    if is_beginning:
        return before + spelled(word) + r"\w*"
    more = 0 if len(word) < 3 else 3 if len(word) < 5 else 5
    stem = re.escape(word[:-1]) + "[iy]" if len(word) > 2 and word[-1] == "i" else spelled(word)
    return rf"{before}{stem}\w{{0,{more}}}{WORD_ENDS}"


def spelled(word: str) -> str:
    """Return a pattern that allows hyphens in a long word: "ecommerce" marks "e-commerce"."""
    return "-?".join(map(re.escape, word)) if len(word) > 5 else re.escape(word)


def cut(text: str, place: int) -> str:
    """Return at most 260 characters of `text`, plus ellipses, around the offset `place`.

    The excerpt starts shortly before, at the start of a sentence if there is one, else of a word.
    """
    start = max(0, min(place - 100, len(text) - MAX_LENGTH))
    if start:
        ends = [text.find(end, start, place) + len(end) for end in (". ", "\n", "。", " ")]
        # Not found is -1, and adding the length of the separator makes it 0 or 1.
        start = next((end for end in ends if end > start), start)
    end = len(text)
    if end > start + MAX_LENGTH:
        end = text.rfind(" ", start + MAX_LENGTH - 40, start + MAX_LENGTH)
        end = start + MAX_LENGTH if end < 0 else end
    piece = " ".join(text[start:end].split())
    return (ELLIPSIS if start else "") + piece + (ELLIPSIS if end < len(text) else "")
