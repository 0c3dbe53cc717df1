"""Dates, times and numbers in each language, compared with CLDR."""

import re
from datetime import datetime

import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format, localize

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# English is that of the United Nations, which has no entry in CLDR.
OTHERS = LANGUAGES[1:]
MONTHS = [datetime(2026, month, 4, 9, 5) for month in range(1, 13)]
WEEK = [datetime(2026, 11, day, 18, 30) for day in range(2, 9)]
# In these the time follows "à" and "às": CLDR's pattern "at a time", which Babel does not have.
AT_A_TIME = {"fr": "{1} à {0}", "pt": "{1} às {0}"}


def joined(language: str, day: str, time: str) -> str:
    pattern = AT_A_TIME.get(language) or Locale(language).datetime_formats["long"]
    return pattern.replace("{1}", day).replace("{0}", time)


@pytest.mark.parametrize("language", OTHERS)
def test_format_dates_by_cldr(language):
    with translation.override(language):
        for moment in (*MONTHS, *WEEK):
            time = format_skeleton("Hm", moment, locale=language)
            long = format_date(moment, "long", locale=language)
            full = format_date(moment, "full", locale=language)
            expected = {
                "DATE_FORMAT": long,
                "TIME_FORMAT": time,
                "DATETIME_FORMAT": joined(language, long, time),
                "YEAR_MONTH_FORMAT": format_skeleton("yMMMM", moment, locale=language),
                "MONTH_DAY_FORMAT": format_skeleton("MMMMd", moment, locale=language),
                "SHORT_DATE_FORMAT": format_skeleton("yMd", moment, locale=language),
                "WEEKDAY_DATE_FORMAT": full,
                "WEEKDAY_DATETIME_FORMAT": joined(language, full, time),
                "SHORT_MONTH_DAY_FORMAT": format_skeleton("MMMd", moment, locale=language),
                "SHORT_YEAR_MONTH_FORMAT": format_skeleton("yMMM", moment, locale=language),
            }
            assert {name: date_format(moment, name) for name in expected} == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_have_all_formats_of_this_site(language):
    """Django would show the name of a format that a language does not have."""
    with translation.override(language):
        short = date_format(WEEK[0], "SHORT_WEEKDAY_TIME_FORMAT")
        names = ("WEEKDAY_DATE", "WEEKDAY_DATETIME", "SHORT_MONTH_DAY", "SHORT_YEAR_MONTH")
        found = [date_format(WEEK[0], f"{name}_FORMAT") for name in names]
    assert ("2" in short, short[-5:]) == (True, "18:30")
    assert all(text and "_" not in text for text in found)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("number", [7, 1234, 12345678, 1234.5, 0.25])
def test_format_numbers_by_cldr(language, number):
    with translation.override(language):
        assert localize(number) == format_decimal(number, locale=language)


@pytest.mark.parametrize("language", OTHERS)
def test_read_dates_as_they_are_written(language):
    """What a field shows can be sent back."""
    with translation.override(language):
        formats = get_format("DATE_INPUT_FORMATS")
        written = f"{MONTHS[1]:{formats[0]}}"
        assert datetime.strptime(written, formats[0]).date() == MONTHS[1].date()
        assert "%Y-%m-%d" in formats


def test_keep_separators_out_of_attributes():
    """An id such as `message-1,234` is not what a link to message 1234 names."""
    key = re.compile(r'="[^"]*{{ [\w.]*(?:\.pk|[a-z]_id)(?:\|(?!unlocalize|stringformat)\w+)* }}')
    strings = ["auto_id", "form_id"]
    found = [
        (str(path.relative_to(settings.BASE_DIR)), match[0])
        for path in sorted((settings.BASE_DIR / "templates").rglob("*.html"))
        for match in key.finditer(path.read_text(encoding="utf-8"))
        if not match[0].endswith(tuple(f"{name} }}}}" for name in strings))
    ]
    assert found == []
