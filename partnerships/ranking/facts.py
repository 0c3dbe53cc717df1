"""Immutable data about cities and requests, as used by matching.

Unless stated otherwise, `None`, an empty text or an empty set means "not known". Subjects of
know-how are texts built by `subject`: "practice:rail-corridor", "theme:logistics", "goal:9".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Literal, Self

from repository.places.setting import Facts
from repository.samples import mixes_samples

# Kinds of subject.
PRACTICE, THEME, GOAL = KINDS = ("practice", "theme", "goal")


def subject(kind: str, key: object) -> str:
    """Return the text for a practice or a theme (by slug) or a Goal (by number)."""
    return f"{kind}:{key}"


def about(
    *, practices: Iterable[str] = (), themes: Iterable[str] = (), goals: Iterable[int] = ()
) -> frozenset[str]:
    """Return subjects from slugs of practices and themes and numbers of Goals."""
    return frozenset(
        [
            *(subject(PRACTICE, slug) for slug in practices),
            *(subject(THEME, slug) for slug in themes),
            *(subject(GOAL, number) for number in goals),
        ]
    )


class Source(StrEnum):
    """The kind of evidence that a city knows a subject."""

    OFFER = "offer"  # An offer to share it.
    CASE = "case"  # A published case of its own.
    COMPLETED = "completed"  # A completed partnership on it.
    RUNNING = "running"  # A current partnership on it.
    # Stages of adopting the practice of another city: `community.models.Adoption`.
    ADOPTED = "adopted"
    ADAPTED = "adapted"
    PILOTING = "piloting"
    PLANNED = "planned"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One piece of evidence of know-how: an offer, a case, a report or a partnership.

    `about` holds all its practices with their themes, and its Goals. `modalities` are those of an
    offer; empty means that it states none. `year` is that of a report, or of the last change of an
    offer, and `stated_on` the day on which it was written. Only published and currently valid
    records are included.
    """

    source: Source
    about: frozenset[str]
    modalities: frozenset[str] = frozenset()
    # Whether it tells what came of it.
    has_results: bool = False
    year: int | None = None
    stated_on: date | None = None

    @property
    def age(self) -> tuple[int, date]:
        """A key that orders what a city states by time; without a date it comes first."""
        return self.year or 0, self.stated_on or date.min

    @property
    def practices(self) -> frozenset[str]:
        return frozenset(each for each in self.about if each.startswith(f"{PRACTICE}:"))


# What a city did with a partner is not undone by what it reports later.
WITH_PARTNERS = frozenset([Source.COMPLETED, Source.RUNNING])


def without_abandoned(items: Sequence[Knowledge]) -> list[Knowledge | None]:
    """Remove practices from what a city states if it reported later that it abandoned them.

    None stands for an item that names no other practice. A case has no date here, so that every
    abandonment is later.
    """
    abandoned: dict[str, tuple[int, date]] = {}
    for item in items:
        if item.source == Source.ABANDONED:
            for practice in item.practices:
                abandoned[practice] = max(item.age, abandoned.get(practice, item.age))
    found: list[Knowledge | None] = []
    for item in items:
        gone = frozenset[str]()
        if item.source not in {Source.ABANDONED, *WITH_PARTNERS}:
            gone = frozenset(
                each for each in item.practices if each in abandoned and item.age <= abandoned[each]
            )
        is_left = not gone or item.practices > gone
        found.append(replace(item, about=item.about - gone) if is_left else None)
    return found


@dataclass(frozen=True, slots=True)
class Need:
    """A subject that a city says it is looking for."""

    about: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Facts):
    """A city as used by matching, with the primary key of the city, and its setting.

    `capacity` is the number of partners a year stated by the city (0:
    none), `partners` the number of partners this year. `answered` of `asked` proposals were
    answered in time; `completed` of `ended` partnerships were completed.
    """

    pk: int
    is_southern: bool | None = None
    has_air_hub: bool | None = None
    # Working languages that the city has stated, by ISO 639-1; empty: not known.
    languages: frozenset[str] = frozenset()
    knowledge: tuple[Knowledge, ...] = ()
    needs: tuple[Need, ...] = ()
    capacity: int | None = None
    partners: int = 0
    answered: int = 0
    asked: int = 0
    completed: int = 0
    ended: int = 0
    # Whether it has a focal point on this site.
    is_represented: bool = True
    # Whether it was invented for a demonstration.
    is_sample: bool = False

    @property
    def room(self) -> int | None:
        """The number of additional partners possible this year, at least 0."""
        return None if self.capacity is None else max(0, self.capacity - self.partners)


@dataclass(frozen=True, slots=True)
class CloseText:
    """The text of a city that is closest in meaning to the text of a request.

    `record` is "offer", or "need" if the request is an offer, `pk` its primary key. `closeness` is
    from 0 (hardly) to 1 (they say the same), and `passage` the digest of the closest sentence,
    `asked` that of the text of the request.
    """

    record: Literal["offer", "need"]
    pk: int
    closeness: float
    passage: str = ""
    asked: str = ""


class Must(StrEnum):
    """Kinds of hard constraint."""

    SPEAKS = "speaks"
    REGION = "region"
    SUBREGION = "subregion"
    COUNTRY = "country"
    INCOME = "income"
    SETTING = "setting"
    CORRIDOR = "corridor"
    LANDLOCKED = "landlocked"
    SEA_PORT = "sea-port"
    DRY_PORT = "dry-port"
    RAIL_HUB = "rail-hub"
    AIR_HUB = "air-hub"
    SOUTH = "south"
    LDC = "ldc"
    LLDC = "lldc"
    SIDS = "sids"
    OTHER_COUNTRY = "other-country"


# Constraints with a value, as in "speaks:fr".
WITH_VALUE = frozenset(
    [
        Must.SPEAKS,
        Must.REGION,
        Must.SUBREGION,
        Must.COUNTRY,
        Must.INCOME,
        Must.SETTING,
        Must.CORRIDOR,
    ]
)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A hard constraint ("speaks:fr", "region:Africa", "landlocked"); all must be met."""

    must: Must
    value: str = ""

    def __post_init__(self) -> None:
        if bool(self.value) != (self.must in WITH_VALUE):
            raise ValueError(f"{self.must.value}: {self.value!r} is not what it takes.")

    @classmethod
    def read(cls, text: str) -> Self:
        """Parse a constraint from its stored text. Raise ValueError if it is invalid."""
        must, _, value = text.partition(":")
        return cls(Must(must), value)

    def __str__(self) -> str:
        return f"{self.must.value}:{self.value}" if self.value else self.must.value


@dataclass(frozen=True, slots=True)
class Wish:
    """One subject of a request, which a partner must know or, for an offer, look for."""

    about: str
    is_known: bool

    @property
    def kind(self) -> str:
        return self.about.partition(":")[0]


# Without slots: its properties are computed once, not for each city.
@dataclass(frozen=True, kw_only=True)
class Ask:
    """A partnership request as used by matching, with the primary key of the request.

    `practices` and `themes` are slugs, `goals` numbers: the subjects of the request. `offers` are
    subjects that the requester can show, in return or as the request itself. A partner must know
    the subjects with direction "seek" or "both", and look for them with "offer". What is offered
    in return counts as reciprocity alone. If `languages` is empty, those of the requester apply.
    Cities in `declined` declined this request, those in `refused` were declined by the requester;
    those in `matched` are candidates already. `texts` are what cities wrote that is close to the
    text of the request, by primary key of the city.
    """

    pk: int
    requester: Place
    direction: Literal["seek", "offer", "both"] = "seek"
    practices: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    goals: frozenset[int] = frozenset()
    offers: frozenset[str] = frozenset()
    modalities: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    constraints: tuple[Constraint, ...] = ()
    declined: frozenset[int] = frozenset()
    refused: frozenset[int] = frozenset()
    matched: frozenset[int] = frozenset()
    texts: Mapping[int, CloseText] = field(default_factory=dict)

    def may_go_to(self, place: Place) -> bool:
        """Whether a city may be a candidate: another one, and a sample only for a sample."""
        return place.pk != self.requester.pk and not mixes_samples(place, self.requester)

    @cached_property
    def wishes(self) -> tuple[Wish, ...]:
        """The subjects that a partner must know or look for, in a fixed order."""
        named = about(practices=self.practices, themes=self.themes, goals=self.goals)
        is_offer = self.direction == "offer"
        return tuple(
            Wish(subject, is_known=not is_offer)
            for subject in sorted(named | self.offers if is_offer else named)
        )

    @cached_property
    def central(self) -> tuple[str, ...]:
        """The practices that are asked for: only they make a city a candidate."""
        return tuple(wish.about for wish in self.wishes if wish.kind == PRACTICE)

    @cached_property
    def relevant(self) -> frozenset[str]:
        """The practices and themes that are asked for; the Goals if it names neither.

        Cities without evidence of any of them have nothing of what is requested.
        """
        named = [wish.about for wish in self.wishes if wish.kind != GOAL]
        return frozenset(named or [wish.about for wish in self.wishes])

    @cached_property
    def returns(self) -> frozenset[str]:
        """The subjects that the requester gives in return.

        If the request is an offer: the subjects that the requester looks for.
        """
        if self.direction == "offer":
            return frozenset().union(*(need.about for need in self.requester.needs))
        own = (item.about for item in self.requester.knowledge if item.source == Source.OFFER)
        return self.offers.union(*own)

    @property
    def working_languages(self) -> frozenset[str]:
        return self.languages or self.requester.languages
