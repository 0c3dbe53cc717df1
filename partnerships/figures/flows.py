"""The map of partnerships between regions: a marker for each region, a line for each pair."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _

from partnerships.figures.periods import region
from repository.maps.world import Map, Point, draw_map

# End points of the lines: the approximate centre of each region.
REGION_POINTS = {
    "Africa": (20, 5),
    "Americas": (-75, -5),
    "Asia": (95, 30),
    "Europe": (15, 50),
    "Oceania": (140, -22),
}


def draw_flows(flows: Sequence[tuple[str, str, int]]) -> Map | None:
    """Return the map of (region that shares, region it shares with, number); None without any."""
    weights: Counter[str] = Counter()
    for one, other, n in flows:
        for name in {one, other} & REGION_POINTS.keys():
            weights[name] += n
    if not weights:
        return None
    points = [
        Point(name, f"{region(name)} {n}", f"/partnerships/?region={name}", *REGION_POINTS[name], n)
        for name, n in weights.items()
    ]
    pairs = [(one, other) for one, other, _n in flows]
    label = _("Map of the regions that work with each other")
    return draw_map(points, pairs, label=label, list_url="#flows")
