"""Offers and needs that are close in meaning to a request, quoted as they are now.

Reasons hold only primary keys and digests: a text that is no longer published, or has changed, is
not quoted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from partnerships.ranking.reasons import Reason
from repository.embeddings.models import Passage
from repository.embeddings.sources import source_of
from repository.search.excerpts import shortened

RECORDS = ("offer", "need")
# Characters of a quotation.
SHORT = 200


@dataclass(frozen=True, slots=True)
class Quote:
    """The title of an offer or a need and the closest sentence, in its language.

    `text` is empty if the text has changed, or if it is the title. `asked` is what it is close to
    of the request, in the language of the request.
    """

    record: str
    pk: int
    title: str
    text: str
    language: str
    asked: str = ""
    asked_language: str = ""

    @property
    def url(self) -> str:
        return reverse(f"partnerships:{self.record}_detail", args=[self.pk])


def key_of(reason: Reason) -> tuple[str, int] | None:
    """Return the kind and the primary key of the text that a reason refers to."""
    kind, _dot, record = reason.code.rpartition(".")
    return (record, reason.params[record]) if kind == "fit.text" else None


def quotes_of(reasons: Iterable[Reason]) -> dict[tuple[str, int], Quote]:
    """Return the texts of reasons that are published, with those of the requests.

    One query, two more if any is published; none if there are no texts.
    """
    reasons = list(reasons)
    passages = {key: each.params.get("passage", "") for each in reasons if (key := key_of(each))}
    if not passages:
        return {}
    parts = [rows(record, passages) for record in RECORDS]
    found = list(parts[0].union(*parts[1:], all=True).order_by())
    if not found:
        return {}
    digests = {key: each.params.get("asked", "") for each in reasons if (key := key_of(each))}
    requests = asked_in(digests.values())
    return {
        (record, int(pk)): Quote(
            record,
            int(pk),
            title,
            "" if text == title else shortened(text, SHORT),
            language,
            *requests.get(digests[record, int(pk)], ("", "")),
        )
        for record, pk, title, language, text in found
    }


def asked_in(digests: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the passages of requests as they are now, with their language, by digest."""
    passages = Passage.objects.filter(kind="request", digest__in=set(filter(None, digests)))
    rows = source_of("request").rows().filter(pk__in=[each.object_id for each in passages])
    now = {
        (pk, digest): language
        for pk, digest, language in rows.values_list("object_id", "digest", "language")
    }
    return {
        each.digest: (shortened(each.text, SHORT), now[each.object_id, each.source_digest])
        for each in passages
        if (each.object_id, each.source_digest) in now
    }


def rows(record: str, passages: Mapping[tuple[str, int], str]) -> QuerySet:
    keys = [pk for each, pk in passages if each == record]
    sentence = Passage.objects.filter(
        kind=record,
        object_id=OuterRef("object_id"),
        source_digest=OuterRef("digest"),
        digest__in=passages.values(),
    )
    return (
        source_of(record)
        .rows()
        .filter(pk__in=keys)
        .annotate(text=Coalesce(Subquery(sentence.values("text")[:1]), Value("", TextField())))
        .values_list("kind", "object_id", "title", "language", "text")
    )
