"""Draw static/img/land.svg from Natural Earth. Run from the top folder; see docs/map.md.

    python -m deploy.draw_land package/land-110m.json > static/img/land.svg

Reads a TopoJSON topology with one object `land` and prints an SVG with one path, in the box and
projection of repository/maps/projection.py. Needs nothing but the standard library.
"""

import json
import sys
from itertools import accumulate, pairwise
from pathlib import Path

from repository.maps.projection import HEIGHT, SCALE, TOP, WIDTH, equal_earth, seam

ANTARCTICA = -60  # every ring that extends further south belongs to it

type Ring = list[tuple[float, float]]


def read_rings(topology: dict) -> list[list[Ring]]:
    """Return the polygons of the object `land` as rings in degrees."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]

    def decode(deltas):
        places = accumulate(deltas, lambda a, b: (a[0] + b[0], a[1] + b[1]))
        return [
            tuple(v * s + t for v, s, t in zip(p, scale, translate, strict=True)) for p in places
        ]

    arcs = [decode(arc) for arc in topology["arcs"]]
    polygons = []
    for geometry in topology["objects"]["land"]["geometries"]:
        shapes = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for shape in shapes:
            # A negative index is the bitwise complement of a reversed arc's index.
            polygons.append(
                [
                    [p for i in ring for p in (arcs[i] if i >= 0 else arcs[~i][::-1])]
                    for ring in shape
                ]
            )
    return polygons


def unwrap(ring: Ring) -> Ring:
    """Continue a ring that crosses 180° beyond it, instead of jumping across the map."""
    turns, result = 0, [ring[0]]
    for (before, _), (longitude, latitude) in pairwise(ring):
        if abs(longitude - before) > 180:
            turns += 1 if longitude < before else -1
        result.append((longitude + 360 * turns, latitude))
    # Shift the ring to where project() places its points.
    west, east = min(x for x, _ in result), max(x for x, _ in result)
    middle = (west + east) / 2
    shift = round(seam(middle, result[0][1]) - middle)
    return [(longitude + shift, latitude) for longitude, latitude in result]


def to_units(ring: Ring) -> list[tuple[int, int]]:
    """Project a ring to whole units, without points that are then on a straight line."""
    points: list[tuple[int, int]] = []
    for longitude, latitude in ring:
        x, y = equal_earth(longitude, latitude)
        point = (round(WIDTH / 2 + x * SCALE), round(TOP - y * SCALE))
        if points and point == points[-1]:
            continue
        while len(points) > 1 and _between(points[-2], points[-1], point):
            points.pop()
        points.append(point)
    return points[:-1] if points[0] == points[-1] else points


def _between(a, b, c) -> bool:
    """Is b on the line segment from a to c?"""
    (ux, uy), (vx, vy) = (b[0] - a[0], b[1] - a[1]), (c[0] - b[0], c[1] - b[1])
    return ux * vy == uy * vx and ux * vx + uy * vy > 0


def to_path(points: list[tuple[int, int]]) -> str:
    """Return a closed ring as relative lines; a minus sign needs no space before it."""
    steps = [n for a, b in pairwise(points) for n in (b[0] - a[0], b[1] - a[1])]
    text = f"M{points[0][0]} {points[0][1]}l{' '.join(map(str, steps))}z"
    return text.replace(" -", "-")


def draw(topology: dict) -> str:
    paths = []
    for polygon in read_rings(topology):
        if min(latitude for _, latitude in polygon[0]) < ANTARCTICA:
            continue
        rings = [to_units(unwrap(ring)) for ring in polygon]
        paths += [to_path(ring) for ring in rings if len(ring) > 2]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path id="land" fill-rule="evenodd" d="{"".join(paths)}"/></svg>\n'
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Give the path of land-110m.json.")
    sys.stdout.write(draw(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
