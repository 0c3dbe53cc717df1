"""Sentences as HTML."""

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe


def sentence(text: str, **values) -> SafeString:
    """A translated sentence as HTML, with the values escaped in their places."""
    return mark_safe(text % {name: conditional_escape(value) for name, value in values.items()})  # noqa: S308
