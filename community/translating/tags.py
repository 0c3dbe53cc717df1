"""The link with which members translate an object."""

from typing import Any

from django import template

from community.translating.credits import translators_of
from repository.models import Translation
from repository.translations.kinds import kinds

register = template.Library()


@register.inclusion_tag("community/translating/_translate_link.html", takes_context=True)
def translate_link(context, row: Any, name: str = "") -> dict:
    """A link to the languages of a public object, for members; `name` tells links apart."""
    kind, user = kinds.of(row), context.get("user")
    if kind is None or user is None or not user.is_authenticated:
        return {}
    # Previews of what is not public have no translations.
    if not (getattr(row, "is_published", True) and getattr(row, "is_open", True)):
        return {}
    return {"kind": kind.name, "row": row, "name": name}


@register.inclusion_tag("community/translating/_credit.html")
def translators(translation: Translation) -> dict:
    """The names of the members who have made a translation."""
    return {"translators": translators_of(translation)}
