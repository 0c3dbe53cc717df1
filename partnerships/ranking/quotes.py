"""Offers and needs that are close in meaning to a request, quoted as they are now.

Reasons hold only their primary keys: a text that is no longer published is not quoted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from partnerships.ranking.reasons import Reason
from repository.embeddings.sources import source_of
from repository.search.excerpts import shortened

RECORDS = ("offer", "need")
# Characters of a quotation.
SHORT = 200


@dataclass(frozen=True, slots=True)
class Quote:
    """The title and the beginning of an offer or a need, in its language."""

    record: str
    pk: int
    title: str
    text: str
    language: str

    @property
    def url(self) -> str:
        return reverse(f"partnerships:{self.record}_detail", args=[self.pk])


def quoted(reason: Reason) -> tuple[str, int] | None:
    """Return the kind and the primary key of the text that a reason refers to."""
    kind, _dot, record = reason.code.rpartition(".")
    return (record, reason.params[record]) if kind == "fit.text" else None


def quotes_of(reasons: Iterable[Reason]) -> dict[tuple[str, int], Quote]:
    """Return the texts of reasons that are published, in one query; none if there are no texts."""
    keys = set(filter(None, map(quoted, reasons)))
    if not keys:
        return {}
    parts = [rows(record, [pk for each, pk in keys if each == record]) for record in RECORDS]
    found = parts[0].union(*parts[1:], all=True).order_by()
    return {
        (record, int(pk)): Quote(record, int(pk), title, shortened(text, SHORT), language)
        for record, pk, title, text, language in found
    }


def rows(record: str, keys: list[int]) -> QuerySet:
    texts = source_of(record).rows().filter(pk__in=keys)
    return texts.values_list("kind", "object_id", "title", "summary", "language")
