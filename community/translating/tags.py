"""The link with which members translate an object."""

from typing import Any

from django import template

from repository.translations.kinds import kinds

register = template.Library()


@register.inclusion_tag("community/translating/_translate_link.html", takes_context=True)
def translate_link(context, row: Any, name: str = "") -> dict:
    """A link to the languages of a public object, for members; `name` tells links apart."""
    kind = kinds.of(row)
    if kind is None or not context["user"].is_authenticated:
        return {}
    return {"kind": kind.name, "row": row, "name": name}
