"""Layout of the world map: clustering of places, links between marks, and scales.

These are pure functions. See `projection.py` for positions, `labels.py` for labels and
`deploy/draw_land.py` for the shapes of the land.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import hypot, inf, isfinite, sqrt
from typing import NamedTuple

from repository.maps.labels import Box, Grid, Label, place_apart, place_label
from repository.maps.projection import HEIGHT, WIDTH, project

# West of this x is open sea with a few islands, shown only if one of them has a mark.
OPEN_SEA = 64


class Point(NamedTuple):
    """A place to show. In a cluster the heaviest place comes first, and samples last."""

    key: str
    label: str
    url: str
    longitude: float
    latitude: float
    weight: float = 1
    # The colour of its dot, as in `repository/cases/covers.py`; the same for all if empty.
    ink: str = ""
    is_sample: bool = False


# The ink of a cluster of places with different inks, and of places without a theme.
OTHER = "other"
WORLD = Box(0, 0, WIDTH, HEIGHT)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place, or a cluster of close places: samples last, each heaviest first."""

    x: float
    y: float
    members: tuple[Point, ...]
    radius: float
    reach: float  # radius of the touch target
    label: Label | None = None

    @property
    def count(self) -> int:
        return len(self.members)

    @property
    def url(self) -> str:
        """Return the page of a single place; empty for a cluster, which has the list instead."""
        return self.counted[0].url if len(self.counted) == 1 else ""

    @property
    def ink(self) -> str:
        """Return the ink of its places, if they have the same."""
        inks = {point.ink for point in self.counted}
        return inks.pop() if len(inks) == 1 else OTHER

    @property
    def is_sample(self) -> bool:
        return all(point.is_sample for point in self.members)

    @property
    def counted(self) -> tuple[Point, ...]:
        """Return the members that its number counts: samples only if all are."""
        return _counted(self.members)

    @property
    def samples(self) -> int:
        """Return how many samples are not counted."""
        return self.count - len(self.counted)

    @property
    def names(self) -> list[str]:
        return [point.label for point in self.counted]

    @property
    def more(self) -> int:
        """Return how many of those counted are left out of a list of three names."""
        return max(0, len(self.counted) - 3)


@dataclass(frozen=True, slots=True)
class Layer:
    """The marks and links for one screen width."""

    name: str
    marks: tuple[Mark, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """The data for `components/_map.html`; `list_url` is a page with the same places as a list.

    `land` is the SVG transform that fits the land of the world to a map of a window. `html` is the
    component of a map that is drawn once for an edition.
    """

    label: str
    list_url: str
    frame: Box
    layers: tuple[Layer, ...]
    land: str = ""
    # A part that is shown enlarged beside the map.
    detail: Box | None = None
    html: str = ""

    @property
    def has_samples(self) -> bool:
        return any(mark.is_sample for layer in self.layers for mark in layer.marks)

    @property
    def view_box(self) -> str:
        left, top, right, bottom = self.frame
        return f"{left:g} {top:g} {right - left:g} {bottom - top:g}"


# Sizes at scale 1, in units: the radius of a dot, of a mark with a count and of one with three
# digits; half the side of a target of 24 CSS pixels where the map is shown 764 pixels wide (the
# home page on a 1280 pixel screen).
DOT, COUNTED, COUNTED_MANY, REACH = 5, 8.5, 12, 14.1
# More marks are unreadable and make the page heavy: cluster until they fit.
MAX_MARKS = 150


class Size(NamedTuple):
    """How a layer is drawn: the distance within which places cluster, the scale of all that is
    drawn, and the number of marks that leave it readable."""

    gather: float
    scale: float
    most: int = MAX_MARKS


# On a phone the map is a third as large, so everything on it is larger, and marks are 24 CSS pixels
# apart on a 360 pixel screen.
LAYERS = {"wide": Size(12.0, 1.0), "phone": Size(68.0, 2.4)}
# If more labels do not fit next to their marks, no leader lines are drawn.
MAX_LEADERS = 6


def draw_map(
    points: Iterable[Point],
    links: Iterable[tuple[str, str]] = (),
    *,
    label: str,
    list_url: str,
    window: Box | None = None,
    width: float = WIDTH,
    layers: Mapping[str, Size] = LAYERS,
) -> Map:
    """Lay out the map for wide and for narrow screens.

    `links` are pairs of keys of points; pairs with unknown points, or with points in the same mark,
    are ignored. `label` describes the map, `list_url` is a page with the same places as a list.
    `window` is the part of the world to show, enlarged to `width`; None shows the whole world.
    `layers` are the sizes by name of the layer.
    """
    places = _locate(points)
    pairs = sorted({(min(pair), max(pair)) for pair in links})
    frame, land = WORLD, ""
    if window:
        zoom = width / (window.right - window.left)
        frame = Box(0, 0, width, round((window.bottom - window.top) * zoom))
        land = f"scale({zoom:.4g}) translate({-window.left:.1f} {-window.top:.1f})"
        places = [((x - window.left) * zoom, (y - window.top) * zoom, at) for x, y, at in places]
    elif all(x > OPEN_SEA + REACH for x, _, _ in places):
        frame = WORLD._replace(left=OPEN_SEA)
    laid = []
    for name, (gather, scale, most) in layers.items():
        clusters = _gather(places, gather, scale, frame)
        while len(clusters) > most:
            gather *= max(1.1, sqrt(len(clusters) / most))
            clusters = _gather(places, gather, scale, frame)
        marks = _finish(clusters, scale, frame)
        home = {point.key: mark for mark in marks for point in mark.members}
        arcs = dict.fromkeys(
            arc((home[a].x, home[a].y), (home[b].x, home[b].y))
            for a, b in pairs
            if a in home and b in home and home[a] is not home[b]
        )
        laid.append(Layer(name, tuple(marks), tuple(arcs)))
    return Map(label, list_url, frame, tuple(laid), land)


def place_marks(
    points: Iterable[Point | tuple],
    *,
    gather: float = 14,
    scale: float = 1,
    frame: Box = WORLD,
) -> list[Mark]:
    """Cluster points into marks, and label the marks whose label fits.

    Marks are placed at their heaviest place, with at least `gather` units between centres; they
    never overlap and are sorted heaviest first. `scale` multiplies text and dots. No label overlaps
    a label, a mark or the edge of `frame`; a few that do not fit next to their mark get a leader
    line, and others are left out, as are points outside `frame`. The order of `points` does not
    matter. Raises ValueError for invalid coordinates.
    """
    return _finish(_gather(_locate(points), gather, scale, frame), scale, frame)


def arc(a: tuple[float, float], b: tuple[float, float]) -> str:
    """Return an SVG path between a and b, in either order, curved north and inside the viewBox."""
    (x1, y1), (x2, y2) = sorted((a, b))
    width, height = x2 - x1, y2 - y1
    bulge = 0.28
    x = (x1 + x2) / 2 + bulge * height
    y = (y1 + y2) / 2 - bulge * width
    # A curve lies within the triangle of its control points, so clamping keeps it in the viewBox.
    x, y = min(max(x, 0), WIDTH), min(max(y, 0), HEIGHT)
    return f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}"


type Place = tuple[float, float, Point]
type Cluster = tuple[float, float, list[Point]]


def _rank(point: Point) -> tuple[bool, float, Point]:
    # Samples gather around real places; the place that a map is about comes before all.
    return point.is_sample and point.weight < inf, -point.weight, point


def _counted(members: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(point for point in members if not point.is_sample) or tuple(members)


def _locate(points: Iterable[Point | tuple]) -> list[Place]:
    """Project the points, samples last, each heaviest first."""
    given = (point if isinstance(point, Point) else Point(*point) for point in points)
    ranked = sorted(given, key=_rank)
    for point in ranked:
        if not (isfinite(point.longitude) and -90 <= point.latitude <= 90):
            raise ValueError(f"{point.label}: {point.longitude}, {point.latitude} is not on Earth")
    return [(*project(point.longitude, point.latitude), point) for point in ranked]


def _finish(clusters: list[Cluster], scale: float, frame: Box) -> list[Mark]:
    """Return the marks of the clusters, with the labels that fit."""
    grid = Grid(24 * scale)
    for x, y, members in clusters:
        radius = _radius(members) * scale
        grid.add(Box(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1))
    labels: dict[int, Label | None] = {
        number: place_label(members[0].label, x, y, DOT * scale, scale, grid, frame)
        for number, (x, y, members) in enumerate(clusters)
        if members[0].label and len(_counted(members)) == 1
    }
    # A few labels that do not fit get leader lines; many lines would be confusing.
    without = [number for number, label in labels.items() if label is None]
    for number in without if len(without) <= MAX_LEADERS else []:
        x, y, [point, *_samples] = clusters[number]
        labels[number] = place_apart(point.label, x, y, DOT * scale, scale, grid, frame)
    marks = []
    reaches = _reaches(clusters, REACH * scale)
    for number, ((x, y, members), reach) in enumerate(zip(clusters, reaches, strict=True)):
        radius = _radius(members) * scale
        together = tuple(sorted(members, key=_rank))
        at = round(x, 1), round(y, 1)
        marks.append(Mark(*at, together, radius, max(reach, radius), labels.get(number)))
    return marks


class Neighbours:
    """A spatial index of numbered places by grid cell."""

    def __init__(self, cell: float):
        self.cell = max(cell, 0.1)
        self.cells: dict[tuple[int, int], list[tuple[float, float, int]]] = {}

    def add(self, x: float, y: float, index: int) -> None:
        key = int(x // self.cell), int(y // self.cell)
        self.cells.setdefault(key, []).append((x, y, index))

    def within(self, x: float, y: float, distance: float) -> list[tuple[float, int]]:
        """Return (distance, number) of places within `distance`, which is at most one cell."""
        column, row = int(x // self.cell), int(y // self.cell)
        return [
            (away, index)
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other_x, other_y, index in self.cells.get((i, j), ())
            if (away := hypot(other_x - x, other_y - y)) < distance
        ]


def _gather(places: list[Place], gather: float, scale: float, frame: Box) -> list[Cluster]:
    """Assign each point to the nearest mark within reach, or to a new mark."""
    near = Neighbours(gather)
    clusters: list[Cluster] = []
    for x, y, point in places:
        if not (frame.left <= x <= frame.right and frame.top <= y <= frame.bottom):
            continue
        if found := near.within(x, y, gather):
            clusters[min(found)[1]][2].append(point)
        else:
            near.add(x, y, len(clusters))
            clusters.append((x, y, [point]))
    before = len(places) + 1
    while len(clusters) < before:
        before = len(clusters)
        clusters = _merge(clusters, scale)
    return clusters


def _merge(clusters: list[Cluster], scale: float) -> list[Cluster]:
    """Merge marks covered by a mark with a count, which is larger than a dot."""
    near = Neighbours(2 * COUNTED_MANY * scale + 1)
    kept: list[Cluster] = []
    for x, y, members in clusters:
        radius = _radius(members) * scale
        covered = [
            (away, index)
            for away, index in near.within(x, y, near.cell)
            if away < radius + _radius(kept[index][2]) * scale + 1
        ]
        if covered:
            kept[min(covered)[1]][2].extend(members)
        else:
            near.add(x, y, len(kept))
            kept.append((x, y, members))
    return kept


def _reaches(clusters: list[Cluster], most: float) -> list[float]:
    """Return the radius of each touch target: `most`, or half the distance to the next mark."""
    near = Neighbours(2 * most)
    for index, (x, y, _) in enumerate(clusters):
        near.add(x, y, index)
    reaches = []
    for index, (x, y, _) in enumerate(clusters):
        away = [away for away, other in near.within(x, y, 2 * most) if other != index]
        reaches.append(round(min(away, default=2 * most) / 2, 1))
    return reaches


def _radius(members: Sequence[Point]) -> float:
    count = len(_counted(members))
    if count == 1:
        return DOT
    return COUNTED if count < 100 else COUNTED_MANY
