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
    own = CaseFacet.objects.of("practice", slug).real()
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


# The scheme of a practice: what it takes on one side, the cases that show it on the other.
WIDTH, HEIGHT = 400, 190
LEFT, MIDDLE, RIGHT = 30, 200, 370
# More marks on a side than this touch each other.
MAX_MARKS = 8


@dataclass(frozen=True)
class Scheme:
    """Squares for requirements and circles for cases, as positions from top to bottom."""

    squares: tuple[float, ...]
    circles: tuple[float, ...]
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"

    @property
    def lines(self) -> str:
        """Return the path from each square to the practice, and on to each circle."""
        middle = f"{HEIGHT / 2:g}"
        before = "".join(f"M{LEFT} {y:g}L{MIDDLE} {middle}" for y in self.squares)
        return before + "".join(f"M{MIDDLE} {middle}L{RIGHT} {y:g}" for y in self.circles)


def scheme(requirements: int, cases: int) -> Scheme | None:
    """Return the scheme of a practice; None without requirements or without cases."""
    if not requirements or not cases:
        return None
    return Scheme(spread(min(requirements, MAX_MARKS)), spread(min(cases, MAX_MARKS)))


def spread(count: int) -> tuple[float, ...]:
    """Return heights at equal distances, around the middle."""
    step = min(50, (HEIGHT - 30) / count)
    top = (HEIGHT - step * (count - 1)) / 2
    return tuple(round(top + step * place, 1) for place in range(count))
