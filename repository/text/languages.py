"""Markup of text in another language than the page, for screen readers.

The collection is in English unless an object states its language.
"""

from django.utils.html import format_html
from django.utils.translation import get_language


def lang_attribute(code: str) -> str:
    """Return the lang attribute for text in `code`; empty if the page is in that language."""
    return "" if code == get_language() else format_html(' lang="{}"', code)


def marked(text: str, code: str) -> str:
    """Return `text`, in a span with its language `code` if the page is in another language."""
    attribute = lang_attribute(code)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else text
