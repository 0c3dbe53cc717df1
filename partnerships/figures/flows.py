"""The map of partnerships between regions: an arrow from the region that shares to the other.

The width of an arrow is the number of partnerships.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from django.utils.translation import gettext as _

from partnerships.figures.agreements import Flow, line_as_text
from partnerships.figures.periods import region
from repository.maps.projection import HEIGHT, WIDTH, project
from repository.maps.world import OPEN_SEA

# The approximate centre of each region, where arrows begin and end.
REGION_POINTS = {
    "Africa": (20, 5),
    "Americas": (-75, -5),
    "Asia": (95, 30),
    "Europe": (15, 50),
    "Oceania": (140, -22),
}
# The widths of the arrows, in units of the viewBox; their distance from the centres.
THINNEST, WIDEST = 1.5, 9.0
GAP = 12
# The distance from west to east from which an arrow would cross a region in between.
LONG = 350


@dataclass(frozen=True)
class Arrow:
    """An arrow: its path, its width, and where its number stands."""

    flow: Flow
    path: str
    width: float
    x: float
    y: float

    @property
    def number(self) -> int:
        return self.flow[-1]


@dataclass(frozen=True)
class Spot:
    """The centre of a region with its name."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class FlowMap:
    """The drawing of `_flows.html`. `description` names all flows, also those without a place."""

    arrows: tuple[Arrow, ...]
    spots: tuple[Spot, ...]
    description: str
    view_box: str = f"{OPEN_SEA} 0 {WIDTH - OPEN_SEA} {HEIGHT}"

    @property
    def label(self) -> str:
        return _("Partnerships between regions")


def draw_flows(flows: Sequence[Flow]) -> FlowMap | None:
    """Return the map of (region that shares, region it shares with, number); None without any."""
    known = [flow for flow in flows if {flow[0], flow[1]} <= REGION_POINTS.keys()]
    if not known:
        return None
    at = {name: project(*REGION_POINTS[name]) for name in REGION_POINTS}
    most = max(n for _one, _other, n in known)
    arrows = []
    for flow in known:
        one, other, n = flow
        path, x, y = loop(at[one]) if one == other else curve(at[one], at[other])
        width = round(THINNEST + (WIDEST - THINNEST) * n / most, 1)
        arrows.append(Arrow(flow, path, width, x, y))
    names = {name for flow in known for name in flow[:2]}
    return FlowMap(
        arrows=tuple(arrows),
        spots=tuple(
            Spot(region(name), round(x, 1), round(y, 1))
            for name, (x, y) in at.items()
            if name in names
        ),
        description=". ".join(map(line_as_text, flows)),
    )


def curve(start: tuple[float, float], end: tuple[float, float]) -> tuple[str, float, float]:
    """Return a path, and its middle.

    Short ones curve to their left, so that the two directions stay apart. Long ones pass north of
    the regions in between, those to the west above those to the east.
    """
    (x1, y1), (x2, y2) = start, end
    bulge = 0.2
    if x1 - x2 > LONG:
        bulge = -0.38
    elif x2 - x1 > LONG:
        bulge = 0.26
    x = (x1 + x2) / 2 + bulge * (y2 - y1)
    y = min(max((y1 + y2) / 2 - bulge * (x2 - x1), 0), HEIGHT)
    (x1, y1), (x2, y2) = towards(start, (x, y)), towards(end, (x, y))
    middle = round((x1 + 2 * x + x2) / 4, 1), round((y1 + 2 * y + y2) / 4, 1)
    return f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}", *middle


def towards(point: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return the point that is GAP nearer to the other."""
    (x, y), (x2, y2) = point, other
    share = GAP / max(hypot(x2 - x, y2 - y), GAP)
    return x + (x2 - x) * share, y + (y2 - y) * share


def loop(centre: tuple[float, float]) -> tuple[str, float, float]:
    """Return a path from a region to itself, and its middle, above the name of the region."""
    x, y = centre
    path = f"M{x - 12:.1f} {y - 3:.1f}C{x - 76:.1f} {y - 8:.1f} {x - 50:.1f} {y - 84:.1f}"
    return f"{path} {x - 4:.1f} {y - 13:.1f}", round(x - 47, 1), round(y - 37, 1)
