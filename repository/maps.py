"""The world map: where a place lies on it, which places share a mark, and which labels fit.

Everything here is plain data in and plain data out. Lengths are units of the box the map is drawn
in, WIDTH by HEIGHT, with y growing southward. How the land is drawn: `deploy/draw_land.py`.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import asin, ceil, cos, hypot, isfinite, radians, sin, sqrt
from typing import NamedTuple

WIDTH = 960
NORTH, SOUTH = 84, -57  # no city lies beyond; Antarctica would take a tenth of the height

# West of this line lies open sea with a few islands: it is shown only when one of them has a mark.
OPEN_SEA = 64

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Project degrees on a sphere of radius 1; x grows eastward, y northward.

    Source: B. Šavrič, T. Patterson, B. Jenny, "The Equal Earth map projection", International
    Journal of Geographical Information Science 33(3), 2019 (online 2018),
    doi:10.1080/13658816.2018.1504949.
    """
    theta = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = theta * theta
    sixth = square**3
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = 2 * sqrt(3) * radians(longitude) * cos(theta) / (3 * slope)
    y = theta * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return x, y


SCALE = WIDTH / 2 / equal_earth(180, 0)[0]
TOP = equal_earth(0, NORTH)[1] * SCALE
HEIGHT = ceil(TOP - equal_earth(0, SOUTH)[1] * SCALE)


def seam(longitude: float, latitude: float) -> float:
    """The longitude to draw a place at: from -180 to 180, but Chukotka stays with Asia."""
    if not -180 <= longitude <= 180:
        longitude = (longitude + 180) % 360 - 180
    return longitude + 360 if latitude > 60 and longitude < -169 else longitude


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a place, in degrees, lies in the box."""
    x, y = equal_earth(seam(longitude, latitude), latitude)
    return WIDTH / 2 + x * SCALE, TOP - y * SCALE


class Point(NamedTuple):
    """A place to show. The heavier of two places leads their common mark and is labelled first."""

    key: str
    label: str
    url: str
    longitude: float
    latitude: float
    weight: float = 1


class Box(NamedTuple):
    """A rectangle in units of the box."""

    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: "Box") -> bool:
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


WORLD = Box(0, 0, WIDTH, HEIGHT)


class Label(NamedTuple):
    """A label that has found room: where its text is anchored, and the room it takes."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box


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
# home page on a 1280 pixel screen); the height of the text.
DOT, COUNTED, COUNTED_MANY, REACH, TEXT = 5, 8.5, 12, 14.1, 13
# Names of the layers with the distance that gathers and the scale. On a phone the map is a third as
# large: everything on it grows, and marks keep 24 CSS pixels apart on a 360 pixel screen.
LAYERS = {"wide": (12.0, 1.0), "phone": (68.0, 2.4)}
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
    a mark or the edge of `frame`; one that finds no room is left out. Points outside `frame` are
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


# Average widths of bold sans-serif characters in ems, after DejaVu Sans Bold, the widest of the
# fonts in the stack: a label may look roomy in another font, but it never collides.
_WIDTHS = {
    char: width
    for chars, width in (
        ("'’|", 0.33),
        ("ijlIJ .,:;ı", 0.38),
        ("fr-()/", 0.5),
        ("tczsL", 0.62),
        ("mwMW@%", 1.1),
        ("GHNOQDUABCKPRVXYZ&", 0.82),
        ("EFTS", 0.72),
    )
    for char in chars
}


@lru_cache(maxsize=4096)
def text_width(text: str) -> float:
    """Estimated width of a label in ems; full-width characters count one em and a little."""
    width = 0.0
    for char in unicodedata.normalize("NFD", text):
        if char in _WIDTHS:
            width += _WIDTHS[char]
        elif unicodedata.category(char) in ("Mn", "Me", "Cf"):
            continue
        elif unicodedata.east_asian_width(char) in "WF":
            width += 1.05
        elif char.isupper():
            width += 0.9
        elif "a" <= char <= "z" or char.isdigit():
            width += 0.72
        else:
            width += 0.85
    return width


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
    grid = _Grid(24 * scale)
    for x, y, members in clusters:
        radius = _radius(len(members)) * scale
        grid.add(Box(x - radius - 1, y - radius - 1, x + radius + 1, y + radius + 1))
    marks = []
    for (x, y, members), reach in zip(clusters, _reaches(clusters, REACH * scale), strict=True):
        radius = _radius(len(members)) * scale
        first, *others = sorted(members, key=_rank)
        label = None
        if first.label and not others:
            label = _place_label(first.label, x, y, radius, scale, grid, frame)
        marks.append(
            Mark(round(x, 1), round(y, 1), (first, *others), radius, max(reach, radius), label)
        )
    return marks


class _Grid:
    """Boxes by the cells they touch, so that a look for neighbours stays local."""

    def __init__(self, cell: float):
        self.cell = cell
        self.cells: dict[tuple[int, int], list[Box]] = {}

    def _touched(self, box: Box) -> Iterator[tuple[int, int]]:
        rows = range(int(box.top // self.cell), int(box.bottom // self.cell) + 1)
        for column in range(int(box.left // self.cell), int(box.right // self.cell) + 1):
            for row in rows:
                yield column, row

    def add(self, box: Box) -> None:
        for key in self._touched(box):
            self.cells.setdefault(key, []).append(box)

    def is_free(self, box: Box) -> bool:
        for key in self._touched(box):
            for other in self.cells.get(key, ()):
                if box.overlaps(other):
                    return False
        return True


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


def _place_label(
    text: str, x: float, y: float, radius: float, scale: float, grid: _Grid, frame: Box
) -> Label | None:
    """Try eight positions around the mark, from the easiest to read to the last resort."""
    size = TEXT * scale
    width = text_width(text) * size + 2
    rise, fall = 0.8 * size, 0.26 * size
    side = radius + 2 * scale + 1
    level, above, below = y + 0.36 * size, y - 0.6 * radius, y + 0.6 * radius + 0.7 * size
    for at, baseline, anchor in (
        (x + side, level, "start"),
        (x - side, level, "end"),
        (x + side, above, "start"),
        (x + side, below, "start"),
        (x - side, above, "end"),
        (x - side, below, "end"),
        (x, y - radius - 2 - fall, "middle"),
        (x, y + radius + 2 + rise, "middle"),
    ):
        left = at - {"start": 0, "middle": width / 2, "end": width}[anchor]
        box = Box(left, baseline - rise, left + width, baseline + fall)
        if box.within(frame) and grid.is_free(box):
            grid.add(box)
            return Label(text, round(at, 1), round(baseline, 1), anchor, box)
    return None
