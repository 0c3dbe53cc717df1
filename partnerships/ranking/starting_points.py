"""Countries and organisations that have what a request asks for.

They are not candidates, as partners are cities, but starting points: who published the case or made
the offer can name a city. Pure functions over the data of `facts`, with the same fit as for cities.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from partnerships.ranking.factors import DEFAULT, Weights
from partnerships.ranking.facts import (
    Ask,
    Knowledge,
    Need,
    Place,
    Source,
)
from partnerships.ranking.filters import exclusions
from partnerships.ranking.matching import points
from partnerships.ranking.reasons import Reason
from partnerships.ranking.scoring import score


class HolderKind(StrEnum):
    COUNTRY = "country"
    ORGANIZATION = "organization"


class Record(StrEnum):
    """The kind of a record that shows what a country or an organisation has or looks for."""

    OFFER = "offer"
    CASE = "case"
    NEED = "need"
    # Suggested by the editors; counts no points, as it adds nothing to the case that it is from.
    SUGGESTED_OFFER = "suggested-offer"
    SUGGESTED_NEED = "suggested-need"


# Records of what a holder looks for; all others are about what it can show.
WANTED = frozenset([Record.NEED, Record.SUGGESTED_NEED])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A published record of a holder, with its title and primary key.

    `slug` is that of a case. `organizations` are those that a case of a country names.
    """

    record: Record
    pk: int
    about: frozenset[str]
    modalities: frozenset[str] = frozenset()
    title: str = ""
    language: str = "en"
    slug: str = ""
    organizations: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return the data to print as JSON."""
        return {
            "record": self.record.value,
            "id": self.pk,
            "title": self.title,
            "about": sorted(self.about),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A country (by ISO code) or an organisation (by slug), with its records.

    `place` has the facts of a country; nothing is known about the place of an organisation, since
    its headquarters say little about where it works. Its primary key is that of no city.
    """

    kind: HolderKind
    key: str
    name: str
    place: Place
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """A holder with what is asked.

    `tenths` of at most `most` are its points for fit, in tenths. `subjects` are those that its
    records are about, of the `asked` ones. It is left out if there are `exclusions`.
    """

    holder: Holder
    evidence: tuple[Evidence, ...]
    subjects: tuple[str, ...]
    asked: int
    tenths: int
    most: int
    exclusions: tuple[Reason, ...] = ()

    @property
    def points(self) -> Decimal:
        return points(self.tenths)

    @property
    def organizations(self) -> tuple[str, ...]:
        """Names of the organisations in its cases: they may know who can answer."""
        return tuple(dict.fromkeys(name for each in self.evidence for name in each.organizations))

    def as_data(self) -> dict[str, Any]:
        """Return the data to print as JSON; points are numbers with one decimal."""
        return {
            "kind": self.holder.kind.value,
            "key": self.holder.key,
            "name": self.holder.name,
            "fit": self.tenths / 10,
            "most": self.most / 10,
            "about": list(self.subjects),
            "asked": self.asked,
            "evidence": [each.as_data() for each in self.evidence],
            "organizations": list(self.organizations),
            "exclusions": [each.as_data() for each in self.exclusions],
        }


def starting_points(
    ask: Ask, holders: Sequence[Holder], weights: Weights = DEFAULT
) -> tuple[StartingPoint, ...]:
    """Return the holders that have a practice that is asked for, best first.

    If the request names none, a theme or else a Goal.

    Ordered by points for fit, then by the number of subjects, then by kind and key, with those
    left out last. A requirement that is not known to be broken excludes nobody.
    """
    subjects = frozenset(ask.central) or ask.relevant
    limits = weights.most
    found = []
    for holder in holders:
        records = relevant(ask, holder, subjects)
        if not records:
            continue
        result = score(ask, place_of(holder), {})
        found.append(
            StartingPoint(
                holder,
                records,
                tuple(sorted(subjects & frozenset().union(*(each.about for each in records)))),
                len(subjects),
                # What the editors suggest counts no points.
                result.tenths(limits)["fit"] if result else 0,
                limits["fit"],
                broken(ask, holder),
            )
        )
    return tuple(sorted(found, key=order))


def order(point: StartingPoint) -> tuple[bool, int, int, str, str]:
    holder = point.holder
    left_out = bool(point.exclusions)
    return left_out, -point.tenths, -len(point.subjects), holder.kind.value, holder.key


def relevant(ask: Ask, holder: Holder, subjects: frozenset[str]) -> tuple[Evidence, ...]:
    """Return the records about one of the subjects, strongest first.

    For an offer these are records of what a holder looks for, otherwise of what it has.
    """
    is_wanted = ask.direction == "offer"
    kept = [
        each
        for each in holder.evidence
        if (each.record in WANTED) == is_wanted and not each.about.isdisjoint(subjects)
    ]
    records = list(Record)
    return tuple(sorted(kept, key=lambda each: (records.index(each.record), each.pk)))


def place_of(holder: Holder) -> Place:
    """Return the holder as a place with its records, except suggestions of the editors."""
    sources = {Record.OFFER: Source.OFFER, Record.CASE: Source.CASE}
    return replace(
        holder.place,
        knowledge=tuple(
            Knowledge(sources[each.record], each.about, each.modalities)
            for each in holder.evidence
            if each.record in sources
        ),
        needs=tuple(Need(each.about) for each in holder.evidence if each.record == Record.NEED),
    )


def broken(ask: Ask, holder: Holder) -> tuple[Reason, ...]:
    """Return the requirements that a holder is known not to meet."""
    reasons = exclusions(ask, holder.place)
    return tuple(reason for reason in reasons if reason.code.startswith("must."))
