"""Drafts made by a machine, which no person has checked."""

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.tasks import task

from repository.models import Origin, TranslatedParagraph
from repository.translations.kinds import TranslatedKind, Unit, kinds
from repository.translations.machine import client
from repository.translations.machine.terms import NotKept, Protected, glossary, protect
from repository.translations.problems import problems
from repository.translations.writing import (
    lock_originals,
    locked_translation,
    replaced_rows,
    write,
)
from repository.workflow import action

logger = logging.getLogger(__name__)


@action
def queue_drafts(*, chosen: Sequence[tuple[str, int]], language: str, by: Any) -> None:
    """Queue machine drafts of the missing paragraphs of objects, given by kind and primary key."""
    if not client.is_configured() or language not in dict(settings.LANGUAGES):
        return
    keys = [list(key) for key in chosen]
    transaction.on_commit(
        lambda: make_drafts.enqueue(chosen=keys, language=language, by=by.pk), robust=False
    )


@task(priority=-60)
def make_drafts(*, chosen: list[list], language: str, by: int | None) -> None:
    """Make drafts of the first object, and queue the others.

    Fails if the server does; staff can then run the rest again.
    """
    if not chosen:
        return
    (name, pk), *others = chosen
    draft(name, pk, language, by)
    if others:
        make_drafts.enqueue(chosen=others, language=language, by=by)


def draft(name: str, pk: int, language: str, by: int | None) -> int:
    """Translate the missing paragraphs of an object; return how many. Raises TranslatorUnavailable.

    Nothing is done if it is not, or no longer, public.
    """
    kind = kinds.by_name.get(name)
    row = kind.public().filter(pk=pk).first() if kind else None
    if kind is None or row is None or kind.language_of(row) == language:
        return 0
    units = missing(kind, row, language)
    terms = glossary(language) if kind.language_of(row) == "en" else {}
    texts: dict[str, str] = {}
    for batch in batches(units, terms):
        texts |= translated(batch, kind.language_of(row), language)
    if not texts:
        return 0
    member = get_user_model()._default_manager.filter(pk=by).first()
    return store_drafts(kind=kind, pk=pk, language=language, texts=texts, by=member)


def missing(kind: TranslatedKind, row: Any, language: str) -> list[Unit]:
    """Return the units without a translation by a person, of this version or an earlier one.

    A draft of an earlier version is replaced.
    """
    found = list(
        TranslatedParagraph.objects.filter(
            translation__kind=kind.name,
            translation__object_id=row.pk,
            translation__language=language,
        ).order_by("field", "position")
    )
    units = list({unit.key: unit for unit in kind.units(row)}.values())
    keys = {each.key for each in found}
    earlier = replaced_rows(units, found)
    return [
        unit
        for unit in units
        if unit.key not in keys
        and (unit.key not in earlier or earlier[unit.key].origin == Origin.MACHINE)
    ]


Batch = list[tuple[Unit, Protected]]


def batches(units: Sequence[Unit], terms: dict[str, str]) -> Iterator[Batch]:
    """Yield units with their protected texts, as many as one request may have."""
    batch: Batch = []
    for unit in units:
        protected = protect(unit.paragraph.text, terms)
        length = sum(len(each.text) for _unit, each in batch) + len(protected.text)
        if batch and (len(batch) == client.BATCH or length > client.BATCH_LENGTH):
            yield batch
            batch = []
        batch.append((unit, protected))
    if batch:
        yield batch


def translated(batch: Batch, source: str, target: str) -> dict[str, str]:
    """Return the translations of a batch by key, without those with problems."""
    try:
        answers = client.translate(
            [protected.text for _unit, protected in batch], source=source, target=target
        )
    except client.TextsRefused as error:
        # One refused text does not stop those beside it.
        if len(batch) > 1:
            middle = len(batch) // 2
            return translated(batch[:middle], source, target) | translated(
                batch[middle:], source, target
            )
        logger.warning("The translation server refuses a text: %s", error)
        return {}
    texts = {}
    for (unit, protected), answer in zip(batch, answers, strict=True):
        try:
            text = protected.restore(answer.strip())
        except NotKept:
            continue
        if text and not problems(unit.paragraph.text, text):
            texts[unit.key] = text
    return texts


@action
def store_drafts(*, kind: TranslatedKind, pk: int, language: str, texts: dict, by: Any) -> int:
    """Store drafts of the paragraphs that are still missing; return how many."""
    lock_originals(kind, [pk])
    row = kind.public().filter(pk=pk).first()
    if row is None:
        return 0
    with locked_translation(kind, row, language):
        wanted = {unit.key for unit in missing(kind, row, language)} & texts.keys()
        if wanted:
            write(
                kind=kind,
                row=row,
                language=language,
                texts={key: texts[key] for key in wanted},
                origin=Origin.MACHINE,
            )
    return len(wanted)
