"""Problems that hold a city back, as a city would describe them, with links to cases."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from repository.cases.facets import Count
from repository.cases.models import CaseFacet
from repository.pages.editions import cached_by_edition


@dataclass(frozen=True)
class Problem:
    """A problem, what cities did about it, and the themes of those cases.

    `ink` names the colour of these themes in the style sheet.
    """

    ink: str
    title: Promise
    answers: Promise
    themes: tuple[str, ...]


PROBLEMS = [
    Problem(
        "move",
        _("Goods take too long or cost too much"),
        _("Rail, warehouses, shared delivery rounds"),
        ("logistics", "ports-zones"),
    ),
    Problem(
        "border",
        _("Border paperwork holds parcels up"),
        _("Single window, common rules, shared data"),
        ("customs", "governance"),
    ),
    Problem(
        "money",
        _("Small firms can’t borrow"),
        _("Customs records as credit history, guarantees, closed-loop loans"),
        ("finance",),
    ),
    Problem(
        "soil",
        _("Villages are out of reach"),
        _("Service stations, roads, farm sales online"),
        ("rural", "agriculture"),
    ),
    Problem(
        "people",
        _("People lack skills or customers"),
        _("Training, tourism, festivals online"),
        ("skills", "small-firms", "culture-tourism"),
    ),
    Problem(
        "screen",
        _("Sellers can’t find foreign buyers"),
        _("Public platforms, live streaming, new markets"),
        ("platforms", "markets", "crisis"),
    ),
]


@cached_by_edition()
def counts_of_problems(_edition: str) -> list[Count]:
    """Count the cases with any theme of each problem, with one query."""
    numbers = {
        f"problem_{place}": models.Count(
            "case", filter=models.Q(key__in=problem.themes), distinct=True
        )
        for place, problem in enumerate(PROBLEMS)
    }
    rows = CaseFacet.objects.filter(facet="theme").order_by().values("is_sample")
    counted: dict[bool, dict[str, int]] = {
        row["is_sample"]: row for row in rows.annotate(**numbers)
    }
    real, samples = counted.get(False, {}), counted.get(True, {})
    return [Count(real.get(name, 0), samples.get(name, 0)) for name in numbers]
