"""The factors: how well a city suits a request, as shares from 0 to 1.

One function for each factor. docs/matching.md explains the formulas.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from partnerships.ranking.factors import (
    ANY_MODALITY,
    EVIDENCE,
    KINDS,
    MAX_SIGNS,
    NEED,
    NEUTRAL,
    OTHER_MODALITY,
    PLAN,
    PRIOR,
    RETURNS,
    TEXT,
    WITH_RESULTS,
)
from partnerships.ranking.facts import THEME, Ask, Knowledge, Place, Source
from repository.places.setting import SETTING, shares

# Looking for something on a theme that the requester knows is the least good news; not having said
# what one looks for must not count more.
LEAST_RETURN: Final = RETURNS[THEME]
EXACT_MODALITY: Final = 1.0
# More than a plan to do it, or having given it up.
SOLID: Final = frozenset(
    source for source, evidence in EVIDENCE.items() if evidence > EVIDENCE[Source.PLANNED]
)


class Share(NamedTuple):
    """The share of one factor; what is not known has the share of the fit, or a neutral one."""

    value: float
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """A city for a request: the share of each factor, and how much of what is asked it has.

    Candidates have evidence of a practice that is asked for; related cities only of one of its
    themes. `met` is the number of these practices that the city has.
    """

    shares: Mapping[str, Share]
    is_candidate: bool
    is_related: bool
    met: int

    def tenths(self, limits: Mapping[str, int]) -> dict[str, int]:
        """Return points in tenths by factor; the only place where points are rounded.

        Each share is multiplied by the maximum of its factor (`limits`, see `Weights.most`) and
        rounded to the nearest tenth, halves up.
        """
        return {
            name: math.floor(share.value * limits[name] + 0.5)
            for name, share in self.shares.items()
        }


def score(ask: Ask, place: Place, served: Mapping[str, int]) -> Score | None:
    """Score a city; None if it has nothing of what is asked.

    `served` counts the partnerships of each sub-region so far.
    """
    sure = {
        wish.about: knows(ask, place, wish.about) if wish.is_known else wants(place, wish.about)
        for wish in ask.wishes
    }
    share = fit(ask, sure)
    if not share:
        return None
    is_relevant = any(sure[about] for about in ask.relevant)
    is_candidate = any(sure[about] for about in ask.central)
    return Score(
        # What is not known counts as much as the fit, the one factor that is always known; without
        # the texts, which would otherwise count more than once.
        {
            "fit": Share(with_text(ask, place, share)),
            "reciprocity": reciprocity(ask, place, share),
            "setting": setting(ask, place, share),
            "languages": languages(ask, place, share),
            "reliability": reliability(place),
            "load": load(place, share),
            "reach": reach(place, served),
        },
        is_candidate=is_candidate,
        is_related=is_relevant and not is_candidate,
        met=sum(has(ask, place, about) for about in ask.central),
    )


# Fit


def fit(ask: Ask, sure: Mapping[str, float]) -> float:
    """How much of the request a city knows, or looks for, given how certain each subject is."""
    total = weight = 0.0
    for kind, counted in KINDS.items():
        if found := [sure[wish.about] for wish in ask.wishes if wish.kind == kind]:
            total += counted * (added(found) / len(found))
            weight += counted
    return total / weight if weight else 0.0


def added(numbers: Iterable[float]) -> float:
    """Add numbers one after another: `sum` may differ from that in the last bit."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def knows(ask: Ask, place: Place, about: str) -> float:
    """Certainty that a city knows a subject."""
    signs = Counter(
        (item.source, item.has_results, modality(ask, item))
        for item in place.knowledge
        if about in item.about
    )
    # In a fixed order, so that that of the evidence has no effect.
    return certainty(
        ((WITH_RESULTS if has_results else EVIDENCE[source]) * factor, count)
        for (source, has_results, factor), count in sorted(signs.items())
    )


def wants(place: Place, about: str) -> float:
    """Certainty that a city looks for a subject, or plans it."""
    needs = sum(about in need.about for need in place.needs)
    return certainty([(NEED, needs), (PLAN, len(plans(place, about)))])


def plans(place: Place, about: str) -> list[Knowledge]:
    return [
        item for item in place.knowledge if item.source == Source.PLANNED and about in item.about
    ]


def certainty(signs: Iterable[tuple[float, int]]) -> float:
    """Combine the evidence of several kinds of sign, with the number of each; see `EVIDENCE`."""
    doubt = 1.0
    for evidence, count in signs:
        if count:
            doubt *= (1.0 - evidence) ** min(count, MAX_SIGNS)
    return 1.0 - doubt


def modality(ask: Ask, item: Knowledge) -> float:
    """The factor for how well the modalities of an offer suit those requested."""
    if item.source != Source.OFFER or not ask.modalities:
        return EXACT_MODALITY
    if not item.modalities:
        return ANY_MODALITY
    return OTHER_MODALITY if ask.modalities.isdisjoint(item.modalities) else EXACT_MODALITY


def has(ask: Ask, place: Place, about: str) -> bool:
    """Whether a city has a subject, beyond a plan; or looks for or plans it, if it is offered."""
    if ask.direction == "offer":
        return wants(place, about) > 0
    return any(about in item.about for item in place.knowledge if item.source in SOLID)


def with_text(ask: Ask, place: Place, share: float) -> float:
    """The fit with one more sign if the city wrote what is close to the request."""
    text = ask.texts.get(place.pk)
    if text is None:
        return share
    return share + text_limit(ask) * text.closeness * (1.0 - share)


def text_limit(ask: Ask) -> float:
    """The most that a text adds to the fit: as much as a plan for one of the central subjects."""
    kinds = {wish.kind for wish in ask.wishes}
    if not kinds:
        return 0.0
    weight = max(KINDS[kind] for kind in kinds) / sum(KINDS[kind] for kind in kinds)
    return TEXT * weight / len(ask.central or ask.relevant)


# The other factors


def reciprocity(ask: Ask, place: Place, share: float) -> Share:
    """How far the requester can give what a city looks for; for an offer, the reverse."""
    is_offer = ask.direction == "offer"
    if not ask.returns:
        return Share(0.0)
    if not is_offer and not place.needs:
        return Share(min(share, LEAST_RETURN), is_known=False)
    held = place.knowledge if is_offer else place.needs
    met = [about for item in held for about in item.about if about in ask.returns]
    return Share(max((RETURNS[about.partition(":")[0]] for about in met), default=0.0))


def setting(ask: Ask, place: Place, share: float) -> Share:
    """Similarity of setting; known if at least half of its parts are known."""
    alike = shares(ask.requester, place)
    total = added(weight * alike.get(name, share) for name, weight in SETTING.items())
    whole = sum(SETTING.values())
    known = sum(weight for name, weight in SETTING.items() if name in alike)
    return Share(total / whole, known * 2 >= whole)


def languages(ask: Ask, place: Place, share: float) -> Share:
    """Whether the city speaks one of the working languages."""
    spoken = ask.working_languages
    if not spoken or not place.languages:
        return Share(share, is_known=False)
    return Share(float(not spoken.isdisjoint(place.languages)))


def reliability(place: Place) -> Share:
    """The share of answers in time and of completed partnerships; see `PRIOR`."""
    good, tries = place.answered + place.completed, place.asked + place.ended
    return Share((good + PRIOR) / (tries + 2 * PRIOR), tries > 0)


def load(place: Place, share: float) -> Share:
    """The free share of a city's capacity."""
    if place.capacity is None:
        return Share(share / (1 + place.partners), is_known=False)
    return Share(place.room / place.capacity if place.room else 0.0)


def reach(place: Place, served: Mapping[str, int]) -> Share:
    """How little a sub-region has been served: 0 for the one with the most partnerships."""
    most = max(served.values(), default=0)
    if not place.subregion or not most:
        return Share(NEUTRAL, is_known=False)
    return Share(1.0 - served.get(place.subregion, 0) / most)
