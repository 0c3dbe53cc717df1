"""Scores of cities for a request, as shares from 0 to 1 of each factor.

A `Field` holds cities as columns of numbers, so that one request is compared with all of them at
once; a city gets the same numbers alone as among 10,000. Counts are integers and products are taken
in a fixed order, so that the order of the input has no effect. docs/matching.md explains the
formulas.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from partnerships.ranking.factors import (
    ANY_MODALITY,
    EVIDENCE,
    FACTORS,
    KINDS,
    MAX_SIGNS,
    NEED,
    NEUTRAL,
    OTHER_MODALITY,
    PRIOR,
    RETURNS,
    TEXT,
)
from partnerships.ranking.facts import THEME, Ask, Place, Source
from repository.places.columns import Mask, Members, Part, Shares
from repository.places.likeness import Settings

type Tenths = npt.NDArray[np.int64]

# Columns of evidence: one for each source, and for offers one for each fit of the modality.
_SOURCES: Final = {source: number for number, source in enumerate(Source)}
_OFFERS: Final = frozenset([Source.OFFER])
_EXACT, _ANY, _OTHER = range(3)
_COLUMNS: Final = 3 * len(_SOURCES)


def _doubts(evidence: Iterable[float]) -> Shares:
    """The remaining doubt for each sign and number of it: (1 − evidence) ** count."""
    return np.array([[(1.0 - sign) ** n for n in range(MAX_SIGNS + 1)] for sign in evidence])


_KNOWN: Final = _doubts(
    EVIDENCE[source] * (factor if source in _OFFERS else 1.0)
    for source in Source
    for factor in (1.0, ANY_MODALITY, OTHER_MODALITY)
)
_WANTED: Final = _doubts([NEED])
_IS_SOLID: Final = np.array([EVIDENCE[source] > EVIDENCE[Source.PLANNED] for source in Source])


def strengths(counts: npt.NDArray[np.int64], doubts: Shares) -> Shares:
    """Certainty from 0 to 1 for rows of numbers of signs of each kind."""
    doubt = np.ones(len(counts))
    for column in np.flatnonzero(counts.any(axis=0)):
        doubt *= doubts[column][np.minimum(counts[:, column], MAX_SIGNS)]
    return 1.0 - doubt


@dataclass(frozen=True, slots=True)
class Scores:
    """The shares of all factors for one request, as arrays of factors × cities.

    Candidates have evidence of what is asked; related cities only of one of its themes. `met` is
    the number of the central subjects of the request that each city has.
    """

    shares: Shares
    is_known: Mask
    is_candidate: Mask
    is_related: Mask
    met: npt.NDArray[np.int64]


def in_tenths(scores: Scores, limits: Mapping[str, int]) -> Tenths:
    """Return points in tenths as an array of factors × cities; the only place where points are
    rounded.

    Each share is multiplied by the maximum of its factor (`limits`, see `Weights.most`) and rounded
    to the nearest tenth, halves up.
    """
    most = np.array([[limits[name]] for name in FACTORS], np.float64)
    return np.floor(scores.shares * most + 0.5).astype(np.int64)


def best_first(scores: Scores, tenths: Tenths, keys: Sequence[int]) -> list[int]:
    """Return the columns of cities with any fit, by how much of what is asked they have, total, fit
    and primary key.
    """
    order = np.lexsort((np.array(keys, np.int64), -tenths[0], -tenths.sum(axis=0), -scores.met))
    return order[scores.shares[0][order] > 0].tolist()


class Field:
    """Cities as columns, in the order given.

    `subjects` limits know-how and needs to the subjects that requests will ask for; None includes
    all. `served` counts the partnerships of each sub-region so far.
    """

    def __init__(
        self,
        places: Sequence[Place],
        *,
        subjects: Set[str] | None = None,
        served: Mapping[str, int] | None = None,
    ) -> None:
        self.places = places
        self.size = len(places)
        self._rows = {place.pk: row for row, place in enumerate(places)}
        self._keep_knowledge(subjects)
        self._keep_needs(subjects)
        self.settings = Settings(places)
        self.languages = Members(place.languages for place in places)
        self._keep_conduct(served or {})

    def _keep_knowledge(self, subjects: Set[str] | None) -> None:
        # For each subject, its rows of know-how.
        rows: dict[str, list[int]] = {}
        owners: list[int] = []
        sources: list[int] = []
        modalities: list[Set[str] | None] = []
        for owner, place in enumerate(self.places):
            for item in place.knowledge:
                kept = item.about if subjects is None else item.about & subjects
                if not kept:
                    continue
                row = len(owners)
                owners.append(owner)
                sources.append(_SOURCES[item.source])
                modalities.append(item.modalities if item.source in _OFFERS else None)
                for about in kept:
                    rows.setdefault(about, []).append(row)
        self._owners = np.array(owners, np.int64)
        self._sources = np.array(sources, np.int64)
        # More than a plan to do it, or having given it up.
        self._is_solid = _IS_SOLID[self._sources]
        self._modalities = modalities
        self._knowing = {about: np.array(found, np.int64) for about, found in rows.items()}

    def _keep_needs(self, subjects: Set[str] | None) -> None:
        rows: dict[str, list[int]] = {}
        self.has_needs = np.fromiter((bool(place.needs) for place in self.places), np.bool_)
        for owner, place in enumerate(self.places):
            for need in place.needs:
                for about in need.about if subjects is None else need.about & subjects:
                    rows.setdefault(about, []).append(owner)
        self._wanting = {about: np.array(found, np.int64) for about, found in rows.items()}

    def _keep_conduct(self, served: Mapping[str, int]) -> None:
        places = self.places
        good = np.fromiter((place.answered + place.completed for place in places), np.float64)
        tries = np.fromiter((place.asked + place.ended for place in places), np.float64)
        self.reliability = Part((good + PRIOR) / (tries + 2 * PRIOR), tries > 0)
        self._partners = np.fromiter((place.partners for place in places), np.int64)
        self._free = Part(
            np.fromiter((free_share(place) for place in places), np.float64),
            np.fromiter((place.capacity is not None for place in places), np.bool_),
        )
        most = max(served.values(), default=0)
        self.reach = Part(
            np.fromiter((reach_share(place, served, most) for place in places), np.float64),
            np.fromiter((bool(place.subregion and most) for place in places), np.bool_),
        )

    def scores(self, ask: Ask) -> Scores:
        """Return the shares of all factors for one request, in the order of the field."""
        strengths = self.strengths(ask)
        # What is not known counts as much as the fit, the one factor that is always known; without
        # the texts, which would otherwise count more than once.
        fit = self.fit(ask, strengths)
        parts = (
            Part(self.with_texts(ask, fit), self._everywhere(True)),
            self.reciprocity(ask).otherwise(np.minimum(fit, LEAST_RETURN)),
            self.settings.likeness(ask.requester, fit),
            self.shared_languages(ask).otherwise(fit),
            self.reliability,
            self._free.otherwise(fit / (1 + self._partners)),
            self.reach,
        )
        # Who looks for something on a theme may take up a practice of it; who knows something else
        # on a theme cannot show the practice.
        is_relevant = self._any(strengths, ask.relevant)
        is_candidate = is_relevant
        if ask.direction != "offer":
            is_candidate = self._any(strengths, ask.central)
        return Scores(
            np.stack([part.shares for part in parts]),
            np.stack([part.is_known for part in parts]),
            is_candidate,
            is_relevant & ~is_candidate,
            self._met(ask),
        )

    def _met(self, ask: Ask) -> npt.NDArray[np.int64]:
        """The number of the central subjects of a request that each city has."""
        met = np.zeros(self.size, np.int64)
        for about in ask.central:
            met += self._has(about, ask)
        return met

    def _has(self, about: str, ask: Ask) -> Mask:
        """Whether each city has a subject, beyond a plan; or looks for it, if it is offered."""
        found = self._everywhere(False)
        if ask.direction == "offer":
            found[self._wanting.get(about, _NONE)] = True
        else:
            rows = self._knowing.get(about, _NONE)
            found[self._owners[rows[self._is_solid[rows]]]] = True
        return found

    def strengths(self, ask: Ask) -> dict[str, Shares]:
        """Certainty that each city knows, or looks for, each subject of a request."""
        forms = self._forms(ask.modalities)
        return {
            wish.about: self.knowing(wish.about, forms)
            if wish.is_known
            else self.wanting(wish.about)
            for wish in ask.wishes
        }

    def _any(self, strengths: Mapping[str, Shares], subjects: Iterable[str]) -> Mask:
        """A mask of the cities with any evidence of at least one of the subjects."""
        found = self._everywhere(False)
        for about in subjects:
            found |= strengths[about] > 0
        return found

    def fit(self, ask: Ask, strengths: Mapping[str, Shares]) -> Shares:
        """How much of the request each city knows, or looks for."""
        kinds: dict[str, list[Shares]] = {}
        for wish in ask.wishes:
            kinds.setdefault(wish.kind, []).append(strengths[wish.about])
        total, weight = np.zeros(self.size), 0
        for kind, counted in KINDS.items():
            if found := kinds.get(kind):
                total += counted * (sum(found, np.zeros(self.size)) / len(found))
                weight += counted
        return total / weight if weight else total

    def with_texts(self, ask: Ask, fit: Shares) -> Shares:
        """Return the fit with one more sign for cities that wrote what is close to the request.

        Cities without evidence stay without fit.
        """
        closeness = np.zeros(self.size)
        for place, text in ask.texts.items():
            if place in self._rows:
                closeness[self._rows[place]] = text.closeness
        sign = text_limit(ask) * closeness * (fit > 0)
        return fit + sign * (1.0 - fit)

    def _forms(self, asked: Set[str]) -> npt.NDArray[np.int64]:
        """How the modality of each row of know-how fits those requested."""
        if not asked:
            return np.zeros(len(self._owners), np.int64)
        form = (
            _EXACT if offered is None or offered & asked else _OTHER if offered else _ANY
            for offered in self._modalities
        )
        return np.fromiter(form, np.int64, len(self._owners))

    def knowing(self, about: str, forms: npt.NDArray[np.int64]) -> Shares:
        """Certainty that each city knows a subject."""
        found = self._knowing.get(about)
        if found is None:
            return np.zeros(self.size)
        cells = self._owners[found] * _COLUMNS + self._sources[found] * 3 + forms[found]
        counts = np.bincount(cells, minlength=self.size * _COLUMNS).reshape(-1, _COLUMNS)
        return strengths(counts, _KNOWN)

    def wanting(self, about: str) -> Shares:
        """Certainty that each city looks for a subject."""
        found = self._wanting.get(about)
        if found is None:
            return np.zeros(self.size)
        return strengths(np.bincount(found, minlength=self.size).reshape(-1, 1), _WANTED)

    def reciprocity(self, ask: Ask) -> Part:
        """How far the requester can give what a city looks for; for an offer, the reverse."""
        returned = sorted(ask.returns)
        shares = np.zeros(self.size)
        for about in returned:
            share = RETURNS[about.partition(":")[0]]
            if ask.direction == "offer":
                met = self._owners[self._knowing.get(about, _NONE)]
            else:
                met = self._wanting.get(about, _NONE)
            shares[met] = np.maximum(shares[met], share)
        if not returned or ask.direction == "offer":
            return Part(shares, self._everywhere(True))
        return Part(shares, self.has_needs)

    def shared_languages(self, ask: Ask) -> Part:
        """Whether the city speaks one of the working languages."""
        spoken = ask.working_languages
        is_known = self.languages.is_known & bool(spoken)
        return Part(self.languages.any_of(spoken).astype(float), is_known)

    def _everywhere(self, value: bool) -> Mask:
        return np.full(self.size, value)


# Looking for something on a theme that the requester knows is the least good news; not having said
# what one looks for must not count more.
LEAST_RETURN: Final = RETURNS[THEME]
_NONE: Final = np.zeros(0, np.int64)


def text_limit(ask: Ask) -> float:
    """The most that a text adds to the fit: as much as a plan for one of the central subjects."""
    kinds = {wish.kind for wish in ask.wishes}
    if not kinds:
        return 0.0
    weight = max(KINDS[kind] for kind in kinds) / sum(KINDS[kind] for kind in kinds)
    return TEXT * weight / len(ask.central)


def free_share(place: Place) -> float:
    """The free share of a city's capacity; 0 if it is not known."""
    return place.room / place.capacity if place.room and place.capacity else 0.0


def reach_share(place: Place, served: Mapping[str, int], most: int) -> float:
    """How little a sub-region has been served: 0 for the one with the most partnerships."""
    if not place.subregion or not most:
        return NEUTRAL
    return 1.0 - served.get(place.subregion, 0) / most
