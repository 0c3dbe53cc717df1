"""Reasons for the points of a city: codes with facts; `explanations` turns them into sentences.

A reason contains no text, so that it can be stored with a match and read by each side in its own
language.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from partnerships.ranking.factors import EVIDENCE
from partnerships.ranking.facts import GOAL, PRACTICE, THEME, Ask, Place, Source, Wish
from partnerships.ranking.scoring import plans
from repository.places.setting import comparisons

# The facts that measure how much is known of a city.
FACTS = (
    "population",
    "coast",
    "surroundings",
    "corridor",
    "languages",
    "needs",
    "capacity",
    "record",
)
# Those that describe its setting.
SETTLED = ("population", "coast", "surroundings", "corridor")
# A city is sparse if more than half of the facts are not known.
SPARSE = len(FACTS) // 2 + 1

# Reasons for the fit that give no points.
WITHOUT_EVIDENCE = frozenset(["fit.nothing", "fit.unwanted"])


@dataclass(frozen=True, slots=True)
class Reason:
    """A code, the city concerned, and facts: texts, numbers or lists of texts."""

    code: str
    place: int
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return the data to store as JSON."""
        return {"code": self.code, "place": self.place, **self.params}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read the result of `as_data`. Raise KeyError if code or place is missing."""
        params = {key: value for key, value in data.items() if key not in ("code", "place")}
        return cls(data["code"], data["place"], params)


def reasons_for(ask: Ask, place: Place, served: Mapping[str, int]) -> dict[str, tuple[Reason, ...]]:
    """Return the reasons by factor, at least one for each."""
    return {
        "fit": tuple(_fit(ask, place)),
        "reciprocity": tuple(_reciprocity(ask, place)),
        "setting": tuple(_setting(ask.requester, place)),
        "languages": tuple(_languages(ask, place)),
        "reliability": tuple(_reliability(place)),
        "load": tuple(_load(place)),
        "reach": tuple(_reach(place, served)),
    }


def unknown_facts(place: Place) -> tuple[str, ...]:
    """Return the members of FACTS that are not known of a city."""
    known = {
        "population": place.population,
        "coast": place.is_landlocked is not None,
        "surroundings": place.setting,
        "corridor": place.corridors,
        "languages": place.languages,
        "needs": place.needs,
        "capacity": place.capacity is not None,
        "record": place.asked or place.ended,
    }
    return tuple(fact for fact in FACTS if not known[fact])


def notes_on(place: Place, to_confirm: Collection[Reason] = ()) -> tuple[Reason, ...]:
    """Return notes for brokers about a candidate, beside its points.

    First what has to be confirmed; the note about a sparse profile does not repeat it.
    """
    notes = [*to_confirm]
    unknown = unknown_facts(place)
    if len(unknown) >= SPARSE:
        noted = {reason.code.partition(".")[2] for reason in to_confirm}
        facts = [fact for fact in unknown if fact not in noted]
        notes.append(Reason("note.sparse", place.pk, {"facts": facts}))
    if not place.is_represented:
        notes.append(Reason("note.unrepresented", place.pk))
    return tuple(notes)


def _fit(ask: Ask, place: Place) -> Iterable[Reason]:
    # Evidence given under a practice is not repeated under its theme or Goal.
    used: set[int] = set()
    codes: set[str] = set()
    for wish in sorted(ask.wishes, key=lambda wish: (_rank(wish), wish.about)):
        found = _known(wish, place, used) if wish.is_known else _wanted(wish, place, used)
        for code, more in found:
            codes.add(code)
            yield Reason(code, place.pk, {"about": wish.about, **more})
    yield from _modality(ask, place)
    # A text counts only beside other evidence.
    if not codes <= WITHOUT_EVIDENCE:
        yield from _texts(ask, place)


def _texts(ask: Ask, place: Place) -> Iterable[Reason]:
    text = ask.texts.get(place.pk)
    if text and text.closeness > 0:
        params = {
            text.record: text.pk,
            "closeness": text.closeness,
            "passage": text.passage,
            "asked": text.asked,
        }
        yield Reason(f"fit.text.{text.record}", place.pk, params)


def _rank(wish: Wish) -> int:
    return (PRACTICE, THEME, GOAL).index(wish.kind)


def _known(wish: Wish, place: Place, used: set[int]) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield evidence that a city knows a subject; adds the evidence to `used`."""
    on_it = [item for item in place.knowledge if wish.about in item.about]
    fresh = [item for item in on_it if wish.kind == PRACTICE or id(item) not in used]
    used.update(map(id, fresh))
    counts = Counter(item.source for item in fresh)
    for source in EVIDENCE:
        if counts[source]:
            params: dict[str, Any] = {"count": counts[source]}
            of_source = [item for item in fresh if item.source == source]
            if any(item.has_results for item in of_source):
                params["results"] = True
            if source == Source.ABANDONED and (
                years := [item.year for item in of_source if item.year]
            ):
                params["year"] = max(years)
            yield f"fit.{source.value}", params
    if not on_it and wish.kind != GOAL:
        yield "fit.nothing", {}


def _wanted(wish: Wish, place: Place, used: set[int]) -> Iterable[tuple[str, dict[str, int]]]:
    """Yield evidence that a city looks for a subject; adds the evidence to `used`."""
    on_it = [need for need in place.needs if wish.about in need.about]
    fresh = [need for need in on_it if wish.kind == PRACTICE or id(need) not in used]
    used.update(map(id, fresh))
    if fresh:
        yield "fit.wanted", {}
        return
    planned = [item for item in plans(place, wish.about) if id(item) not in used]
    used.update(map(id, planned))
    if planned:
        yield "fit.wanted.planned", {}
    elif not on_it and not plans(place, wish.about) and wish.kind != GOAL:
        yield "fit.unwanted", {}


def _modality(ask: Ask, place: Place) -> Iterable[Reason]:
    known = {wish.about for wish in ask.wishes if wish.is_known}
    offered = [
        item.modalities
        for item in place.knowledge
        if item.source == Source.OFFER and not item.about.isdisjoint(known)
    ]
    if not ask.modalities or not offered:
        return
    shared = sorted(ask.modalities.intersection(frozenset().union(*offered)))
    if shared:
        yield Reason("fit.modality", place.pk, {"modalities": shared})
    elif all(offered):
        yield Reason("fit.modality.other", place.pk)
    else:
        yield Reason("fit.modality.unknown", place.pk)


def _reciprocity(ask: Ask, place: Place) -> Iterable[Reason]:
    is_offer = ask.direction == "offer"
    if not ask.returns:
        yield Reason("reciprocity.no-need" if is_offer else "reciprocity.nothing", place.pk)
        return
    if not is_offer and not place.needs:
        yield Reason("reciprocity.unknown", place.pk)
        return
    held = (
        (item.about for item in place.knowledge)
        if is_offer
        else (need.about for need in place.needs)
    )
    met = ask.returns & frozenset().union(*held)
    for kind in (PRACTICE, THEME):
        if found := sorted(about for about in met if about.startswith(f"{kind}:")):
            code = "reciprocity.knows" if is_offer else "reciprocity.met"
            yield from (Reason(code, place.pk, {"about": about}) for about in found)
            return
    yield Reason("reciprocity.unknowing" if is_offer else "reciprocity.unmet", place.pk)


def _setting(own: Place, place: Place) -> Iterable[Reason]:
    both = {"requester": own.pk}
    for code, params in comparisons(own, place):
        yield Reason(f"setting.{code}", place.pk, both | params)
    unknown = _unknown_setting(place)
    if unknown:
        yield Reason("setting.unknown", place.pk, {"facts": list(unknown)})
    if missing := [fact for fact in _unknown_setting(own) if fact not in unknown]:
        yield Reason("setting.unknown", own.pk, {"facts": missing})


def _unknown_setting(place: Place) -> tuple[str, ...]:
    return tuple(fact for fact in unknown_facts(place) if fact in SETTLED)


def _languages(ask: Ask, place: Place) -> Iterable[Reason]:
    if not ask.working_languages or not place.languages:
        unknown = place.pk if ask.working_languages else ask.requester.pk
        yield Reason("languages.unknown", unknown)
        return
    if shared := sorted(ask.working_languages & place.languages):
        yield Reason("languages.shared", place.pk, {"languages": shared})
        return
    both = {"requester": ask.requester.pk, "languages": sorted(ask.working_languages)}
    # A city may not choose all its languages for a request.
    if shared := sorted(ask.requester.languages & place.languages):
        yield Reason("languages.other", place.pk, both | {"shared": shared})
    else:
        yield Reason("languages.none", place.pk, both | {"theirs": sorted(place.languages)})


def _reliability(place: Place) -> Iterable[Reason]:
    if place.asked:
        params = {"answered": place.answered, "count": place.asked}
        yield Reason("reliability.answers", place.pk, params)
    if place.ended:
        params = {"completed": place.completed, "count": place.ended}
        yield Reason("reliability.completed", place.pk, params)
    if not place.asked and not place.ended:
        yield Reason("reliability.new", place.pk)


def _load(place: Place) -> Iterable[Reason]:
    if place.room is None:
        code = "load.unknown.partners" if place.partners else "load.unknown"
        yield Reason(code, place.pk, {"count": place.partners})
    elif place.room:
        yield Reason("load.free", place.pk, {"count": place.room})
    else:
        yield Reason("load.full", place.pk)


def _reach(place: Place, served: Mapping[str, int]) -> Iterable[Reason]:
    params = {"value": place.subregion}
    most = max(served.values(), default=0)
    count = served.get(place.subregion, 0)
    if not most:
        yield Reason("reach.start", place.pk)
    elif not place.subregion:
        yield Reason("reach.unknown", place.pk)
    elif not count:
        yield Reason("reach.none", place.pk, params)
    elif count == most:
        yield Reason("reach.most", place.pk, params | {"count": count})
    else:
        yield Reason("reach.some", place.pk, params | {"count": count})
