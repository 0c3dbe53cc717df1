"""Which objects may be read, of all kinds, as conditions on `kind` and `object_id`."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from repository.translations.kinds import TranslatedKind, kinds


def is_visible_to(user: Any, among: Iterable[TranslatedKind] = kinds) -> Q:
    """Return the condition that a user may read the object. None stands for everyone."""
    return is_one_of((kind, kind.visible_to(user)) for kind in among)


def is_translatable() -> Q:
    """Return the condition that the object is public, or internal and read by some of the staff."""
    return is_one_of((kind, kind.translatable()) for kind in kinds)


def is_one_of(rows: Iterable[tuple[TranslatedKind, QuerySet]]) -> Q:
    condition = Q(pk__in=[])
    for kind, found in rows:
        condition |= Q(kind=kind.name, object_id__in=found.order_by().values("pk"))
    return condition
