"""Load the data of `facts` from the database in a fixed number of queries.

Only published and currently valid records are loaded, and only those that share a practice, theme
or Goal with a request: others cannot count. Cities without any such record are not loaded;
`Gathered.silent` is their number.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from partnerships.models import PartnershipRequest
from partnerships.ranking import statements
from partnerships.ranking.basis import NOBODY, Basis
from partnerships.ranking.factors import Weights
from partnerships.ranking.facts import Ask, Constraint, Knowledge, Need, Place, Source
from partnerships.ranking.matching import Candidate, Ranking, answerable, compare, rank
from partnerships.ranking.texts import with_texts
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import City, Development
from repository.places.landlocked import is_landlocked

# Represents needs of a city that match no requested subject.
ELSEWHERE = (Need(frozenset()),)

type Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Gathered:
    """Requests and cities as input for matching.

    `places` are the cities with at least one relevant record, by primary key; `silent` is the
    number of other cities. `served` counts partnerships by sub-region.
    """

    asks: tuple[Ask, ...]
    places: tuple[Place, ...]
    weights: Weights
    served: Mapping[str, int]
    silent: int
    vocabulary: Vocabulary = field(repr=False)


def gather(
    requests: Collection[int] | QuerySet,
    *,
    cities: Collection[int] | None = None,
    compares_texts: bool = True,
) -> Gathered:
    """Load requests by primary key, and the cities that could answer any of them, in 3 queries.

    `cities` restricts the cities considered; None means all. Missing requests are left out. The
    texts are compared in one more query, in two if some requests are offers: see `with_texts`.
    """
    basis = Basis.read(requests)
    if not compares_texts:
        basis = replace(basis, compares_texts=False)
    return gather_for(basis, cities=cities)


def gather_for(
    basis: Basis, *, cities: Collection[int] | None = None, elsewhere: Place | None = None
) -> Gathered:
    """Load the cities that could answer the requests of `basis`, in 2 queries.

    `elsewhere` is the place of a requester that is not in the collection; its primary key is that
    of no city.
    """
    vocabulary = basis.vocabulary
    own = own_listings(basis)
    asks = [
        ask_of(row, Place(pk=row["city"], **own[row["city"]]), vocabulary) for row in basis.requests
    ]
    seeking = [ask for ask in asks if ask.direction != "offer"]
    offering = [ask for ask in asks if ask.direction == "offer"]
    # For reciprocity: what candidates look for, or know where the request is an offer.
    knowing = Signs(subjects(seeking).union(*(ask.returns for ask in offering)))
    needing = Signs(subjects(offering).union(*(ask.returns for ask in seeking)))
    limits = {
        "today": timezone.localdate(),
        "cities": None if cities is None else array(cities),
    }
    knowledge: dict[int, tuple[Knowledge, ...]] = {}
    needs: dict[int, tuple[Need, ...]] = {}
    bits = vocabulary.bits(knowing.named, "known_") | vocabulary.bits(needing.named, "wanted_")
    for pk, is_known, text in run(statements.SIGNS, bits | limits):
        if is_known:
            knowledge[pk] = knowing.knowledge(text)
        else:
            needs[pk] = needing.needs(text)
    sought = frozenset[str]().union(*(ask.relevant for ask in seeking))
    offered = frozenset[str]().union(*(ask.relevant for ask in offering))
    relevant = {pk for pk, items in knowledge.items() if touches(items, sought)}
    relevant |= {pk for pk, items in needs.items() if touches(items, offered)}

    places: list[Place] = []
    askers = {elsewhere.pk: elsewhere} if elsewhere else {}
    totals: dict[bool, int] = {}
    for facts, has_needs, number in place_rows(relevant | own.keys()):
        pk = facts["pk"]
        totals[facts["is_sample"]] = number
        if pk in own:
            askers[pk] = Place(**facts, **own[pk])
        if pk in relevant:
            looked_for = needs.get(pk, ELSEWHERE if has_needs else ())
            places.append(Place(**facts, knowledge=knowledge.get(pk, ()), needs=looked_for))
    kinds = {asker.is_sample for asker in askers.values()}
    places = [place for place in places if place.is_sample in kinds]
    if elsewhere and False not in totals:
        # No row has counted the real cities.
        totals[False] = City.objects.filter(is_sample=False).count()
    counted = {place.pk for place in places} | own.keys()
    asks = [
        replace(ask, requester=askers[ask.requester.pk], **basis.answers.get(ask.pk, NOBODY))
        for ask in asks
    ]
    if basis.compares_texts:
        asks = with_texts(asks, [place.pk for place in places])
    return Gathered(
        asks=tuple(asks),
        places=tuple(sorted(places, key=lambda place: place.pk)),
        weights=Weights.read(basis.weights),
        served=basis.served,
        silent=sum(totals[kind] for kind in kinds)
        - len(counted - ({elsewhere.pk} if elsewhere else set())),
        vocabulary=vocabulary,
    )


def ranked(partnership_request: int, *, most: int | None = None) -> tuple[Gathered, Ranking]:
    """Return the candidates for one request; see `matching.rank`.

    Raise PartnershipRequest.DoesNotExist if it does not exist.
    """
    # Texts change points, but not which cities are candidates.
    gathered = gather([partnership_request], compares_texts=most != 0)
    if not gathered.asks:
        raise PartnershipRequest.DoesNotExist
    [ask] = gathered.asks
    found = rank(ask, gathered.places, gathered.weights, served=gathered.served, most=most)
    return gathered, found


def compared(partnership_request: int, cities: Collection[int]) -> dict[int, Candidate]:
    """Return cities as candidates for a request by primary key, ignoring hard filters.

    Cities without any relevant record are left out.
    """
    gathered = gather([partnership_request], cities=cities)
    return {
        candidate.place: candidate
        for ask in gathered.asks
        for candidate in compare(ask, gathered.places, gathered.weights, served=gathered.served)
    }


def ranking_for(partnership_request: int, city: int) -> dict[str, Any]:
    """Return the ranking to store with a match; `{}` for a city without any relevant record."""
    candidate = compared(partnership_request, [city]).get(city)
    return candidate.as_data() if candidate else {}


def answers_of(
    city: int, requests: Collection[int] | QuerySet, *, most: int | None = None
) -> tuple[Gathered, Ranking]:
    """Return those of the requests that a city could answer; see `matching.answerable`.

    Requests for which it is a candidate already are included: leaving them out would reveal to the
    city that a broker is considering it.
    """
    gathered = gather(requests, cities=[city])
    [place] = gathered.places or [Place(pk=city)]
    asks = [replace(ask, matched=frozenset()) for ask in gathered.asks]
    found = answerable(place, asks, gathered.weights, served=gathered.served, most=most)
    return gathered, found


# Queries for the parts


def own_listings(basis: Basis) -> dict[int, dict[str, Any]]:
    """All offers and needs of the requesting cities: any may be given in return."""
    found: dict[int, dict[str, tuple]] = {
        row["city"]: {"knowledge": (), "needs": ()} for row in basis.requests
    }
    for city, rows in basis.listings.items():
        for row in rows:
            named = basis.vocabulary.about(row["practices"], row["themes"])
            if row["kind"] == "need":
                found[city]["needs"] += (Need(named),)
            else:
                item = Knowledge(Source.OFFER, named, frozenset(row["modalities"]))
                found[city]["knowledge"] += (item,)
    return found


def ask_of(row: Mapping[str, Any], requester: Place, vocabulary: Vocabulary) -> Ask:
    """Convert a row of `Basis.requests`, without the answers given so far."""
    return Ask(
        pk=row["pk"],
        requester=requester,
        direction=row["direction"],
        practices=vocabulary.slugs(row["practices"]),
        themes=vocabulary.theme_slugs(row["themes"]),
        goals=frozenset(row["goals"]),
        offers=vocabulary.about(row["offered_practices"]),
        modalities=frozenset(row["modalities"]),
        languages=frozenset(row["languages"]),
        constraints=tuple(constraints(row["musts"])),
    )


def constraints(musts: Iterable[str]) -> Iterator[Constraint]:
    """Parse stored hard constraints, skipping those that are no longer valid."""
    for text in musts:
        with suppress(ValueError):
            yield Constraint.read(text)


class Signs:
    """Parses the signs of `statements`, with one object for equal signs: cities share many."""

    def __init__(self, named: Iterable[str]) -> None:
        self.named = sorted(named)
        self._knowledge: dict[str, Knowledge] = {}
        self._needs: dict[str, Need] = {}

    def knowledge(self, text: str) -> tuple[Knowledge, ...]:
        """Parse signs of knowledge separated by spaces (see `statements`)."""
        known = self._knowledge
        return tuple([known.get(word) or self._read_knowledge(word) for word in text.split(" ")])

    def needs(self, text: str) -> tuple[Need, ...]:
        """Parse signs of needs separated by spaces (see `statements`)."""
        known = self._needs
        return tuple([known.get(word) or self._read_need(word) for word in text.split(" ")])

    def _read_knowledge(self, word: str) -> Knowledge:
        source, bits, kinds = word.split(":")
        item = Knowledge(Source(source), self._subjects(bits), split(kinds))
        return self._knowledge.setdefault(word, item)

    def _read_need(self, word: str) -> Need:
        _source, bits, _kinds = word.split(":")
        return self._needs.setdefault(word, Need(self._subjects(bits)))

    def _subjects(self, bits: str) -> frozenset[str]:
        return frozenset(text for text, bit in zip(self.named, bits, strict=True) if bit == "1")


def subjects(asks: Iterable[Ask]) -> frozenset[str]:
    """Return all subjects that partners must know, or look for."""
    return frozenset(wish.about for ask in asks for wish in ask.wishes)


def touches(items: Iterable[Knowledge | Need], subjects: frozenset[str]) -> bool:
    """Return whether any of the items is about one of the subjects."""
    return any(not item.about.isdisjoint(subjects) for item in items)


def place_rows(cities: Collection[int]) -> Iterator[tuple[dict[str, Any], bool, int]]:
    """Return the facts of cities for `Place`, whether each has any needs, and the number of all
    cities of its kind: real ones, or samples.
    """
    now = timezone.localtime()
    year = now.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    values = {
        "cities": array(cities),
        "today": now.date(),
        "year": year,
        "next_year": year.replace(year=year.year + 1),
    }
    several = cache(split)
    for (
        pk,
        country,
        region,
        subregion,
        income_group,
        development,
        is_ldc,
        is_lldc,
        is_sids,
        has_sea_port,
        has_dry_port,
        has_rail_hub,
        has_air_hub,
        population,
        setting,
        languages,
        corridors,
        capacity,
        partners,
        answered,
        asked,
        completed,
        ended,
        is_represented,
        has_needs,
        total,
        is_sample,
    ) in run(statements.PLACES, values):
        facts = {
            "pk": pk,
            "country": country,
            "region": region,
            "subregion": subregion,
            "income_group": income_group,
            "is_southern": development == Development.DEVELOPING if development else None,
            "is_ldc": is_ldc,
            "is_lldc": is_lldc,
            "is_sids": is_sids,
            "is_country_landlocked": is_landlocked(country, is_lldc=is_lldc),
            "has_sea_port": has_sea_port,
            "has_dry_port": has_dry_port,
            "has_rail_hub": has_rail_hub,
            "has_air_hub": has_air_hub,
            "population": population,
            "setting": setting,
            "languages": several(languages),
            "corridors": several(corridors),
            "capacity": capacity,
            "partners": partners,
            "answered": answered,
            "asked": asked,
            "completed": completed,
            "ended": ended,
            "is_represented": is_represented,
            "is_sample": is_sample,
        }
        yield facts, has_needs, total


def split(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()


def array(keys: Iterable[int]) -> str:
    """Format primary keys as a PostgreSQL array, which is much faster than separate parameters."""
    return f"{{{','.join(map(str, keys))}}}"


def run(statement: str, values: Mapping[str, Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
