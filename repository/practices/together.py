"""Practices that occur together in cases, and the scheme of a practice."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from django.utils.translation import ngettext

from repository.cases.facets import facet_index
from repository.models import CaseStudy, Practice
from repository.practices.known import practices_of

MOST = 4
# A case named as a reason, if so few have both practices.
FEW = 2


@dataclass(frozen=True)
class Companion:
    """A practice that cases show together with another one; `reason` says in which."""

    practice: Practice
    reason: str


def together_with(edition: str, slug: str) -> list[tuple[str, int, list[int]]]:
    """Return the practices that most real cases show together with this one.

    Each is (slug, number of the common cases, their primary keys if they are few). Of those in
    equally many cases, the one comes first that has fewest other cases.
    """
    index = facet_index(edition)
    values = index.values["practice"]
    own = index.of("practice", slug) & index.real
    counts = index.counts("practice", own)
    counts.pop(slug, None)
    ranked = nsmallest(
        MOST, counts, key=lambda other: (-counts[other], values[other].total, values[other].name)
    )
    return [
        (
            other,
            counts[other],
            list(index.newest(own & values[other].cases)) if counts[other] <= FEW else [],
        )
        for other in ranked
    ]


def companions(
    found: Iterable[tuple[str, int, list[int]]], edition: str, shown: Iterable[CaseStudy]
) -> list[Companion]:
    """Return what `together_with` has found, with reasons.

    `shown` are cases on the page, whose places are named. Without any query but for the names of
    practices.
    """
    places = {case.pk: case.place for case in shown}
    reasons = {
        slug: reason(count, [places.get(pk, "") for pk in few]) for slug, count, few in found
    }
    return [Companion(each, reasons[each.slug]) for each in practices_of(reasons, edition)]


def reason(count: int, places: list[str]) -> str:
    """Name the places of few cases if all are known, otherwise count the cases."""
    if places and all(places):
        return ngettext(
            "Both in the case of %(places)s.", "Both in the cases of %(places)s.", count
        ) % {"places": "; ".join(places)}
    return ngettext(
        "Both are shown in %(count)s case.", "Both are shown in %(count)s cases.", count
    ) % {"count": count}
