"""Practices that occur together in cases, and the scheme of a practice."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import ngettext

from repository.cases.facets import FacetIndex
from repository.models import CaseStudy, Practice
from repository.pages.editions import Tokens
from repository.practices.known import practices_of

MOST = 4
# A case named as a reason, if so few have both practices.
FEW = 2


@dataclass(frozen=True)
class Companion:
    """A practice that cases show together with another one; `reason` says in which."""

    practice: Practice
    reason: str


def goes_well_with(
    practice: Practice, index: FacetIndex, edition: Tokens, shown: Iterable[CaseStudy]
) -> list[Companion]:
    """Return the practices that most real cases show together with this one.

    Of those in equally many cases, the one comes first that has fewest other cases. `shown` are
    cases on the page, whose places are named. Without any query but for the names of practices.
    """
    values = index.values["practice"]
    own = values[practice.slug].cases & index.real if practice.slug in values else 0
    found = {
        slug: common
        for slug, value in values.items()
        if slug != practice.slug and (common := value.cases & own)
    }
    ranked = sorted(
        found, key=lambda slug: (-found[slug].bit_count(), values[slug].total, values[slug].name)
    )
    places = {case.pk: case.place for case in shown}
    return [
        Companion(each, reason(index, found[each.slug], places))
        for each in practices_of(ranked[:MOST], edition)
    ]


def reason(index: FacetIndex, common: int, places: dict[int, str]) -> str:
    """Name the places of few cases, otherwise count them."""
    count = common.bit_count()
    named = [places.get(pk, "") for pk in index.members(common)] if count <= FEW else []
    if named and all(named):
        return ngettext(
            "Both in the case of %(places)s.", "Both in the cases of %(places)s.", count
        ) % {"places": "; ".join(named)}
    return ngettext(
        "Both are shown in %(count)s case.", "Both are shown in %(count)s cases.", count
    ) % {"count": count}
