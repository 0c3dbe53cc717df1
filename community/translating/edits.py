"""What an edit of an original means for its translations."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import F, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community import permissions
from community.translating.notices import notify_translators
from community.translating.originals import units_of, visible_row
from community.translating.panes import label_of
from repository.models import Original, TranslatedParagraph, Translation
from repository.text.differences import Piece, word_pieces
from repository.translations.alignment import align_units
from repository.translations.kinds import TranslatedKind, kinds


@dataclass
class StaleParagraph:
    """A paragraph of an original, and the languages whose translation is of an earlier version."""

    label: str
    # Keys of the earlier version and of the current one.
    earlier: str
    current: str
    pieces: list[Piece]
    languages: list[str] = field(default_factory=list)

    @property
    def value(self) -> str:
        return f"{self.earlier}>{self.current}"


def stale_paragraphs(kind: TranslatedKind, row: Any) -> list[StaleParagraph]:
    """Return the paragraphs of an object with translations out of date, in its order."""
    units = units_of(kind, row)
    found: dict[tuple[str, int], StaleParagraph] = {}
    rows: dict[str, list[TranslatedParagraph]] = {}
    stored = TranslatedParagraph.objects.filter(
        translation__kind=kind.name, translation__object_id=row.pk
    )
    for paragraph in stored.select_related("translation").order_by("field", "position"):
        rows.setdefault(paragraph.translation.language, []).append(paragraph)
    for language in sorted(rows):
        for unit, public in align_units(units, rows[language]):
            if not public.is_stale or public.row is None:
                continue
            stale = found.setdefault(
                (unit.key, public.row.key),
                StaleParagraph(
                    label_of(kind, unit.field),
                    public.row.key,
                    unit.key,
                    word_pieces(public.row.source, unit.paragraph.text),
                ),
            )
            stale.languages.append(language)
    order = {unit.key: place for place, unit in enumerate(units)}
    return sorted(found.values(), key=lambda each: (order[each.current], each.earlier))


@dataclass
class Edit:
    """An edit of an original: does it make translations out of date?"""

    makes_stale: bool = False


@contextmanager
def edit_of(row: Any) -> Iterator[Edit]:
    """Edit an object within this context, in a transaction, so that its translators are notified.

    Objects without translations cost one query.
    """
    edit, kind = Edit(), kinds.of(row)
    if kind is None or row.pk is None:
        yield edit
        return
    before = counts(kind, row)
    keys = keys_of(kind, row) if before else []
    yield edit
    if before and keys_of(kind, row) != keys:
        after = counts(kind, row)
        edit.makes_stale = any(done < total for done, total in after.values())
        if edit.makes_stale:
            notify_translators.enqueue(kind.name, row.pk)


def stale_link(row: Any, user: Any) -> str:
    """Return a link to the translations that an edit has made out of date; empty if there are none.

    For those who may say that it was a typo.
    """
    kind = kinds.of(row)
    if kind is None or not permissions.can_keep_translations(user, row):
        return ""
    stale = Translation.objects.of(kind.name, row.pk).filter(up_to_date__lt=F("total"))
    if not stale.exists() or visible_row(kind.name, row.pk, user) is None:
        return ""
    return format_html(
        '<a href="{}">{}</a>',
        reverse("community:translation_changes", args=[kind.name, row.pk]),
        _("Some translations are out of date. See which"),
    )


@contextmanager
def edited_at_desk(request: HttpRequest, model: type[Model], key: str) -> Iterator[None]:
    """Notify translators of what an editor changes at the desk, and the editor of translations."""
    is_translated = any(kind.model is model for kind in kinds)
    row = model._default_manager.filter(pk=key).first() if is_translated else None
    if row is None:
        yield
        return
    with edit_of(row) as edit:
        yield
    if edit.makes_stale and (link := stale_link(row, request.user)):
        messages.warning(request, link)


def counts(kind: TranslatedKind, row: Any) -> dict[str, tuple[int, int]]:
    """Return how many paragraphs are up to date, and of how many, by language."""
    found = Translation.objects.of(kind.name, row.pk)
    return {
        language: (done, total)
        for language, done, total in found.values_list("language", "up_to_date", "total")
    }


def keys_of(kind: TranslatedKind, row: Any) -> list[str]:
    found = Original.objects.filter(kind=kind.name, object_id=row.pk)
    return found.values_list("keys", flat=True).first() or []
