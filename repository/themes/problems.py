"""Problems that hold a city back, as a city would describe them, with links to cases."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
