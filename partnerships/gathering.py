"""From the database to the plain data of `facts`, in a fixed number of queries.

Only what is published and valid today is read, and of it only what the requests name: an offer, a
case, a report or a partnership that shares none of their practices, themes or Goals cannot count.
Cities without anything of that are not loaded; `Gathered.silent` says how many they are.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef
from django.utils import timezone

from partnerships import statements
from partnerships.factors import Weights
from partnerships.facts import Ask, Constraint, Knowledge, Need, Place, Source
from partnerships.matching import Candidate, Ranking, answerable, compare, rank
from partnerships.models import LIVE, Answer, Brokering, Match, PartnershipRequest
from partnerships.vocabulary import Vocabulary
from repository.models import Development

# Landlocked States beside the 32 landlocked developing countries of UN-OHRLLS, which stand with the
# countries: all in Europe. Held in 2026 against a published list of the 44 there are, which gives
# the CIA's World Factbook as its source (spiegato.com, "Which Countries are Landlocked?"): in
# Europe it has these twelve, and Armenia, Moldova and North Macedonia of the 32.
LANDLOCKED = frozenset(["AD", "AT", "BY", "CH", "CZ", "HU", "LI", "LU", "RS", "SK", "SM", "VA"])
# A city looks for something that is none of what is asked.
ELSEWHERE = (Need(frozenset()),)

type Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Gathered:
    """Requests and cities as matching takes them.

    `places` are the cities that have anything of what is asked, in the order of their primary keys;
    `silent` is how many cities have nothing. `served` counts partnerships by sub-region.
    """

    asks: tuple[Ask, ...]
    places: tuple[Place, ...]
    weights: Weights
    served: Mapping[str, int]
    silent: int
    vocabulary: Vocabulary = field(repr=False)


def gather(requests: Collection[int], *, cities: Collection[int] | None = None) -> Gathered:
    """Read requests by primary key, and the cities that could answer any of them.

    `cities` limits which cities are looked at; None looks at all. A request that is not there is
    left out.
    """
    vocabulary = Vocabulary.read()
    rows = list(request_rows(requests))
    own = own_listings({row["city"] for row in rows}, vocabulary)
    asks = [ask_of(row, Place(pk=row["city"], **own[row["city"]]), vocabulary) for row in rows]
    wishes = [wish for ask in asks for wish in ask.wishes]
    known = frozenset(wish.about for wish in wishes if wish.is_known)
    wanted = frozenset(wish.about for wish in wishes if not wish.is_known)
    # What comes back to a city that asks: what others look for, or know where it offers itself.
    met = {
        is_offer: frozenset[str]().union(
            *(ask.returns for ask in asks if (ask.direction == "offer") == is_offer)
        )
        for is_offer in (False, True)
    }
    knowing, needing = Signs(known | met[True]), Signs(wanted | met[False])
    limits = {
        "today": timezone.localdate(),
        "cities": None if cities is None else array(cities),
    }
    knowledge = {
        pk: knowing.knowledge(text)
        for pk, text in run(statements.KNOWLEDGE, vocabulary.bits(knowing.named) | limits)
    }
    needs = {
        pk: needing.needs(text)
        for pk, text in run(statements.NEEDS, vocabulary.bits(needing.named) | limits)
    }
    relevant = {pk for pk, items in knowledge.items() if touches(items, known)}
    relevant |= {pk for pk, items in needs.items() if touches(items, wanted)}

    places: list[Place] = []
    askers: dict[int, Place] = {}
    total = 0
    for facts, has_needs, number in place_rows(relevant | own.keys()):
        pk, total = facts["pk"], number
        if pk in own:
            askers[pk] = Place(**facts, **own[pk])
        if pk in relevant:
            looked_for = needs.get(pk, ELSEWHERE if has_needs else ())
            places.append(Place(**facts, knowledge=knowledge.get(pk, ()), needs=looked_for))
    answers = answers_to(row["pk"] for row in rows)
    return Gathered(
        asks=tuple(
            replace(ask, requester=askers[ask.requester.pk], **answers[ask.pk]) for ask in asks
        ),
        places=tuple(sorted(places, key=lambda place: place.pk)),
        weights=Weights.read(Brokering.current().weights),
        served=dict(run(statements.SERVED, {})),
        silent=total - len(relevant | own.keys()),
        vocabulary=vocabulary,
    )


def ranked(request: int, *, most: int | None = None) -> tuple[Gathered, Ranking]:
    """The candidates for one request, as `matching.rank` gives them.

    PartnershipRequest.DoesNotExist if there is none of this primary key.
    """
    gathered = gather([request])
    if not gathered.asks:
        raise PartnershipRequest.DoesNotExist
    [ask] = gathered.asks
    found = rank(ask, gathered.places, gathered.weights, served=gathered.served, most=most)
    return gathered, found


def compared(request: int, cities: Collection[int]) -> dict[int, Candidate]:
    """Cities as candidates for a request by primary key, whatever rules them out.

    A city that has nothing of what is asked is left out.
    """
    gathered = gather([request], cities=cities)
    return {
        candidate.place: candidate
        for ask in gathered.asks
        for candidate in compare(ask, gathered.places, gathered.weights, served=gathered.served)
    }


def ranking_for(request: int, city: int) -> dict[str, Any]:
    """The ranking as a match keeps it, `{}` for a city that has nothing of what is asked."""
    candidate = compared(request, [city]).get(city)
    return candidate.as_data() if candidate else {}


def answers_of(
    city: int, requests: Collection[int], *, most: int | None = None
) -> tuple[Gathered, Ranking]:
    """The requests among these that a city could answer, as `matching.answerable` gives them.

    Those for which it is a candidate are among them: whether a broker thinks of it, it must not
    read here.
    """
    gathered = gather(requests, cities=[city])
    [place] = gathered.places or [Place(pk=city)]
    asks = [replace(ask, matched=frozenset()) for ask in gathered.asks]
    found = answerable(place, asks, gathered.weights, served=gathered.served, most=most)
    return gathered, found


# What is read, one part after the other


def request_rows(requests: Collection[int]) -> Iterable[dict[str, Any]]:
    """Requests with the keys of what they are about."""
    links = {
        name: PartnershipRequest._meta.get_field(name).remote_field.through
        for name in ("practices", "themes", "goals", "offered_practices")
    }
    columns = {
        f"all_{name}": ArraySubquery(
            through.objects.filter(partnershiprequest=OuterRef("pk")).values(
                PartnershipRequest._meta.get_field(name).m2m_reverse_field_name()
            )
        )
        for name, through in links.items()
    }
    return (
        PartnershipRequest.objects.filter(pk__in=requests)
        .order_by("pk")
        .values("pk", "city", "direction", "modalities", "languages", "musts", **columns)
    )


def own_listings(cities: Collection[int], vocabulary: Vocabulary) -> dict[int, dict[str, Any]]:
    """What cities that ask offer and look for: all of it, as they may give it in return."""
    found: dict[int, dict[str, tuple]] = {pk: {"knowledge": (), "needs": ()} for pk in cities}
    values = {"cities": array(cities), "today": timezone.localdate()}
    for pk, kind, is_confirmed, modalities, practices, themes in run(statements.OWN, values):
        subjects = vocabulary.about(practices, themes)
        if kind == "need":
            found[pk]["needs"] += (Need(subjects, is_confirmed),)
        else:
            source = Source.OFFER if is_confirmed else Source.REPORT
            found[pk]["knowledge"] += (Knowledge(source, subjects, frozenset(modalities)),)
    return found


def ask_of(row: Mapping[str, Any], requester: Place, vocabulary: Vocabulary) -> Ask:
    return Ask(
        pk=row["pk"],
        requester=requester,
        direction=row["direction"],
        practices=vocabulary.slugs(row["all_practices"]),
        themes=vocabulary.theme_slugs(row["all_themes"]),
        goals=frozenset(row["all_goals"]),
        offers=vocabulary.about(row["all_offered_practices"]),
        modalities=frozenset(row["modalities"]),
        languages=frozenset(row["languages"]),
        constraints=tuple(constraints(row["musts"])),
    )


def constraints(musts: Iterable[str]) -> Iterator[Constraint]:
    """Hard constraints as stored; what an earlier release wrote and is none now is passed over."""
    for text in musts:
        with suppress(ValueError):
            yield Constraint.read(text)


class Signs:
    """Reads the signs of `statements`: equal ones become one object, as cities share them."""

    def __init__(self, named: Iterable[str]) -> None:
        self.named = sorted(named)
        self._knowledge: dict[str, Knowledge] = {}
        self._needs: dict[str, Need] = {}

    def knowledge(self, text: str) -> tuple[Knowledge, ...]:
        known = self._knowledge
        return tuple([known.get(word) or self._read_knowledge(word) for word in text.split(" ")])

    def needs(self, text: str) -> tuple[Need, ...]:
        known = self._needs
        return tuple([known.get(word) or self._read_need(word) for word in text.split(" ")])

    def _read_knowledge(self, word: str) -> Knowledge:
        source, bits, kinds = word.split(":")
        item = Knowledge(Source(source), self._subjects(bits), split(kinds))
        return self._knowledge.setdefault(word, item)

    def _read_need(self, word: str) -> Need:
        source, bits, _kinds = word.split(":")
        return self._needs.setdefault(word, Need(self._subjects(bits), source == "city"))

    def _subjects(self, bits: str) -> frozenset[str]:
        return frozenset(text for text, bit in zip(self.named, bits, strict=True) if bit == "1")


def touches(items: Iterable[Knowledge | Need], subjects: frozenset[str]) -> bool:
    return any(not item.about.isdisjoint(subjects) for item in items)


def place_rows(cities: Collection[int]) -> Iterator[tuple[dict[str, Any], bool, int]]:
    """The facts of cities for `Place`, whether it looks for anything, and how many cities there are
    in all."""
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
            "is_country_landlocked": is_lldc or country in LANDLOCKED,
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
        }
        yield facts, has_needs, total


def answers_to(requests: Iterable[int]) -> dict[int, dict[str, frozenset[int]]]:
    """The cities that are candidates of each request already, and those of which one said no."""
    found: dict[int, dict[str, frozenset[int]]] = {}
    for pk in requests:
        found[pk] = dict.fromkeys(("declined", "refused", "matched"), frozenset())
    rows = (
        Match.objects.filter(request__in=found)
        .order_by()
        .values_list("request", "city", "status", "candidate_answer", "requester_answer")
    )
    for request, city, status, of_candidate, of_requester in rows:
        answers = found[request]
        if status in LIVE:
            answers["matched"] |= {city}
        if of_candidate == Answer.NO:
            answers["declined"] |= {city}
        if of_requester == Answer.NO:
            answers["refused"] |= {city}
    return found


def split(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()


def array(keys: Iterable[int]) -> str:
    """Primary keys as PostgreSQL writes an array: much faster than each as a value of its own."""
    return f"{{{','.join(map(str, keys))}}}"


def run(statement: str, values: Mapping[str, Any]) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
