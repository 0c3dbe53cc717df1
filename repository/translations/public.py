"""What everyone may read, of all kinds."""

from collections.abc import Iterable

from django.db.models import Q

from repository.translations.kinds import TranslatedKind, kinds


def is_public(among: Iterable[TranslatedKind] = kinds) -> Q:
    """Return the condition on `kind` and `object_id` that everyone may read the object."""
    condition = Q(pk__in=[])
    for kind in among:
        condition |= Q(kind=kind.name, object_id__in=kind.public().order_by().values("pk"))
    return condition
