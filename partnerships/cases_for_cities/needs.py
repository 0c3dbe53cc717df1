"""What cities say they are looking for: needs and open requests, and cases that are close to it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Value

from partnerships.board.entries import OWNER, SINCE
from partnerships.models import Direction, Need, PartnershipRequest
from repository.embeddings.meaning import threshold
from repository.embeddings.stored import nearest_to_each, vectors_of

# Of each kind, the newest: a city has 30 needs at most, and 3 open requests.
MOST = 10
# The most similar passages of cases to each need that are looked at.
PASSAGES = 20


@dataclass(frozen=True)
class Wanted:
    """A need or a request of a city, with the slugs of its practices and themes."""

    kind: str
    pk: int
    city: int
    title: str
    language: str
    practices: list[str]
    themes: list[str]


def public_rows() -> dict[str, QuerySet]:
    """The needs and requests that everybody may read."""
    return {"need": Need.objects.open(), "request": PartnershipRequest.objects.public()}


def own_rows() -> dict[str, QuerySet]:
    """The needs and requests that those who represent their city may read."""
    return {"need": Need.objects.open(), "request": PartnershipRequest.objects.open()}


def wanted_by(cities: Collection[int], rows: Mapping[str, QuerySet]) -> list[Wanted]:
    """Return what cities are looking for, newest first, in one query. Offers are left out."""
    parts = []
    for kind, each in rows.items():
        found = each.filter(city__in=cities)
        if kind == "request":
            found = found.exclude(direction=Direction.OFFER)
        parts.append(described(kind, found))
    first, *others = parts
    wanted = sorted(
        first.union(*others, all=True), key=lambda row: (row[-1], *row[:2]), reverse=True
    )
    return [Wanted(*columns) for *columns, _since in wanted]


def described(kind: str, rows: QuerySet) -> QuerySet:
    """Return rows of one kind with the columns of `Wanted`, and since when."""

    def linked(name: str, to: str) -> ArraySubquery:
        links = getattr(rows.model, name).through.objects.filter(**{OWNER[kind]: OuterRef("pk")})
        return ArraySubquery(links.order_by("pk").values(to))

    return rows.order_by(f"-{SINCE[kind]}", "-pk").values_list(
        Value(kind),
        "pk",
        "city",
        "title",
        "language",
        linked("practices", "practice__slug"),
        linked("themes", "theme__slug"),
        SINCE[kind],
    )[:MOST]


@dataclass(frozen=True)
class Close:
    """A need or request close in meaning to a case; `share` is from 0 to 1."""

    wanted: Wanted
    share: float


def close_cases(wanted: Iterable[Wanted]) -> dict[tuple[int, int], Close]:
    """Return the closest need or request by city and case, by primary keys.

    Three queries, by stored vectors; one without them; none without an engine, or if its model has
    not been calibrated.
    """
    least, most = threshold("similar"), threshold("duplicate")
    if least is None or most is None:
        return {}
    known = {(each.kind, each.pk): each for each in wanted}
    found: dict[tuple[int, int], Close] = {}
    nearest = nearest_to_each(vectors_of(known), kind="case", most=PASSAGES)
    for key, passages in nearest.items():
        for near in passages:
            share = (near.similarity - least) / (most - least)
            case = known[key].city, int(near.object_id)
            if share >= 0 and (case not in found or found[case].share < share):
                found[case] = Close(known[key], min(1.0, share))
    return found
