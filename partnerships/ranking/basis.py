"""Common input of each ranking, in one query: the vocabulary, the settings and the requests."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from partnerships.listings.keys import keys_of
from partnerships.models import (
    LIVE,
    Answer,
    Brokering,
    Match,
    Need,
    Offer,
    PartnershipRequest,
    Party,
    PartyRole,
)
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import City, Practice, Theme

# The fields of a request that name its subjects.
NAMED = ("practices", "themes", "goals", "offered_practices")
NOBODY = dict.fromkeys(("declined", "refused", "matched"), frozenset[int]())


@dataclass(frozen=True)
class Basis:
    """The data needed before cities are loaded.

    `requests` are rows; `listings` are the offers and needs of the requesting cities, by city;
    `answers` holds, by request, the cities that are candidates already and those that declined.
    `compares_texts` is the setting of the brokers. `served` counts partnerships by sub-region.
    """

    vocabulary: Vocabulary
    weights: dict[str, float]
    served: dict[str, int]
    requests: list[dict[str, Any]]
    listings: dict[int, list[dict[str, Any]]]
    answers: dict[int, dict[str, frozenset[int]]]
    compares_texts: bool = True

    @classmethod
    def read(cls, requests: Collection[int] | QuerySet) -> Self:
        """Load the data for requests given by primary key or as a queryset of keys."""
        rows = PartnershipRequest.objects.filter(pk__in=requests).order_by()
        return cls._read(of_requests(rows), rows.values("city__is_sample"))

    @classmethod
    def read_unsaved(cls, row: dict[str, Any]) -> Self:
        """Load the data for a request that is not stored, given as a row of `requests`."""
        city = City.objects.filter(pk=row["city"]).values("pk")
        read = cls._read([listings(model, city) for model in (Offer, Need)], [False])
        return replace(read, requests=[row])

    @classmethod
    def _read(cls, of_requests: list[QuerySet], kinds: QuerySet | list[bool]) -> Self:
        found: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        parts = [*vocabulary(), *settings(kinds), *of_requests]
        # In one query, so that all parts come from the same snapshot.
        for kind, key, data in parts[0].union(*parts[1:], all=True).order_by():
            found[kind].append((key, data))
        listings: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for city, data in found["listing"]:
            listings[city].append(data)
        of_brokers = next((row for _pk, row in found["settings"]), {})
        return cls(
            vocabulary=Vocabulary(
                {pk: (row["slug"], row["name"], row["themes"]) for pk, row in found["practice"]},
                {pk: Theme(pk=pk, **row) for pk, row in found["theme"]},
            ),
            weights=of_brokers.get("weights", {}),
            compares_texts=of_brokers.get("compares_texts", True),
            served={row["area"]: n for n, row in found["served"]},
            requests=[{"pk": pk, **row} for pk, row in sorted(found["request"], key=first)],
            listings=listings,
            answers=answers_by_request(found["match"]),
        )


def first(pair: tuple[int, Any]) -> int:
    return pair[0]


def part(rows: QuerySet, kind: str, data: Any, key: str = "pk") -> QuerySet:
    """Return rows as (kind, key, data), so that they can be combined in one union."""
    named = {"kind": Value(kind), "key": F(key), "data": data}
    return rows.order_by().annotate(**named).values_list(*named)


def vocabulary() -> list[QuerySet]:
    """Return the `part`s for all practices with their themes, and for all themes."""
    themes = keys_of(Practice, "themes")
    return [
        part(
            Practice.objects.all(), "practice", JSONObject(slug="slug", name="name", themes=themes)
        ),
        part(Theme.objects.all(), "theme", JSONObject(slug="slug", name="name", names="names")),
    ]


def settings(kinds: QuerySet | list[bool]) -> list[QuerySet]:
    """The settings of the brokers, and the number of partnerships of each sub-region.

    `kinds` says whether to count those of real cities or of samples (`City.is_sample`).
    """
    country = "city__country__"
    area = Coalesce(NullIf(F(f"{country}intermediate_region"), Value("")), f"{country}subregion")
    parties = Party.objects.filter(city__is_sample__in=kinds).exclude(role=PartyRole.FACILITATOR)
    areas = parties.exclude(**{f"{country}subregion": ""}).order_by()
    served = areas.values(kind=Value("served"), data=JSONObject(area=area)).annotate(
        key=Count("partnership", distinct=True)
    )
    return [
        part(
            Brokering.objects.filter(pk=1),
            "settings",
            JSONObject(weights="weights", compares_texts="compares_texts"),
        ),
        served.values_list("kind", "key", "data"),
    ]


def of_requests(rows: QuerySet) -> list[QuerySet]:
    """Requests, the offers and needs of their cities, and the cities asked so far."""
    links = {name: keys_of(PartnershipRequest, name) for name in NAMED}
    plain = ("city", "direction", "modalities", "languages", "musts")
    columns = {name: F(name) for name in plain}
    cities = rows.values("city")
    answers = ("city", "status", "candidate_answer", "requester_answer")
    return [
        part(rows, "request", JSONObject(**columns, **links)),
        # Include all of them: any may be given in return.
        *(listings(model, cities) for model in (Offer, Need)),
        part(
            Match.objects.filter(request__in=rows.values("pk")),
            "match",
            JSONObject(**{name: F(name) for name in answers}),
            key="request",
        ),
    ]


def listings(model: type[Offer] | type[Need], cities: QuerySet) -> QuerySet:
    """Return a `part` with the open offers or needs of some cities, keyed by city."""
    data = JSONObject(
        kind=Value(model._meta.model_name),
        modalities=F("modalities"),
        practices=keys_of(model, "practices"),
        themes=keys_of(model, "themes"),
    )
    return part(model.objects.open().filter(city__in=cities), "listing", data, key="city")


def answers_by_request(rows: list[tuple[int, Any]]) -> dict[int, dict[str, frozenset[int]]]:
    """Return the `declined`, `refused` and `matched` cities of each request, as for `Ask`."""
    found: dict[int, dict[str, frozenset[int]]] = {}
    for partnership_request, row in rows:
        answers, city = found.setdefault(partnership_request, dict(NOBODY)), row["city"]
        if row["status"] in LIVE:
            answers["matched"] |= {city}
        if row["candidate_answer"] == Answer.NO:
            answers["declined"] |= {city}
        if row["requester_answer"] == Answer.NO:
            answers["refused"] |= {city}
    return found
