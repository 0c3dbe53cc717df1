"""Words in another language than the page they stand on: marked, so that they are read aloud well.

What the collection holds is written in English unless an object names its language.
"""

from django.utils.html import format_html
from django.utils.translation import get_language


def lang_attribute(code: str) -> str:
    """The attribute of an element with words in `code`; none where the page is in that language."""
    return "" if code == get_language() else format_html(' lang="{}"', code)


def marked(text: str, code: str) -> str:
    """`text` in the language `code` as a part of a sentence of the page."""
    attribute = lang_attribute(code)
    return format_html("<span{}>{}</span>", attribute, text) if attribute else text
