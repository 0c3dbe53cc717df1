"""The members who have made a public translation."""

from typing import Any

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
