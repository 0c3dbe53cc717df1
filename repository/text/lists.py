"""Words joined in the active language: with "and" by CLDR, or with its comma."""

import re
from collections.abc import Iterable

from babel import Locale
from babel.lists import format_list
from django.utils.translation import get_language

# Between the words of a list. CLDR has only patterns with "and".
BETWEEN = {"ar": "، ", "zh": "、"}
SEMICOLON = {"ar": "؛ ", "zh": "；"}
# In a phrase such as "Zhengzhou, China".
COMMA = {"ar": "، ", "zh": "，"}
SIGNS = {
    "ar": {",": "،", ";": "؛", "→": "←"},
    "fr": {":": "\N{NO-BREAK SPACE}:"},
    "zh": {",": "、", ";": "；", ".": "。", ":": "："},
}
# What separates words that a reader types.
LIST_SIGNS = re.compile("[,;،؛、，；]")
COMMAS = re.compile("[,،、，]")
# Not the comma of "1,240".
COMMA_OF_A_PHRASE = re.compile("[,،] |[，、]")
SEMICOLONS = re.compile("[;；؛]")
PLAIN_COMMAS = dict.fromkeys(map(ord, "،、，"), ",")


def list_with_and(words: Iterable[str]) -> str:
    """Join words for use in a sentence: "a, b and c"."""
    language = get_language() or "en"
    # In American English, which "en" is in CLDR, there is a comma before "and".
    locale = Locale.parse("en-GB" if language == "en" else language, sep="-")
    return format_list([*map(str, words)], locale=locale)


def list_of(words: Iterable[object]) -> str:
    """Join words, without "and"."""
    words = [*map(str, words)]
    return list_separator(words).join(words)


def with_commas(parts: Iterable[object]) -> str:
    """Join the parts of a phrase that are not empty: "Zhengzhou, China"."""
    return comma().join(str(part) for part in parts if part)


def comma() -> str:
    return COMMA.get(get_language() or "", ", ")


def list_separator(words: Iterable[str] = ()) -> str:
    """Return the comma of a list, or the semicolon if a comma is in one of its words.

    "China, Hong Kong Special Administrative Region" is one name.
    """
    if any(COMMA_OF_A_PHRASE.search(word) for word in words):
        return SEMICOLON.get(get_language() or "", "; ")
    return BETWEEN.get(get_language() or "", ", ")


def sign(english: str) -> str:
    """Return the sign between or after items that a template lists: for "," that of a list.

    For ", " the comma of a phrase with its space, which Chinese does not have. An arrow points
    from what is read first to what is read next.
    """
    if english == ", ":
        return comma()
    return SIGNS.get(get_language() or "", {}).get(english, english)


def with_plain_commas(text: str) -> str:
    """Return what a reader typed with the comma of English, as code expects it."""
    return text.translate(PLAIN_COMMAS)
