"""Parts of the world map: around some places, or where places crowd together."""

from collections import Counter
from collections.abc import Iterable, Sequence

from repository.maps.labels import Box
from repository.maps.projection import HEIGHT, WIDTH, project

# A window is wider than high, as a map in the text of a page. Sizes are in units of the world map.
SHAPE = 16 / 9
# Windows show the land around a single place, and are not larger than the world.
SMALLEST, LARGEST = 120, WIDTH
# Space beside the outermost places, as a share of the width: labels need it.
MARGIN = 0.22
# Places crowd together if a part of the world of this size has so many of them.
CROWD_WIDTH, CROWD = 136, 4

type Position = tuple[float, float]


def around(
    degrees: Iterable[Position], *, smallest: float = SMALLEST, shape: float = SHAPE
) -> Box | None:
    """Return a window around places given as (longitude, latitude); None if there are none.

    `smallest` is its least width, `shape` its width divided by its height.
    """
    return fit([project(*place) for place in degrees], smallest, shape)


def fit(places: Sequence[Position], smallest: float, shape: float) -> Box | None:
    """Return a window around projected places, within the world."""
    if not places:
        return None
    xs, ys = [x for x, _y in places], [y for _x, y in places]
    width = max(max(xs) - min(xs), (max(ys) - min(ys)) * shape) * (1 + 2 * MARGIN)
    width = min(max(width, smallest), LARGEST, HEIGHT * shape)
    left = clamp((min(xs) + max(xs) - width) / 2, WIDTH - width)
    top = clamp((min(ys) + max(ys) - width / shape) / 2, HEIGHT - width / shape)
    return Box(left, top, left + width, top + width / shape)


def clamp(start: float, most: float) -> float:
    return min(max(start, 0), max(most, 0))


def crowded(degrees: Iterable[Position]) -> Box | None:
    """Return a window around the most crowded part of the world; None if places are far apart."""
    places = [project(*place) for place in degrees]
    # Cells of a quarter of the window: an exact search would compare all pairs of places.
    cell = CROWD_WIDTH / 4
    cells = Counter((int(x // cell), int(y // cell)) for x, y in places)
    best, most = None, CROWD - 1
    for column, row in sorted(cells):
        for left in range(column - 3, column + 1):
            count = sum(cells[i, j] for i in range(left, left + 4) for j in range(row, row + 3))
            if count > most:
                best, most = (left, row), count
    if best is None:
        return None
    left, top = best
    inside = [
        (x, y) for x, y in places if left <= x // cell < left + 4 and top <= y // cell < top + 3
    ]
    return fit(inside, CROWD_WIDTH / 2, 4 / 3)
