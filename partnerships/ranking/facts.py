"""What matching knows of cities and of requests: plain data that never change.

A field that is `None`, an empty text or an empty set means "not known", unless it says otherwise.
Subjects of know-how are texts as `subject` makes them: "practice:rail-corridor",
"theme:logistics", "goal:9".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

# What a subject can be.
PRACTICE, THEME, GOAL = "practice", "theme", "goal"


def subject(kind: str, key: object) -> str:
    """The text for a practice or a theme (by slug) or a Goal (by number)."""
    return f"{kind}:{key}"


def about(
    *, practices: Iterable[str] = (), themes: Iterable[str] = (), goals: Iterable[int] = ()
) -> frozenset[str]:
    """The subjects of an offer, a case, a need: slugs of practices and themes, numbers of Goals."""
    return frozenset(
        [
            *(subject(PRACTICE, slug) for slug in practices),
            *(subject(THEME, slug) for slug in themes),
            *(subject(GOAL, number) for number in goals),
        ]
    )


class Source(StrEnum):
    """From what we know that a city knows something."""

    OFFER = "offer"  # It offers to share it.
    CASE = "case"  # A published case of its own.
    COMPLETED = "completed"  # A partnership on it that was completed.
    RUNNING = "running"  # A partnership on it that goes on.
    # How far it came with what others did: `community.models.Adoption`.
    ADOPTED = "adopted"
    ADAPTED = "adapted"
    PILOTING = "piloting"
    PLANNED = "planned"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One thing that shows what a city knows: one offer, one case, one report, one partnership.

    `about` holds all its practices with their themes, and its Goals. `modalities` are those of an
    offer; none means that it does not say. Only what is published and valid today is given.
    """

    source: Source
    about: frozenset[str]
    modalities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """What a city looks for, by its own word."""

    about: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A city as matching sees it. `pk` is that of the city; names are given with the sentences.

    `population` is in persons. `capacity` is how many partners it can work with in a year, by its
    own word (0: none at all), and `partners` how many it works with this year. `answered` of
    `asked` proposals were answered in time; `completed` of `ended` partnerships came to a good end.
    """

    pk: int
    country: str = ""  # ISO 3166-1 alpha-2.
    region: str = ""
    subregion: str = ""
    income_group: str = ""  # As repository.models.IncomeGroup.
    is_southern: bool | None = None
    is_ldc: bool = False
    is_lldc: bool = False
    is_sids: bool = False
    # Whether the whole country has no coast.
    is_country_landlocked: bool | None = None
    has_sea_port: bool | None = None
    has_dry_port: bool | None = None
    has_rail_hub: bool | None = None
    has_air_hub: bool | None = None
    population: int | None = None
    setting: str = ""  # "urban", "mixed" or "rural".
    # Working languages that the city has stated, by ISO 639-1; empty: not known.
    languages: frozenset[str] = frozenset()
    corridors: frozenset[str] = frozenset()
    knowledge: tuple[Knowledge, ...] = ()
    needs: tuple[Need, ...] = ()
    capacity: int | None = None
    partners: int = 0
    answered: int = 0
    asked: int = 0
    completed: int = 0
    ended: int = 0
    # Whether somebody speaks for it here.
    is_represented: bool = True

    @property
    def is_landlocked(self) -> bool | None:
        """Whether no ship from the sea comes here, as in Zhengzhou, whose country has a coast."""
        if self.has_sea_port is not None:
            return not self.has_sea_port
        return True if self.is_country_landlocked else None

    @property
    def room(self) -> int | None:
        """How many partners more it can take this year, never below 0."""
        return None if self.capacity is None else max(0, self.capacity - self.partners)


class Must(StrEnum):
    """What a request can demand of a partner."""

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


# These name a value, as in "speaks:fr"; the others stand alone.
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
    """A hard constraint: "speaks:fr", "region:Africa", "landlocked"; all of a request must hold."""

    must: Must
    value: str = ""

    def __post_init__(self) -> None:
        if bool(self.value) != (self.must in WITH_VALUE):
            raise ValueError(f"{self.must.value}: {self.value!r} is not what it takes.")

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a constraint as it is stored. ValueError for what is none."""
        must, _, value = text.partition(":")
        return cls(Must(must), value)

    def __str__(self) -> str:
        return f"{self.must.value}:{self.value}" if self.value else self.must.value


@dataclass(frozen=True, slots=True)
class Wish:
    """One subject of a request: a partner is to know it, or else to look for it."""

    about: str
    is_known: bool

    @property
    def kind(self) -> str:
        return self.about.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request as matching sees it. `pk` is that of the request.

    `practices` and `themes` are slugs, `goals` numbers: what it is about. `offers` are the subjects
    that the requester can show, in return or as the request itself. With the direction "seek" a
    partner is to know what the request is about, with "offer" to look for it, with "both" to know
    it and to look for what is offered. Without `languages`, those of the requester count. Cities in
    `declined` have said no to this request, and to those in `refused` the requester has; those in
    `matched` are candidates of it already.
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

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """What a partner is to know or to look for, in an order that never changes."""
        named = about(practices=self.practices, themes=self.themes, goals=self.goals)
        known = frozenset() if self.direction == "offer" else named
        wanted = {"seek": frozenset(), "both": self.offers, "offer": self.offers | named}
        return tuple(
            Wish(about, is_known)
            for about, is_known in sorted(
                [
                    *((about, True) for about in known),
                    *((about, False) for about in wanted[self.direction]),
                ]
            )
        )

    @property
    def returns(self) -> frozenset[str]:
        """What the requester gives for what it asks: subjects that it can show.

        For a request that is itself an offer, what the requester looks for.
        """
        if self.direction == "offer":
            return frozenset().union(*(need.about for need in self.requester.needs))
        own = (item.about for item in self.requester.knowledge if item.source == Source.OFFER)
        return self.offers.union(*own)

    @property
    def working_languages(self) -> frozenset[str]:
        return self.languages or self.requester.languages
