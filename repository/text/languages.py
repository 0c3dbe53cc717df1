"""Markup of text in another language than the page, for screen readers and its direction.

The collection is in English unless an object states its language.
"""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language


@lru_cache(maxsize=200)
def direction_of(code: str) -> str:
    """Return the direction in which a language is written; "auto" if it is not known."""
    try:
        return Locale.parse(code, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "auto"


def html_language(code: str) -> str:
    """Return the code of a language of the site for browsers and search engines.

    Chinese pages are in simplified characters. Texts of members keep the code they state.
    """
    return "zh-Hans" if code == "zh" else code


def page_attributes() -> str:
    """Return the lang and dir attributes of a page in the active language."""
    code = get_language() or settings.LANGUAGE_CODE
    return attributes(html_language(code))


def lang_attribute(code: str) -> str:
    """Return the lang and dir attributes for text in `code`; empty if the page is in it."""
    return "" if code == get_language() else attributes(code)


def lang_or_auto(code: str) -> str:
    """Return lang and dir for a text of a member; the browser finds the direction if there is none.

    Members may write in another language than the one they state.
    """
    return (lang_attribute(code) if code else "") or mark_safe(' dir="auto"')


def attributes(code: str) -> str:
    return format_html(' lang="{}" dir="{}"', code, direction_of(code))


def marked(text: str, code: str) -> str:
    """Return `text`, in a span with its language `code` if the page is in another language."""
    attribute = lang_attribute(code)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else text
