"""The original of a translation, as it is now, and its present translation."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from community.models import User
from repository.models import TranslatedParagraph, Translation
from repository.translations.alignment import Aligned, align_units
from repository.translations.kinds import TranslatedKind, Unit, kinds
from repository.translations.writing import lock_originals
from repository.workflow import ActionRefused


def visible_row(kind: str, pk: int, user: Any) -> Any:
    """Return an object whose translations a user may read; None if there is none."""
    return kinds[kind].visible_to(user).filter(pk=pk).first() if kind in kinds else None


def translatable_row(kind: str, pk: int) -> Any:
    """Return an object that is public or internal; None if there is none."""
    return kinds[kind].translatable().filter(pk=pk).first() if kind in kinds else None


def readers(kind: TranslatedKind, members: Iterable[int]) -> set[int]:
    """Return those of some members, by primary key, who may read objects of a kind."""
    if not kind.is_internal:
        return set(members)
    users = User.objects.filter(pk__in=set(members))
    return {user.pk for user in users if kind.may_be_read_by(user)}


def visible_only(rows: Iterable[Any], user: Any) -> list[Any]:
    """Return the translations or proposals whose original a user may read.

    One query for each kind.
    """
    listed = list(rows)
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in listed:
        wanted[row.kind].add(row.object_id)
    visible = {
        (kind, pk)
        for kind, pks in wanted.items()
        if kind in kinds
        for pk in kinds[kind].visible_to(user).filter(pk__in=pks).values_list("pk", flat=True)
    }
    return [row for row in listed if (row.kind, row.object_id) in visible]


def lock_original(kind: TranslatedKind, pk: int, user: Any) -> Any:
    """Serialise changes of the translations of an object, and edits of it; return the object.

    Raises ActionRefused if the user can no longer read it.
    """
    lock_originals(kind, [pk])
    row = visible_row(kind.name, pk, user)
    if row is None:
        raise ActionRefused(_("This no longer exists."))
    return row


def target_languages(kind: TranslatedKind, row: Any) -> dict[str, str]:
    """Return the languages of the site, by code, into which an object can be translated."""
    return {code: str(name) for code, name in settings.LANGUAGES if code != kind.language_of(row)}


def units_of(kind: TranslatedKind, row: Any) -> list[Unit]:
    """Return the paragraphs of an object; equal ones of a field are one."""
    return list({unit.key: unit for unit in kind.units(row)}.values())


def stored_rows(kind: str, pk: int, language: str) -> list[TranslatedParagraph]:
    found = TranslatedParagraph.objects.filter(
        translation__kind=kind, translation__object_id=pk, translation__language=language
    )
    return list(found.order_by("field", "position"))


def aligned(kind: TranslatedKind, row: Any, language: str) -> list[tuple[Unit, Aligned]]:
    """Return the paragraphs of an object with their translation into a language."""
    return align_units(units_of(kind, row), stored_rows(kind.name, row.pk, language))


def fingerprint(kind: TranslatedKind, row: Any, language: str) -> str:
    """Return a digest of an original and its translation, as a translator or reviewer sees them."""
    units = [unit.key for unit in units_of(kind, row)]
    rows = stored_rows(kind.name, row.pk, language)
    return digest_of([units, [[found.key, found.text] for found in rows]])


def translation_digest(translation: Translation) -> str:
    """Return a digest of a translation, which undoing compares."""
    rows = translation.paragraphs.order_by("field", "position")
    return digest_of([[found.key, found.text] for found in rows])


def digest_of(data: Any) -> str:
    return hashlib.md5(json.dumps(data).encode(), usedforsecurity=False).hexdigest()
