"""Template tags for pages in translation."""

from typing import Any

from django import template
from django.utils.translation import get_language

from repository.translations.kinds import kinds

register = template.Library()


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
