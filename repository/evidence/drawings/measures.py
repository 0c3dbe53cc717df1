"""What the forms ask of figures: their measure, count and size, and short labels."""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from repository.evidence.amounts import CODE, RANK, SINGULAR, YEAR, YEARS
from repository.evidence.models import Evidence

MAX_LABEL = 18
SIGNS = " ,;:，；：、،؛"
# A preposition or an article, which must not be the last word of a label.
MAX_PREPOSITION = 4
# Chinese may be broken after each character, but not before a comma.
PIECE = re.compile(r"\s*(?:[\u3400-\u9fff][，。、；：）》”]*|[^\s\u3400-\u9fff]+)")
# “30 September 2020”, “30 de septiembre de 2020”, “2020年9月30日”.
DATE = re.compile(
    r"\d{1,2}(?: de)? [^\W\d_]{3,}(?:(?: de)? \d{4})?|\d+年(?:\d+月)?(?:\d+日)?", re.IGNORECASE
)
# Words for a rank or a code in the labels of numbers without a unit, in the languages of the site.
NO_AMOUNT = re.compile(
    r"(?<!\w)(?:rank(?:s|ed|ings?)?|codes?|rang|classement|puesto|clasificación|códigos?"
    r"|classificação|место|рейтинг\w*|коды?|(?:ال)?(?:مرتبة|ترتيب|رمز))(?!\w)|排名|名次|编号|代码",
    re.IGNORECASE,
)
COUNTED = ("", "days", "persons", "years", "countries", "cities")


def is_amount(row: Evidence) -> bool:
    """Is a figure an amount, and no rank, year or code?"""
    if row.unit in (RANK, CODE):
        return False
    if row.value is None or row.currency:
        return True
    if row.unit in ("", YEAR) and row.value in YEARS:
        return False
    return bool(row.unit) or not NO_AMOUNT.search(row.original("label"))


def measure(row: Evidence) -> tuple[str, str, bool]:
    """Return what values are compared by: unit, currency, and whether it is a percentage."""
    if row.per_cent is not None:
        return "%", "", True
    return SINGULAR.get(row.unit, row.unit), row.currency, False


def size_of(row: Evidence) -> Decimal | None:
    return None if row.value_to is not None else row.per_cent or row.value


def whole_number(row: Evidence, units: tuple[str, ...]) -> int | None:
    """Return the value of a figure if it is a whole number in one of these units."""
    if row.value is None or row.value_to is not None or row.currency or row.display:
        return None
    if row.value != int(row.value) or SINGULAR.get(row.unit, row.unit) not in units:
        return None
    return int(row.value)


def count_of(row: Evidence) -> int | None:
    """Return the number of things that a figure counts; None if it is no such number."""
    return whole_number(row, COUNTED)


def amount_like(row: Evidence, value: Decimal) -> str:
    """Format a value with the unit and the currency of a figure."""
    return Evidence(value=value, unit=row.unit, currency=row.currency).figure


def scale(most: Decimal, start: float, length: float) -> Callable[[Decimal], float]:
    """Return the function from a value to its position on an axis that starts at 0."""
    return lambda value: start + length * float(value) / float(most)


def distinct_labels(labels: list[str], most: int = MAX_LABEL) -> list[str]:
    """Shorten labels to the words in which they differ, then to the space for them."""
    split = [label.split() for label in labels]
    if len(labels) > 1:
        if any(map(is_wide, "".join(labels))) and all(len(each) == 1 for each in split):
            return [cut(label, most) for label in without_common_characters(labels)]
        while all(len(each) > 1 for each in split) and len({each[0] for each in split}) == 1:
            split = [each[1:] for each in split]
        whole = split
        while all(len(each) > 1 for each in split) and len({each[-1] for each in split}) == 1:
            split = [each[:-1] for each in split]
        if any(len(each[-1]) <= MAX_PREPOSITION for each in split):
            split = whole
    return [cut(" ".join(each).strip(SIGNS), most) for each in split]


def without_common_characters(labels: list[str]) -> list[str]:
    """Shorten Chinese labels, which have no spaces, to the characters in which they differ.

    One of those that all end in stays: often it is a part of the word, as in 食品 and 化妆品.
    """
    start = common_characters(labels)
    end = common_characters([label[start:][::-1] for label in labels])
    found = [label[start : len(label) - max(0, end - 1)].strip(SIGNS) for label in labels]
    return found if all(found) else labels


def common_characters(texts: list[str]) -> int:
    """Return how many characters all of the texts begin with."""
    return next(
        (count for count, letters in enumerate(zip(*texts, strict=False)) if len({*letters}) > 1),
        min(map(len, texts)),
    )


def cut(text: str, most: int) -> str:
    """Cut a text of more columns than `most` at the end of a word, but not inside a date."""
    if columns(text) <= most:
        return text
    dates = [date.span() for date in DATE.finditer(text)]
    ends = [piece.end() for piece in PIECE.finditer(text)]
    ends = [end for end in ends if not any(start < end < after for start, after in dates)]
    # A first word without room is better whole than broken.
    end = max((end for end in ends if columns(text[:end]) < most), default=ends[0])
    return text[:end].rstrip(SIGNS) + "…"


def lines(text: str, most: int) -> list[str]:
    """Break a text into lines of at most so many columns."""
    found = [""]
    for piece in PIECE.findall(text):
        if found[-1] and columns(found[-1] + piece) > most:
            found.append("")
        found[-1] = (found[-1] + piece).strip()
    return found


def columns(text: str) -> int:
    """Return the width of a text: characters, of which Chinese ones count twice, marks not."""
    return sum(
        2 if is_wide(letter) else 0 if unicodedata.combining(letter) else 1 for letter in text
    )


def is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
