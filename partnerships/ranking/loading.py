"""Load the data of `facts` from the database in a fixed number of queries.

Only published and currently valid records are loaded, and only of cities with a record that shares
a practice, theme or Goal with a request: others cannot count. `Gathered.silent` is their number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from partnerships.listings.keys import keys_of
from partnerships.models import (
    LIVE,
    Answer,
    Brokering,
    Match,
    PartnershipRequest,
    PartnershipStatus,
    Party,
)
from partnerships.ranking import records
from partnerships.ranking.factors import Weights
from partnerships.ranking.facts import Ask, Constraint, Knowledge, Need, Place, Source
from partnerships.ranking.matching import Candidate, Ranking, answerable, compare, rank
from partnerships.ranking.texts import with_texts
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import City, Country, Development
from repository.places.setting import is_landlocked

# The fields of a request that name its subjects.
NAMED = ("practices", "themes", "goals", "offered_practices")
# The cities of a request with these answers, as in `Ask`.
ANSWERS = {
    "declined": Q(candidate_answer=Answer.NO),
    "refused": Q(requester_answer=Answer.NO),
    "matched": Q(status__in=LIVE),
}


@dataclass(frozen=True)
class Gathered:
    """Requests and cities as input for matching.

    `places` are the cities with at least one relevant record, by primary key. `cities` has their
    records, and those of the requesters. `served` counts partnerships by sub-region.
    """

    asks: tuple[Ask, ...]
    places: tuple[Place, ...]
    weights: Weights
    served: Mapping[str, int]
    cities: Mapping[int, City] = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)

    @cached_property
    def silent(self) -> int:
        """The number of cities without any relevant record."""
        kinds = {ask.requester.is_sample for ask in self.asks}
        known = {place.pk for place in self.places}
        known |= {ask.requester.pk for ask in self.asks} & self.cities.keys()
        return City.objects.filter(is_sample__in=kinds).exclude(pk__in=known).count()


def gather(
    requests: Collection[int] | QuerySet,
    *,
    cities: Collection[int] | None = None,
    compares_texts: bool = True,
) -> Gathered:
    """Load requests by primary key, and the cities that could answer any of them.

    `cities` restricts the cities considered; None means all. Missing requests are left out. The
    texts are compared in one more query, in two if some requests are offers: see `with_texts`.
    """
    vocabulary = Vocabulary.read()
    rows = with_answers(PartnershipRequest.objects.filter(pk__in=requests)).order_by("pk")
    asks = [ask_of(row, vocabulary) for row in rows]
    return gather_for(asks, vocabulary, cities=cities, compares_texts=compares_texts)


def gather_for(
    asks: Collection[Ask],
    vocabulary: Vocabulary,
    *,
    cities: Collection[int] | None = None,
    compares_texts: bool = True,
) -> Gathered:
    """Load the cities that could answer these requests, and what is known of the requesters.

    A requester whose primary key is that of no city is left as it is.
    """
    settings = Brokering.current()
    seeking = [ask for ask in asks if ask.direction != "offer"]
    offering = [ask for ask in asks if ask.direction == "offer"]
    sought = frozenset[str]().union(*(ask.relevant for ask in seeking))
    offered = frozenset[str]().union(*(ask.relevant for ask in offering))
    own = {ask.requester.pk for ask in asks}
    considered = (
        records.has_record(vocabulary, sought, offered) if cities is None else Q(pk__in=cities)
    )
    found = records.known_cities().filter(Q(pk__in=own) | considered).in_bulk()
    asks = [
        replace(ask, requester=requester(found[ask.requester.pk], vocabulary))
        if ask.requester.pk in found
        else ask
        for ask in asks
    ]
    # For reciprocity: what candidates look for, or know where the request is an offer.
    # What candidates plan of what is offered is read with what they know.
    known = subjects(asks).union(*(ask.returns for ask in offering))
    wanted = subjects(offering).union(*(ask.returns for ask in asks if ask.direction != "offer"))
    # Real cities are candidates for real cities only, and samples for samples.
    kinds = {ask.requester.is_sample for ask in asks}
    places = [
        place_of(city, known, wanted, vocabulary)
        for pk, city in sorted(found.items())
        if city.is_sample in kinds and (cities is None or pk in cities)
    ]
    places = [
        place
        for place in places
        if touches(place.knowledge, sought)
        or touches(place.needs, offered)
        or touches((item for item in place.knowledge if item.source == Source.PLANNED), offered)
    ]
    if settings.compares_texts and compares_texts:
        asks = with_texts(asks, [place.pk for place in places])
    return Gathered(
        asks=tuple(asks),
        places=tuple(places),
        weights=Weights.read(settings.weights),
        served=partnerships_by_subregion(kinds),
        cities=found,
        vocabulary=vocabulary,
    )


def ranked(partnership_request: int, *, most: int | None = None) -> tuple[Gathered, Ranking]:
    """Return the candidates for one request; see `matching.rank`.

    Raise PartnershipRequest.DoesNotExist if it does not exist.
    """
    asked = with_answers(PartnershipRequest.objects.all()).get(pk=partnership_request)
    vocabulary = Vocabulary.read()
    return ranked_for(ask_of(asked, vocabulary), vocabulary, most=most)


def ranked_for(
    ask: Ask, vocabulary: Vocabulary, *, most: int | None = None
) -> tuple[Gathered, Ranking]:
    # Texts change points, but not which cities are candidates.
    gathered = gather_for([ask], vocabulary, compares_texts=most != 0)
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


# Requests


def with_answers(rows: QuerySet[PartnershipRequest]) -> QuerySet[PartnershipRequest]:
    """Return requests as `ask_of` takes them: with their links, and the answers given so far."""
    matches = Match.objects.filter(request=OuterRef("pk")).order_by()
    return rows.select_related("city").annotate(
        **{f"{name}_keys": keys_of(PartnershipRequest, name) for name in NAMED},
        **{name: ArraySubquery(matches.filter(of).values("city")) for name, of in ANSWERS.items()},
    )


def ask_of(row: PartnershipRequest, vocabulary: Vocabulary) -> Ask:
    return Ask(
        pk=row.pk,
        requester=Place(pk=row.city_id, is_sample=row.city.is_sample),
        direction=row.direction,
        practices=vocabulary.slugs(row.practices_keys),
        themes=vocabulary.theme_slugs(row.themes_keys),
        goals=frozenset(row.goals_keys),
        offers=vocabulary.about(row.offered_practices_keys),
        modalities=frozenset(row.modalities),
        languages=frozenset(row.languages),
        constraints=tuple(constraints(row.musts)),
        **{name: frozenset(getattr(row, name)) for name in ANSWERS},
    )


def constraints(musts: Iterable[str]) -> Iterator[Constraint]:
    """Parse stored hard constraints, skipping those that are no longer valid."""
    for text in musts:
        with suppress(ValueError):
            yield Constraint.read(text)


def subjects(asks: Iterable[Ask]) -> frozenset[str]:
    """Return all subjects that partners must know, or look for."""
    return frozenset(wish.about for ask in asks for wish in ask.wishes)


def touches(items: Iterable[Knowledge | Need], subjects: frozenset[str]) -> bool:
    """Return whether any of the items is about one of the subjects."""
    return any(not item.about.isdisjoint(subjects) for item in items)


# Cities from `records.known_cities`


def requester(city: City, vocabulary: Vocabulary) -> Place:
    """Return a city that asks, with all its offers and needs: any may be given in return."""
    offers = [
        item for item, _row in records.shown_by(city, vocabulary) if item.source == Source.OFFER
    ]
    return Place(**facts_of_city(city), knowledge=tuple(offers), needs=needs_of(city, vocabulary))


def place_of(
    city: City, known: frozenset[str], wanted: frozenset[str], vocabulary: Vocabulary
) -> Place:
    """Return a city with what it knows of some subjects, and its needs.

    Needs about subjects other than those `wanted` are without subjects.
    """
    knowledge = tuple(
        replace(item, about=item.about & known)
        for item, _row in records.shown_by(city, vocabulary)
        if not item.about.isdisjoint(known)
    )
    needs = tuple(Need(need.about & wanted) for need in needs_of(city, vocabulary))
    return Place(**facts_of_city(city), knowledge=knowledge, needs=needs)


def needs_of(city: City, vocabulary: Vocabulary) -> tuple[Need, ...]:
    return tuple(Need(vocabulary.about(row["practices"], row["themes"])) for row in city.need_list)


def facts_of_city(city: City) -> dict[str, Any]:
    """Return the facts for `Place`."""
    profile = getattr(city, "profile", None)
    capacities = [row["capacity"] for row in city.offer_list if row["capacity"] is not None]
    capacity = sum(capacities) if capacities else None
    if profile and profile.partners_a_year is not None:
        capacity = profile.partners_a_year
    answers = [*city.answers_as_candidate, *city.answers_as_requester]
    return {
        "pk": city.pk,
        **facts_of(city.country),
        "has_sea_port": city.has_sea_port,
        "has_dry_port": city.has_dry_port,
        "has_rail_hub": city.has_rail_hub,
        "has_air_hub": city.has_air_hub,
        "population": city.population,
        "setting": profile.setting if profile else "",
        "languages": frozenset(city.working_languages),
        "corridors": frozenset(profile.corridors if profile else ()),
        "capacity": capacity,
        "partners": len(city.introduced),
        "answered": answers.count(True),
        "asked": len(answers),
        "completed": city.ended.count(PartnershipStatus.COMPLETED),
        "ended": len(city.ended),
        "is_represented": city.is_represented,
        "is_sample": city.is_sample,
    }


def partnerships_by_subregion(kinds: Collection[bool]) -> dict[str, int]:
    """Count partnerships by sub-region; `kinds` as `City.is_sample`: of real cities or samples."""
    parties = Party.objects.filter(city__is_sample__in=kinds, role__in=records.PARTNERS)
    found: dict[str, set[int]] = defaultdict(set)
    for pk, region, smaller in parties.order_by().values_list(
        "partnership", "city__country__subregion", "city__country__intermediate_region"
    ):
        if region:
            found[smaller or region].add(pk)
    return {area: len(partnerships) for area, partnerships in found.items()}


def facts_of(country: Country) -> dict[str, Any]:
    """Return what is known of any place in a country; `subregion` is the smallest of M49."""
    is_southern = country.development == Development.DEVELOPING
    return {
        "country": country.iso2,
        "region": country.region,
        "subregion": country.intermediate_region or country.subregion,
        "income_group": country.income_group,
        "is_southern": is_southern if country.development else None,
        "is_ldc": country.is_ldc,
        "is_lldc": country.is_lldc,
        "is_sids": country.is_sids,
        "is_country_landlocked": is_landlocked(country.iso2, is_lldc=country.is_lldc),
    }
