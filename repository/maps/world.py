"""The world map: which places share a mark, which marks are linked, and how large it is drawn.

Everything here is plain data in and plain data out. Where a place lies: `projection.py`; which
labels fit: `map_labels.py`; how the land is drawn: `deploy/draw_land.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot, isfinite, sqrt
from typing import NamedTuple

from repository.maps.labels import Box, Grid, Label, place_apart, place_label
from repository.maps.projection import HEIGHT, WIDTH, project

# West of this line lies open sea with a few islands: it is shown only when one of them has a mark.
OPEN_SEA = 64


class Point(NamedTuple):
    """A place to show. The heavier of two places leads their common mark and is labelled first."""

    key: str
    label: str
    url: str
    longitude: float
    latitude: float
    weight: float = 1


WORLD = Box(0, 0, WIDTH, HEIGHT)


@dataclass(frozen=True, slots=True)
class Mark:
    """One place, or several that lie too close to be told apart; the heaviest comes first."""

    x: float
    y: float
    members: tuple[Point, ...]
    radius: float
    reach: float  # radius of the area that can be pressed
    label: Label | None = None

    @property
    def count(self) -> int:
        return len(self.members)

    @property
    def url(self) -> str:
        """The page of the place; empty for several, which the list beside the map tells apart."""
        return self.members[0].url if self.count == 1 else ""

    @property
    def names(self) -> list[str]:
        return [point.label for point in self.members]

    @property
    def more(self) -> int:
        """How many members a short list of three names leaves out."""
        return max(0, self.count - 3)


@dataclass(frozen=True, slots=True)
class Layer:
    """The marks and links drawn for one width of screen."""

    name: str
    marks: tuple[Mark, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """What `components/_map.html` draws; `list_url` leads to the same places as a list."""

    label: str
    list_url: str
    frame: Box
    layers: tuple[Layer, ...]

    @property
    def view_box(self) -> str:
        left, top, right, bottom = self.frame
        return f"{left:g} {top:g} {right - left:g} {bottom - top:g}"


# Sizes at scale 1, in units: the radius of a dot, of a mark with a count and of one with three
# digits; half the side of a target of 24 CSS pixels where the map is shown 764 pixels wide (the
# home page on a 1280 pixel screen).
DOT, COUNTED, COUNTED_MANY, REACH = 5, 8.5, 12, 14.1
# Names of the layers with the distance that gathers and the scale. On a phone the map is a third as
# large: everything on it grows, and marks keep 24 CSS pixels apart on a 360 pixel screen.
LAYERS = {"wide": (12.0, 1.0), "phone": (68.0, 2.4)}
# Where more labels find no room beside their marks, none is led to from afar.
MOST_LEADERS = 6
# More marks than this are a texture, not a map, and weigh down the page: gather until they fit.
MOST_MARKS = 150


def draw_map(
    points: Iterable[Point],
    links: Iterable[tuple[str, str]] = (),
    *,
    label: str,
    list_url: str,
) -> Map:
    """Lay out the whole map for wide and for narrow screens.

    `links` are pairs of keys of points; a pair that names an unknown point, or two that share a
    mark, draws nothing. `label` says what the map shows, `list_url` is the list of the same places.
    """
    places = _locate(points)
    pairs = sorted({(min(pair), max(pair)) for pair in links})
    frame = WORLD
    if all(x > OPEN_SEA + REACH for x, _, _ in places):
        frame = WORLD._replace(left=OPEN_SEA)
    layers = []
    for name, (gather, scale) in LAYERS.items():
        clusters = _gather(places, gather, scale, frame)
        while len(clusters) > MOST_MARKS:
            gather *= max(1.1, sqrt(len(clusters) / MOST_MARKS))
            clusters = _gather(places, gather, scale, frame)
        marks = _finish(clusters, scale, frame)
        home = {point.key: mark for mark in marks for point in mark.members}
        arcs = dict.fromkeys(
            arc((home[a].x, home[a].y), (home[b].x, home[b].y))
            for a, b in pairs
            if a in home and b in home and home[a] is not home[b]
        )
        layers.append(Layer(name, tuple(marks), tuple(arcs)))
    return Map(label, list_url, frame, tuple(layers))


def place_marks(
    points: Iterable[Point | tuple],
    *,
    gather: float = 14,
    scale: float = 1,
    frame: Box = WORLD,
) -> list[Mark]:
    """Gather crowded points into marks, and label the marks whose label fits.

    Marks stand at their heaviest place, keep at least `gather` units between their centres, never
    overlap, and come heaviest first. `scale` multiplies text and dots. No label overlaps a label,
    a mark or the edge of `frame`; few that find no room beside their mark stand apart, at the end
    of a line; what finds none is left out. Points outside `frame` are
    left out too. The order of `points` does not matter. Raises ValueError for coordinates that are
    not on the globe.
    """
    return _finish(_gather(_locate(points), gather, scale, frame), scale, frame)


def arc(a: tuple[float, float], b: tuple[float, float]) -> str:
    """An SVG path from a to b (or b to a: the same curve), bulging north and inside the box."""
    (x1, y1), (x2, y2) = sorted((a, b))
    width, height = x2 - x1, y2 - y1
    bulge = 0.28
    x = (x1 + x2) / 2 + bulge * height
    y = (y1 + y2) / 2 - bulge * width
    # The curve stays within the triangle of its three points, so a clamped point keeps it in sight.
    x, y = min(max(x, 0), WIDTH), min(max(y, 0), HEIGHT)
    return f"M{x1:.1f} {y1:.1f}Q{x:.1f} {y:.1f} {x2:.1f} {y2:.1f}"


type Place = tuple[float, float, Point]
type Cluster = tuple[float, float, list[Point]]


def _rank(point: Point) -> tuple[float, Point]:
    return -point.weight, point


def _locate(points: Iterable[Point | tuple]) -> list[Place]:
    """The points with their place in the box, the heaviest first."""
    ranked = sorted((Point(*point) for point in points), key=_rank)
    for point in ranked:
        if not (isfinite(point.longitude) and -90 <= point.latitude <= 90):
            raise ValueError(f"{point.label}: {point.longitude}, {point.latitude} is not on Earth")
    return [(*project(point.longitude, point.latitude), point) for point in ranked]


def _finish(clusters: list[Cluster], scale: float, frame: Box) -> list[Mark]:
    """Marks of the clusters, with the labels that find room between them."""
    grid = Grid(24 * scale)
    for x, y, members in clusters:
        radius = _radius(len(members)) * scale
        grid.add(Box(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1))
    labels: dict[int, Label | None] = {
        number: place_label(members[0].label, x, y, DOT * scale, scale, grid, frame)
        for number, (x, y, members) in enumerate(clusters)
        if members[0].label and len(members) == 1
    }
    # Few that found no room stand apart from their marks; of many the lines would be a tangle.
    without = [number for number, label in labels.items() if label is None]
    for number in without if len(without) <= MOST_LEADERS else []:
        x, y, [point] = clusters[number]
        labels[number] = place_apart(point.label, x, y, DOT * scale, scale, grid, frame)
    marks = []
    reaches = _reaches(clusters, REACH * scale)
    for number, ((x, y, members), reach) in enumerate(zip(clusters, reaches, strict=True)):
        radius = _radius(len(members)) * scale
        together = tuple(sorted(members, key=_rank))
        at = round(x, 1), round(y, 1)
        marks.append(Mark(*at, together, radius, max(reach, radius), labels.get(number)))
    return marks


class _Neighbours:
    """Numbered places by cell, to find those near a place without looking at all."""

    def __init__(self, cell: float):
        self.cell = max(cell, 0.1)
        self.cells: dict[tuple[int, int], list[tuple[float, float, int]]] = {}

    def add(self, x: float, y: float, index: int) -> None:
        key = int(x // self.cell), int(y // self.cell)
        self.cells.setdefault(key, []).append((x, y, index))

    def within(self, x: float, y: float, distance: float) -> list[tuple[float, int]]:
        """(distance, number) of the places nearer than `distance`, which is at most one cell."""
        column, row = int(x // self.cell), int(y // self.cell)
        return [
            (away, index)
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for other_x, other_y, index in self.cells.get((i, j), ())
            if (away := hypot(other_x - x, other_y - y)) < distance
        ]


def _gather(places: list[Place], gather: float, scale: float, frame: Box) -> list[Cluster]:
    """Each point joins the nearest mark within reach, or starts one where it stands."""
    near = _Neighbours(gather)
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
    """A mark with a count is larger than a dot: let it take in the marks that it would cover."""
    near = _Neighbours(2 * COUNTED_MANY * scale + 1)
    kept: list[Cluster] = []
    for x, y, members in clusters:
        radius = _radius(len(members)) * scale
        covered = [
            (away, index)
            for away, index in near.within(x, y, near.cell)
            if away < radius + _radius(len(kept[index][2])) * scale + 1
        ]
        if covered:
            kept[min(covered)[1]][2].extend(members)
        else:
            near.add(x, y, len(kept))
            kept.append((x, y, members))
    return kept


def _reaches(clusters: list[Cluster], most: float) -> list[float]:
    """How far each mark can be pressed: `most`, or half the way to the nearest other mark."""
    near = _Neighbours(2 * most)
    for index, (x, y, _) in enumerate(clusters):
        near.add(x, y, index)
    reaches = []
    for index, (x, y, _) in enumerate(clusters):
        away = [away for away, other in near.within(x, y, 2 * most) if other != index]
        reaches.append(round(min(away, default=2 * most) / 2, 1))
    return reaches


def _radius(count: int) -> float:
    if count == 1:
        return DOT
    return COUNTED if count < 100 else COUNTED_MANY
