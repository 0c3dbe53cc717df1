"""The scheme of a practice: what it takes on one side, the cases that show it on the other."""

from dataclasses import dataclass

WIDTH, HEIGHT = 400, 190
LEFT, MIDDLE, RIGHT = 30, 200, 370
# More marks on a side than this touch each other.
MOST = 8


@dataclass(frozen=True)
class Scheme:
    """Squares for requirements and circles for cases, as positions from top to bottom."""

    squares: tuple[float, ...]
    circles: tuple[float, ...]
    view_box: str = f"0 0 {WIDTH} {HEIGHT}"

    @property
    def lines(self) -> str:
        """Return the path from each square to the practice, and on to each circle."""
        middle = f"{HEIGHT / 2:g}"
        before = "".join(f"M{LEFT} {y:g}L{MIDDLE} {middle}" for y in self.squares)
        return before + "".join(f"M{MIDDLE} {middle}L{RIGHT} {y:g}" for y in self.circles)


def scheme(requirements: int, cases: int) -> Scheme | None:
    """Return the scheme of a practice; None without requirements or without cases."""
    if not requirements or not cases:
        return None
    return Scheme(spread(min(requirements, MOST)), spread(min(cases, MOST)))


def spread(count: int) -> tuple[float, ...]:
    """Return heights at equal distances, around the middle."""
    step = min(50, (HEIGHT - 30) / count)
    top = (HEIGHT - step * (count - 1)) / 2
    return tuple(round(top + step * place, 1) for place in range(count))
