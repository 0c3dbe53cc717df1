"""The shapes of a drawing. All positions are units of a viewBox of WIDTH by its height."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from repository.evidence.models import DrawnAs, Evidence

WIDTH, HEIGHT = 320, 96


@dataclass(frozen=True, slots=True)
class Path:
    """A path; with `dash`, a row of marks."""

    css: str
    d: str
    dash: str = ""
    width: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    css: str
    x: str
    y: str
    r: str


@dataclass(frozen=True, slots=True)
class Text:
    css: str
    x: str
    y: str
    text: str


@dataclass(slots=True)
class Drawing:
    """Shapes in drawing order. `rows` are the figures drawn, `main` the one it is about."""

    form: DrawnAs
    main: Evidence
    rows: list[Evidence]
    height: int = HEIGHT
    paths: list[Path] = field(default_factory=list)
    circles: list[Circle] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {self.height}"

    @property
    def language(self) -> str:
        return self.main.language

    @property
    def description(self) -> str:
        """Return all drawn figures in words."""
        return "; ".join(f"{row.figure} {row.label}" for row in self.rows)

    def path(self, css: str, d: str, dash: str = "", width: float = 0) -> None:
        self.paths.append(Path(css, d, dash, short(width) if width else ""))

    def box(self, css: str, x: float, y: float, width: float, height: float) -> None:
        across, down = short(width), short(height)
        self.path(css, f"M{short(x)} {short(y)}h{across}v{down}h-{across}z")

    def circle(self, css: str, x: float, y: float, r: float) -> None:
        self.circles.append(Circle(css, short(x), short(y), short(r)))

    def dots(self, places: Iterable[tuple[float, float]], width: float) -> None:
        """Draw a dot at each place, in one path: each is a short line with round ends."""
        d = "".join(f"M{short(x)} {short(y)}h0.01" for x, y in places)
        self.path("l round", d, dash="0 9", width=width)

    def text(self, css: str, x: float, y: float, text: str) -> None:
        self.texts.append(Text(f"t {css}".strip(), short(x), short(y), text))


def short(value: float) -> str:
    """Write a length with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
