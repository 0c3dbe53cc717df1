"""Practices that occur together in cases, and the scheme of a practice."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from django.contrib.postgres.aggregates import ArrayAgg
from django.utils.translation import ngettext

from repository.cases.facets import all_counts
from repository.models import CaseFacet, CaseStudy, Practice
from repository.practices.known import practices_by_slug, practices_of

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
    own = CaseFacet.objects.of("practice", slug).filter(is_sample=False)
    others = CaseFacet.objects.filter(facet="practice", case__in=own.values("case"))
    newest = ArrayAgg("case", order_by=("-published_at", "-case_id"))
    cases = dict(others.exclude(key=slug).order_by().values_list("key").annotate(cases=newest))
    totals, names = all_counts(edition), practices_by_slug(edition)

    def place(other: str) -> tuple[int, int, str]:
        name = names[other].name if other in names else ""
        return -len(cases[other]), totals.of("practice", other).total, name

    return [
        (other, len(cases[other]), cases[other] if len(cases[other]) <= FEW else [])
        for other in nsmallest(MOST, cases, key=place)
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
