"""Hard filters: reasons to exclude a city from a request regardless of its points.

What is not known excludes no city: it has to be confirmed before the city is asked.
"""

from typing import Any

from partnerships.ranking.facts import Ask, Constraint, Must, Place
from partnerships.ranking.reasons import Reason


def exclusions(ask: Ask, place: Place) -> tuple[Reason, ...]:
    """Return all reasons for which a city cannot be a candidate; empty if it can be one."""
    found = []
    if place.pk in ask.declined:
        found.append(Reason("out.declined", place.pk))
    if place.pk in ask.refused:
        found.append(Reason("out.refused", place.pk))
    if place.pk in ask.matched:
        found.append(Reason("out.matched", place.pk))
    # An offer takes no capacity: there the candidate is the one that learns.
    if ask.direction != "offer" and place.room == 0:
        code = "out.full" if place.capacity else "out.closed"
        found.append(Reason(code, place.pk, {"capacity": place.capacity or 0}))
    for constraint in ask.constraints:
        if meets(constraint, place, ask.requester) is False:
            params = {"value": constraint.value} if constraint.value else {}
            found.append(Reason(f"must.{constraint.must.value}", place.pk, params))
    return tuple(found)


# The fact that decides a constraint; the same for several of them.
FACT_OF = {
    Must.SPEAKS: "languages",
    Must.CORRIDOR: "corridor",
    Must.SETTING: "surroundings",
    Must.LANDLOCKED: "coast",
    Must.SEA_PORT: "coast",
    Must.LDC: "country",
    Must.LLDC: "country",
    Must.SIDS: "country",
    Must.OTHER_COUNTRY: "country",
}


def to_confirm(ask: Ask, place: Place) -> tuple[Reason, ...]:
    """Return one note for each unknown fact that decides whether a city meets the constraints."""
    found: dict[str, dict[str, Any]] = {}
    for constraint in ask.constraints:
        if meets(constraint, place, ask.requester) is None:
            params = found.setdefault(FACT_OF.get(constraint.must, constraint.must.value), {})
            if constraint.must == Must.SPEAKS:
                params["languages"] = sorted({*params.get("languages", []), constraint.value})
    return tuple(Reason(f"confirm.{fact}", place.pk, params) for fact, params in found.items())


def meets(constraint: Constraint, place: Place, requester: Place) -> bool | None:
    """Whether a city meets a constraint; None if not known."""
    value = constraint.value
    match constraint.must:
        case Must.SPEAKS:
            return value in place.languages if place.languages else None
        case Must.CORRIDOR:
            return value in place.corridors if place.corridors else None
        case Must.REGION:
            return _is(place.region, value)
        case Must.SUBREGION:
            return _is(place.subregion, value)
        case Must.COUNTRY:
            return _is(place.country, value)
        case Must.INCOME:
            return _is(place.income_group, value)
        case Must.SETTING:
            return _is(place.setting, value)
        case Must.LANDLOCKED:
            return place.is_landlocked
        case Must.SEA_PORT:
            return None if place.is_landlocked is None else not place.is_landlocked
        case Must.DRY_PORT:
            return place.has_dry_port
        case Must.RAIL_HUB:
            return place.has_rail_hub
        case Must.AIR_HUB:
            return place.has_air_hub
        case Must.SOUTH:
            return place.is_southern
        case Must.LDC:
            return place.is_ldc if place.country else None
        case Must.LLDC:
            return place.is_lldc if place.country else None
        case Must.SIDS:
            return place.is_sids if place.country else None
        case Must.OTHER_COUNTRY:
            same = _is(place.country, requester.country) if requester.country else None
            return None if same is None else not same


def _is(known: str, value: str) -> bool | None:
    return known == value if known else None
