"""The facts of a text and of its translation: numbers, months, names, links and markup.

`differences` compares them. Numbers are compared by value: 13.78 million, 13,78 millones and 1378万
are the same. Those in words are in `translated_number_words.csv`, and names are in
`translated_names.csv`, both with their forms in each language, as stems where it inflects them.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale

NAMES = Path(__file__).with_name("translated_names.csv")
NUMBER_WORDS = Path(__file__).with_name("translated_number_words.csv")
LANGUAGES = ("fr", "es", "pt", "ar", "zh", "ru")

MILLION, BILLION, TRILLION = 10**6, 10**9, 10**12
# Words after a number that multiply it, the longest first. In Spanish and Portuguese a billion is a
# thousand millions.
SCALES = {
    "en": {"hundred": 100, "thousand": 1000, "million": MILLION, "billion": BILLION}
    | {"trillion": TRILLION},
    "fr": {"mille": 1000, "millions?": MILLION, "milliards?": BILLION}
    | {"billions?|milliers? de milliards": TRILLION},
    "es": {"mil millones": BILLION, "mil": 1000, "mill(?:ón|ones)": MILLION}
    | {"bill(?:ón|ones)": TRILLION},
    "pt": {"mil milhões": BILLION, "mil": 1000, "milh(?:ão|ões)": MILLION}
    | {"milhões de milhões|bili(?:ão|ões)": TRILLION},
    "ru": {r"тысяч\w*|тыс\.": 1000, r"миллион\w*|млн": MILLION, r"миллиард\w*|млрд": BILLION}
    | {r"триллион\w*|трлн": TRILLION},
    "ar": {"ألف|آلاف": 1000, "مليون[اً]*|ملايين": MILLION, "بليون[اً]*|بلايين|مليار[اً]*": BILLION}
    | {"تريليون[اً]*|تريليونات": TRILLION},
    "zh": {"万亿": TRILLION, "亿": 10**8, "百万": MILLION, "万": 10**4, "千": 1000},
}
# Numbers that stand for a word of another kind: Chinese months, and around the clock in French.
IDIOMS = {"zh": {r"\d+月": "月"}, "fr": {r"24\s+heures sur 24": "24 heures"}}
SPACES = "[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]"
POINT = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
COMMA = rf"\d{{1,3}}(?:(?:\.|{SPACES})\d{{3}})+(?!\d)(?:,\d+)?|\d+(?:,\d+)?"
DECIMAL_COMMA = {"fr", "es", "pt", "ru"}
LINK = re.compile(r"\]\(([^)\s]*)\)|(https?://[^\s)]+)")


def numbers(text: str, language: str) -> Counter[Decimal]:
    """Return the numbers written in digits, by value and without the addresses of links."""
    text = LINK.sub("]", text)
    for idiom, plain in IDIOMS.get(language, {}).items():
        text = re.sub(idiom, plain, text)
    has_comma = language in DECIMAL_COMMA
    scales = sorted(SCALES[language].items(), key=lambda pair: -pair[1])
    words = "|".join(f"(?P<of{number}>{word})" for number, (word, _scale) in enumerate(scales))
    gap = "" if language == "zh" else r"\b"
    number = rf"(?<!\d)(?P<digits>{COMMA if has_comma else POINT})(?:{SPACES}?(?:{words}){gap})?"
    found: Counter[Decimal] = Counter()
    for match in re.finditer(number, text):
        digits = match["digits"]
        if has_comma:
            digits = re.sub(rf"\.|{SPACES}", "", digits).replace(",", ".")
        value = Decimal(digits.replace(",", ""))
        for place, (_word, scale) in enumerate(scales):
            if match[f"of{place}"]:
                value *= scale
        found[value.normalize()] += 1
    return found


# The United Nations write these months in another way than CLDR.
FURTHER_MONTHS = {"ar": {6: "يونيه", 7: "يوليه"}}
# Endings of months in Russian, which inflects them.
RUSSIAN = re.compile("[ьйа]?$")


@cache
def month_names(language: str) -> dict[str, int]:
    """Return patterns of the names of months."""
    if language == "zh":
        return {rf"(?<!\d){month}月": month for month in range(1, 13)}
    words = Locale(language).months["stand-alone"]["wide"]
    if language == "ru":
        return {
            rf"\b{RUSSIAN.sub('', words[month])}(?:[ьйяаеую]|[ое]м)?\b": month for month in words
        }
    further = FURTHER_MONTHS.get(language, {})
    return {
        rf"\b(?:{'|'.join({words[month], further.get(month, words[month])})})\b": month
        for month in words
    }


def months(text: str, language: str) -> set[int]:
    """Return the months of dates."""
    if language == "en":
        # “May” is also a verb.
        text = re.sub(r"(?<!\d )\bMay\b(?! \d)", "", text)
    flags = re.IGNORECASE if language != "en" else re.NOFLAG
    return {month for stem, month in month_names(language).items() if re.search(stem, text, flags)}


def read_forms(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return the forms of the words in a file by word and language, the longest words first."""
    with path.open(encoding="utf-8") as lines:
        forms = {
            row[next(iter(row))]: {
                code: (row[code] or row[next(iter(row))]).split("|") for code in LANGUAGES
            }
            for row in csv.DictReader(lines)
        }
    return dict(sorted(forms.items(), key=lambda pair: -len(pair[0])))


@cache
def known_names() -> dict[str, dict[str, list[str]]]:
    return read_forms(NAMES)


@cache
def number_words() -> dict[str, dict[str, list[str]]]:
    return read_forms(NUMBER_WORDS)


def has_any(text: str, forms: list[str]) -> bool:
    folded = text.casefold()
    return any(form.casefold() in folded for form in forms)


def words_of_numbers(text: str) -> list[str]:
    """Return the numbers in an English text that are written as words."""
    # Scales of digits, as in 90 million, belong to the digits.
    text = re.sub(r"\d (?:million|billion)", "", text)
    any_word = rf"(?<![\w-])(?:{'|'.join(number_words())})(?!\w)"
    return sorted({word.lower() for word in re.findall(any_word, text, re.IGNORECASE)})


@cache
def any_name() -> re.Pattern:
    return re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in known_names()))


def names(text: str) -> list[str]:
    """Return the names in an English text."""
    return sorted(set(any_name().findall(text)))


def links(text: str) -> list[str]:
    return sorted(address or bare for address, bare in LINK.findall(text))


def markup(text: str) -> dict[str, int]:
    """Return what marks words as bold, italic or code, and the line breaks."""
    bold = text.count("**")
    rest = text.replace("**", "")
    return {
        "bold": bold,
        "italic": rest.count("*"),
        "code": text.count("`"),
        "lines": text.count("\n"),
    }


def differences(source: str, text: str, language: str) -> Iterator[str]:
    """Yield the facts in which a translation differs from its English source."""
    before, after = numbers(source, "en"), numbers(text, language)
    yield from (f"without the number {value:f}" for value in before - after)
    yield from (f"with the number {value:f}" for value in after - before)
    yield from (
        f"other months: {sorted(pair[0])}, {sorted(pair[1])}"
        for pair in [(months(source, "en"), months(text, language))]
        if pair[0] != pair[1]
    )
    for word in words_of_numbers(source):
        if not has_any(text, number_words()[word][language]):
            yield f"without the number {word}"
    for name in names(source):
        if not has_any(text, known_names()[name][language]):
            yield f"without the name {name}"
    if links(source) != links(text):
        yield f"other links: {links(text)}"
    if markup(source) != markup(text):
        yield f"other markup: {markup(text)}"
