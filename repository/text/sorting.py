"""The order of names in a list, in the active language, as in CLDR: decision 37.

`pinyin.txt` has the Chinese characters from U+4E00 to U+9FFF in the order of CLDR's collation for
"zh", by pinyin and then by strokes.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

LAST = "\uffff"
# Letters that are not an accented form of another one, and in Arabic those that are the same.
LETTERS = {
    "es": {"ñ": f"n{LAST}"},
    "ru": {"й": "й"},
    "ar": {**dict.fromkeys("ءأؤإئ", "ا"), "آ": "اا", "ة": "ت", "ى": "ي"},
}
# Names of cities in which a character is read otherwise than alone, with one that is read so.
READINGS = {"重庆": "崇庆", "沈阳": "审阳"}
# Letters that Unicode does not decompose.
DECOMPOSED = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d"}
TATWEEL = "\N{ARABIC TATWEEL}"
# Signs come before digits, in this order; the rest after these.
SIGNS = {sign: place for place, sign in enumerate(" _-–—,;:!?.·'\"«»()[]/&%+", 1)}
SIGNS |= {"’": SIGNS["'"], "‘": SIGNS["'"], "“": SIGNS['"'], "”": SIGNS['"']}
OTHER_SIGN = len(SIGNS) + 1
# The script of the language comes before the others.
OWN_SCRIPT = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK"}
OTHER_SCRIPT = 0x200000

Key = tuple[tuple[int, ...], str, str]


def sort_key(text: object) -> Key:
    """Return the key by which names are sorted in the active language.

    Accents and case only distinguish names that are otherwise the same.
    """
    return _key(str(text), get_language() or "en")


def choices_by_name[T](choices: Iterable[tuple[T, object]]) -> list[tuple[T, Any]]:
    """Sort the choices of a field, (value, name), by name."""
    return sorted(choices, key=lambda choice: sort_key(choice[1]))


@lru_cache(maxsize=5000)
def _key(text: str, language: str) -> Key:
    folded = unicodedata.normalize("NFC", text.casefold())
    letters = LETTERS.get(language, {})
    for name, reading in READINGS.items() if language == "zh" else ():
        folded = folded.replace(name, reading)
    plain = "".join(letters.get(letter) or _without_accent(letter) for letter in folded)
    # Small letters come before capitals.
    return tuple(_weight(letter, language) for letter in plain), folded, text.swapcase()


def _without_accent(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", DECOMPOSED.get(letter, letter))
    return "".join(
        part for part in parts if unicodedata.category(part) not in ("Mn", "Cf") and part != TATWEEL
    )


def _weight(letter: str, language: str) -> int:
    if unicodedata.category(letter)[0] in "PSZ":
        return SIGNS.get(letter, OTHER_SIGN)
    own = OWN_SCRIPT.get(language)
    if not own or not letter.isalpha():
        return ord(letter)
    if not unicodedata.name(letter, "").startswith(own):
        return ord(letter) + OTHER_SCRIPT
    return by_pinyin().get(letter, ord(letter)) if language == "zh" else ord(letter)


@cache
def by_pinyin() -> dict[str, int]:
    text = (Path(__file__).parent / "pinyin.txt").read_text(encoding="utf-8")
    return {letter: place for place, letter in enumerate(text.replace("\n", ""), 0x1000)}
