"""What the search of the site finds on the board, and in the experiences of cities.

It is a section of its own below the collection, and shows only what is public.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.experiences import reports
from community.models import Experience
from partnerships.board import entries, related, texts
from partnerships.board.texts import Key
from repository.embeddings.nearest import Near
from repository.search.excerpts import shortened
from repository.search.parsing import read_query

# Rows found by words, and all rows.
BY_WORDS, SHOWN = 5, 6


@dataclass(frozen=True)
class Hit:
    """A result: its kind and place as text, and its title and summary in its language."""

    label: str
    place: str
    url: str
    title: str
    title_language: str
    summary: str
    language: str
    is_sample: bool
    is_related: bool


def find(text: str, edition: str) -> list[Hit]:
    """Return public rows with all words of a query, then what is related in meaning to it."""
    query = read_query(text)
    if not query.has_words:
        return []
    among = texts.public_kinds() | {"experience": reports.public(Experience.objects.all())}
    found = related.find(texts.public_texts(edition), query, among)
    keys = [*found.words[:BY_WORDS], *found.related][:SHOWN]
    on_board = [key for key in keys if key[0] in entries.KINDS]
    hits = {(row.kind, row.pk): hit_of_row(row) for row in entries.rows(on_board, found.related)}
    hits |= experiences({key: found.related[key] for key in keys if key[0] == "experience"})
    return [hits[key] for key in keys if key in hits]


def hit_of_row(row: entries.Row) -> Hit:
    return Hit(
        label=row.label,
        place=row.place,
        url=row.get_absolute_url(),
        title=row.title,
        title_language=row.language,
        summary=row.summary,
        language=row.language,
        is_sample=row.is_sample,
        is_related=row.near is not None,
    )


def experiences(near: Mapping[Key, Near]) -> dict[Key, Hit]:
    """Return experiences by the passages that are related: one query, and one for each kind of
    subject."""
    if not near:
        return {}
    rows = reports.public(Experience.objects.filter(pk__in=[pk for _kind, pk in near]))
    return {
        ("experience", row.pk): hit_of_experience(row, near["experience", row.pk])
        for row in rows.select_related("city__country").prefetch_related("subject")
    }


def hit_of_experience(row: Experience, near: Near) -> Hit:
    city = row.city
    # Names of practices are in English.
    return Hit(
        label=_("Experience"),
        place=reports.label_of(city),
        url=row.get_absolute_url(),
        title=str(row.subject),
        title_language=getattr(row.subject, "language", "en"),
        summary=shortened(near.text, entries.SHORT),
        language=near.language,
        is_sample=city.is_sample,
        is_related=True,
    )
