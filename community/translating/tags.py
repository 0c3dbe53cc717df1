"""The link with which members translate an object, and the members who have."""

from typing import Any

from django import template
from django.db.models import QuerySet

from community.models import User
from repository.models import Translation
from repository.translations.kinds import kinds


def translators_of(translation: Translation) -> QuerySet[User]:
    """The translators of the paragraphs that are shown, whose account is open; one query."""
    found = translation.paragraphs.exclude(by=None).values("by")
    members = User.objects.filter(pk__in=found, is_active=True)
    return members.select_related("membership").order_by("display_name", "pk")


def originals_translated_by(user: User) -> list[Any]:
    """The objects with public pages that credit a member as a translator."""
    translations = Translation.objects.filter(paragraphs__by=user).distinct()
    pages = translations.values_list("kind", "object_id").distinct()
    rows = (
        kinds[kind].model._default_manager.filter(pk=pk).first()
        for kind, pk in sorted(pages)
        if kind in kinds and not kinds[kind].is_internal
    )
    return [row for row in rows if row is not None]


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
