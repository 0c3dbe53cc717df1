"""Template tags for pages in translation."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from repository.translations.forms import MAX_TEXT
from repository.translations.kinds import kinds

register = template.Library()


@register.filter
def original_language(row: Any) -> str:
    """Return the language in which an object is written, also if it is shown in translation."""
    reading = getattr(row, "reading", None)
    return reading.original_language if reading else row.language


@register.inclusion_tag("repository/translations/_notice.html")
def translation_notice(row: Any, original: str) -> dict[str, Any]:
    """Say that an object is shown in translation, or only in its own language.

    `original` is the URL of the original.
    """
    about = kinds.of(row)
    language = about.language_of(row) if about else ""
    return {
        "row": row,
        "reading": getattr(row, "reading", None),
        "language": language,
        "is_missing": language != get_language(),
        "original": original,
    }


@register.simple_tag
def translations_of(row: Any) -> str:
    """Return the page with the translations of an object for staff; empty if it has none.

    It is the overview. For internal texts, which have no page that leads to it, it is where they
    are translated.
    """
    about = kinds.of(row) if row is not None else None
    if about is None:
        return ""
    if about.is_internal:
        return reverse("community:translation_languages", args=[about.name, row.pk])
    query = urlencode({"kind": about.name, "text": getattr(row, about.card[0])[:MAX_TEXT]})
    return f"{reverse('admin:translations')}?{query}"
