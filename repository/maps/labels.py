"""Placement of labels on the world map. Lengths are in units of the map's viewBox."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from math import cos, hypot, pi, sin
from typing import NamedTuple

# Height of the text at scale 1.
TEXT = 13


class Box(NamedTuple):
    """A rectangle in units of the viewBox."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return round(self.right - self.left, 1)

    @property
    def height(self) -> float:
        return round(self.bottom - self.top, 1)

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


class Label(NamedTuple):
    """A placed label: the anchor of its text, and its bounding box.

    `leader` is the line from its mark, (x1, y1, x2, y2), if the label is not next to it.
    """

    text: str
    x: float
    y: float
    anchor: str
    box: Box
    leader: tuple[float, float, float, float] | None = None


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
    """Estimate the width of a label in ems; full-width characters count slightly over one em."""
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


class Grid:
    """A spatial index: boxes by the grid cells that they touch."""

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


def place_label(
    text: str, x: float, y: float, radius: float, scale: float, grid: Grid, frame: Box
) -> Label | None:
    """Try eight positions around the mark, in order of preference."""
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


# The distance of a label from its mark, at scale 1: near enough to be associated with it.
NEAREST, FARTHEST, STEP = 20, 44, 4


def place_apart(
    text: str, x: float, y: float, radius: float, scale: float, grid: Grid, frame: Box
) -> Label | None:
    """Try positions further away from a crowded mark, with a leader line.

    The line must not cross marks or labels, and is added to the grid as an obstacle.
    """
    size = TEXT * scale
    width = text_width(text) * size + 2
    rise, fall = 0.8 * size, 0.26 * size
    start = radius + scale
    for distance in range(NEAREST, FARTHEST + 1, STEP):
        away = distance * scale
        for turn in range(8):
            right, down = cos(turn * pi / 4), sin(turn * pi / 4)
            # Start where the line leaves the mark's own box in the grid.
            own = (radius + 1 + scale) / max(abs(right), abs(down)) + 0.1
            end_x, end_y = x + away * right, y + away * down
            baseline = end_y + 0.36 * size
            for anchor in ("start", "end"):
                if abs(right) > 0.1 and (right > 0) != (anchor == "start"):
                    continue
                at = end_x + (3 * scale if anchor == "start" else -3 * scale)
                left = at if anchor == "start" else at - width
                box = Box(left, baseline - rise, left + width, baseline + fall)
                if not (box.within(frame) and grid.is_free(box)):
                    continue
                line = (x + start * right, y + start * down, end_x, end_y)
                steps = list(_boxes_along(line, skip=own - start, half=scale))
                if all(step.within(frame) and grid.is_free(step) for step in steps):
                    for taken in (box, *steps):
                        grid.add(taken)
                    x1, y1, x2, y2 = (round(value, 1) for value in line)
                    at, baseline = round(at, 1), round(baseline, 1)
                    return Label(text, at, baseline, anchor, box, (x1, y1, x2, y2))
    return None


def _boxes_along(
    line: tuple[float, float, float, float], *, skip: float, half: float
) -> Iterator[Box]:
    """Yield small boxes along a line, without its first part."""
    x1, y1, x2, y2 = line
    length = hypot(x2 - x1, y2 - y1)
    passed = skip
    while passed < length:
        x, y = x1 + (x2 - x1) * passed / length, y1 + (y2 - y1) * passed / length
        yield Box(x - half, y - half, x + half, y + half)
        passed += 2 * half
