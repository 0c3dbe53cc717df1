"""Numbers, units and money of figures, in the active language."""

import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, parse_pattern
from django.utils.translation import get_language, ngettext_lazy, npgettext_lazy, pgettext_lazy

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

# Some languages have a plural for these, as in “2 millions”.
LARGE = [
    (10**12, ngettext_lazy("%(number)s trillion", "%(number)s trillion", "count")),
    (10**9, ngettext_lazy("%(number)s billion", "%(number)s billion", "count")),
    (10**6, ngettext_lazy("%(number)s million", "%(number)s million", "count")),
]
# Spanish writes 16,700 million: “billón” is a million millions, and “mil” does not follow digits.
WITHOUT_BILLIONS = {"es"}
# Chinese counts in other steps: 2,640 million are 26.4 times 100 million. CLDR has their signs.
STEPS_OF_FOUR = (10**12, 10**8, 10**4)

# Some languages name money after the number, and join it to these words: “2 millions de dollars”.
MONEY = {
    "USD": ngettext_lazy("$%(amount)s", "$%(amount)s", "count"),
    "CNY": ngettext_lazy("¥%(amount)s", "¥%(amount)s", "count"),
}
LARGE_MONEY = {
    "USD": pgettext_lazy("millions, billions", "$%(amount)s"),
    "CNY": pgettext_lazy("millions, billions", "¥%(amount)s"),
}

# Units with translations; others are shown as entered.
UNITS = {
    "hours": npgettext_lazy("after a number", "hour", "hours", "count"),
    "days": npgettext_lazy("after a number", "day", "days", "count"),
    "years": npgettext_lazy("after a number", "year", "years", "count"),
    "persons": npgettext_lazy("after a number", "person", "people", "count"),
    "times": npgettext_lazy("after a number", "time", "times", "count"),
    "tons": npgettext_lazy("after a number", "ton", "tons", "count"),
    "countries": npgettext_lazy("after a number", "country", "countries", "count"),
    "cities": npgettext_lazy("after a number", "city", "cities", "count"),
}
# Some languages join units to “million” as well: “2 millions de personnes”.
LARGE_UNITS = {
    "hours": pgettext_lazy("millions, billions", "hours"),
    "days": pgettext_lazy("millions, billions", "days"),
    "years": pgettext_lazy("millions, billions", "years"),
    "persons": pgettext_lazy("millions, billions", "people"),
    "times": pgettext_lazy("millions, billions", "times"),
    "tons": pgettext_lazy("millions, billions", "tons"),
    "cities": pgettext_lazy("millions, billions", "cities"),
}
# Units of numbers that are no amounts. They are not written: the label says what the number is.
RANK, YEAR, CODE = "rank", "year", "code"
YEARS = range(1900, 2101)
# Other ways to enter these units.
SINGULAR = {"hour": "hours", "day": "days"}
# A whole number with the plural form of fractions: 2 in most languages, as in Russian “1,5 года”.
LIKE_FRACTIONS = {"ar": 100}
# Numbers that units say by their form, as the Arabic dual does.
SAID_BY_UNITS = {"ar": (1, 2)}
DUAL, DUAL_AFTER_PREPOSITION = "ان", "ين"
# Numbers whose words are those of the genitive: “2 страны”, but “более 2 стран”.
GENITIVE_IN_RUSSIAN = {"one": 2, "few": 5, "many": 5}


def number(value: Decimal, *, digits: int = 3) -> str:
    """Format `value` in the active language with at most `digits` decimals."""
    pattern, locale = _pattern(f"#,##0.{'#' * digits}", get_language() or "en")
    return pattern.apply(value, locale)


@lru_cache(maxsize=32)
def _pattern(pattern: str, language: str) -> tuple[NumberPattern, Locale]:
    # Cached, since parsing a pattern takes longer than applying it.
    return parse_pattern(pattern), Locale.parse(language, sep="-")


def amount(value: Decimal) -> str:
    """Format `value` with millions, billions and trillions in words, without rounding."""
    if get_language() == "zh":
        return _amount_in_steps_of_four(value)
    for size, text in LARGE:
        if size == 10**9 and get_language() in WITHOUT_BILLIONS:
            continue
        part = value / size
        if abs(part) >= 1 and part == round(part, 3):
            return text % {"number": number(part), "count": plural_of(part)}
    return number(value)


def _amount_in_steps_of_four(value: Decimal) -> str:
    size = next((size for size in STEPS_OF_FOUR if abs(value) >= size), None)
    if size is not None:
        part = value / size
        if part == round(part, 4):
            pattern, locale = _pattern("0.####", "zh")
            words = locale.compact_decimal_formats["short"]["other"][str(size)]
            return pattern.apply(part, locale) + words.suffix[0]
    return number(value)


def with_unit(
    text: str,
    value: Decimal,
    *,
    unit: str,
    currency: str,
    label: str = "",
    is_genitive: bool = False,
) -> str:
    """Add unit and currency to `text`, which is `value`, or a range that ends with it.

    A unit is left out that the label after it begins with: “1,240” before “traders who use it”.
    After words such as “more than”, some languages have the genitive of the number.
    """
    count = plural_of(value, is_genitive=is_genitive)
    language = get_language() or "en"
    said = value in SAID_BY_UNITS.get(language, ())
    if said and text != number(value):
        # The last number of a range.
        said, count = False, LIKE_FRACTIONS[language]
    in_words = not text[-1].isdigit()
    if currency in MONEY:
        money = LARGE_MONEY if in_words else MONEY
        text = money[currency] % {"amount": text, "count": count}
        if said and is_genitive:
            text = _after_preposition(text)
    elif currency:
        text = f"{currency}{NO_BREAK_SPACE}{text}"
    if not unit:
        return text
    known = SINGULAR.get(unit, unit)
    if in_words and not currency and known in LARGE_UNITS:
        unit = str(LARGE_UNITS[known])
    elif known in UNITS:
        unit = UNITS[known] % {"count": count}
        if said and not currency:
            return _after_preposition(unit) if is_genitive else unit
    if begins_with(label, unit):
        return text
    # Chinese has no space before its units.
    space = "" if language == "zh" and not unit[0].isascii() else NO_BREAK_SPACE
    return f"{text}{space}{unit}"


def _after_preposition(words: str) -> str:
    """Return an Arabic noun after a preposition, which changes the dual only."""
    return f"{words.removesuffix(DUAL)}{DUAL_AFTER_PREPOSITION}" if words.endswith(DUAL) else words


def begins_with(label: str, unit: str) -> bool:
    """Does a label begin with a unit as a word of its own? Chinese has no spaces between words."""
    start, rest = label[: len(unit)], label[len(unit) :]
    is_word = not rest[:1].isalnum() or unicodedata.east_asian_width(unit[-1]) in "WF"
    return start.casefold() == unit.casefold() and is_word


def is_known(unit: str) -> bool:
    """Is this a unit with translations, in the right plural form, or one that is not written?"""
    return unit in (RANK, YEAR, CODE) or SINGULAR.get(unit, unit) in UNITS


def plural_of(value: Decimal, *, is_genitive: bool = False) -> int:
    """Return the whole number that has the plural form of `value`, as gettext needs one."""
    language, whole = get_language() or "en", abs(int(value))
    # French has the singular up to 1,99.
    if value != int(value) and language != "fr":
        return LIKE_FRACTIONS.get(language, 2)
    if is_genitive and language == "ru":
        return GENITIVE_IN_RUSSIAN[Locale("ru").plural_form(whole)]
    return whole
