"""The cover of a case as a PNG, for previews of links (`og:image`).

Pillow draws the shapes of the same drawing as on the page. Text is written if the fonts beside
this module have its letters, or one of the system's; the title is in the metadata of the page.
"""

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from os import PathLike

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont, features

from repository.cases.covers import Cover, Locator
from repository.evidence.drawings import WIDTH as DRAWN_WIDTH
from repository.evidence.drawings import Drawing, Path
from repository.evidence.drawings.measures import columns, lines

# The size that platforms ask for, and how much larger it is drawn so that edges are smooth.
WIDTH, HEIGHT, SMOOTH = 1200, 630, 2
MARGIN = 64
# The sizes of the letters of a sentence, and the room for its lines above the drawing.
SIZES, ROOM = (33, 26, 22), 90
COMMAND = re.compile(r"([MLhvz])([^MLhvz]*)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# The light scheme of static/css/site.css: ink and background of each family of themes.
INKS = {
    "move": ("#0a5566", "#d8e8e9"),
    "border": ("#34427c", "#e1e5f3"),
    "money": ("#744c00", "#f6e6c1"),
    "soil": ("#2b5f37", "#dce9d4"),
    "people": ("#963822", "#f8ddd1"),
    "screen": ("#67325f", "#efdeeb"),
}
TEXT, CLAY = "#17212b", "#a63d24"
FONTS = settings.BASE_DIR / "repository" / "cases" / "fonts"
SERIF, SANS = "DejaVuSerif-Bold.ttf", "DejaVuSans.ttf"
# Fonts that a system may have, which Pillow finds by their names: for Arabic in the package
# fonts-dejavu-core, for Chinese in fonts-noto-cjk.
OTHERS = {
    SERIF: ("DejaVuSans-Bold.ttf", "NotoSansCJK-Bold.ttc"),
    SANS: ("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc"),
}
ARABIC = re.compile(r"[\u0600-\u06ff]")


def preview(cover: Cover) -> bytes:
    """Return the cover as a PNG of WIDTH by HEIGHT."""
    return Canvas(*INKS[cover.ink]).draw(cover)


class Canvas:
    """Draws in units of the finished image."""

    def __init__(self, hue: str, wash: str):
        self.hue, self.wash = hue, wash
        self.tint = blend(hue, wash, 0.2)
        self.image = Image.new("RGB", (WIDTH * SMOOTH, HEIGHT * SMOOTH), wash)
        self.pen = ImageDraw.Draw(self.image)

    def draw(self, cover: Cover) -> bytes:
        self.box(0, 0, WIDTH, 18, self.hue)
        if cover.locator:
            self.locator(cover.locator, WIDTH - MARGIN - 210, 76, 210)
        start, anchor = MARGIN, "la"
        if ARABIC.search(cover.sentence or cover.case.place):
            start, anchor = WIDTH - MARGIN - 250, "ra"
        if cover.row:
            size = 130 if columns(cover.row.figure) <= 9 else 76
            self.text(cover.row.figure, start, 64, size, SERIF, self.hue, anchor)
            # The end of a sentence may say what the number is of, so the letters become smaller.
            letter = next(
                (each for each in SIZES if len(lines_of(cover.sentence, each)) * each <= ROOM),
                SIZES[-1],
            )
            for line, text in enumerate(lines_of(cover.sentence, letter)):
                down = 84 + size * 1.1 + line * letter * 1.33
                self.text(text, start, down, letter, SANS, TEXT, anchor)
        if cover.drawing:
            self.drawing(cover.drawing, MARGIN, 350, WIDTH - 2 * MARGIN, HEIGHT - 350 - 36)
        elif not cover.row:
            self.text(cover.case.place, start, 64, 84, SERIF, self.hue, anchor)
        finished = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        file = BytesIO()
        finished.quantize(128, Image.Quantize.MAXCOVERAGE).save(file, "PNG", optimize=True)
        return file.getvalue()

    def box(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.pen.rectangle([SMOOTH * each for each in (left, top, right, bottom)], fill=fill)

    def locator(self, locator: Locator, left: float, top: float, size: float) -> None:
        x, y, width, height = (float(part) for part in locator.view_box.split())
        scale = size / width * SMOOTH
        part = Image.new("RGB", (round(width * scale), round(height * scale)), self.wash)
        pen = ImageDraw.Draw(part)
        for ring in land():
            pen.polygon([((a - x) * scale, (b - y) * scale) for a, b in ring], fill=self.tint)
        at = (float(locator.x) - x) * scale, (float(locator.y) - y) * scale
        pen.circle(at, 6 * scale, fill=CLAY, outline=self.wash, width=round(1.5 * scale))
        pen.rectangle((0, 0, part.width - 1, part.height - 1), outline=self.hue, width=2 * SMOOTH)
        self.image.paste(part, (round(left * SMOOTH), round(top * SMOOTH)))

    def drawing(
        self, drawing: Drawing, left: float, top: float, width: float, height: float
    ) -> None:
        """Fit a drawing into a box, at its lower edge."""
        scale = min(width / DRAWN_WIDTH, height / drawing.height)
        down = top + height - drawing.height * scale

        def place(x: float, y: float) -> tuple[float, float]:
            return (left + x * scale) * SMOOTH, (down + y * scale) * SMOOTH

        for path in drawing.paths:
            self.path(path, place, scale * SMOOTH)
        for circle in drawing.circles:
            r = float(circle.r) * scale * SMOOTH
            fill = {"i": self.hue, "m": self.tint, "on": self.wash}[circle.css]
            outline = self.hue if circle.css == "m" else None
            self.pen.circle(place(float(circle.x), float(circle.y)), r, fill=fill, outline=outline)
        for text in drawing.texts:
            classes = text.css.split()
            x, y = place(float(text.x), float(text.y))
            anchor = "ms" if "c" in classes else "rs" if "e" in classes else "ls"
            self.text(text.text, x / SMOOTH, y / SMOOTH, 12 * scale, SANS, TEXT, anchor)

    def path(self, path: Path, place, scale: float) -> None:
        for points in outlines(path.d):
            if path.dash:
                self.dashes(points, path, place, scale)
            elif path.css in ("i", "m"):
                fill = self.hue if path.css == "i" else self.tint
                outline = self.hue if path.css == "m" else None
                self.pen.polygon([place(*each) for each in points], fill=fill, outline=outline)
            else:
                width = round(float(path.width) * scale) if path.width else SMOOTH * 2
                line = [place(*each) for each in points]
                self.pen.line(line, fill=self.stroke(path), width=width)

    def stroke(self, path: Path) -> str:
        if "faint" in path.css:
            return blend(self.hue, self.wash, 0.25)
        return self.wash if "on" in path.css.split() else self.hue

    def dashes(self, points, path: Path, place, scale: float) -> None:
        (x, y), (end, _y) = points
        dash, gap = (float(part) for part in path.dash.split())
        half = float(path.width) / 2
        fill = self.stroke(path)
        while x <= end:
            if dash:
                corner = place(min(x + dash, end), y + half)
                self.pen.rectangle((*place(x, y - half), *corner), fill=fill)
            else:
                self.pen.circle(place(x, y), half * scale, fill=fill)
            x += dash + gap

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        face: str,
        fill: str,
        anchor: str,
    ) -> None:
        if written := font_for(text, face, round(size * SMOOTH)):
            self.pen.text((x * SMOOTH, y * SMOOTH), text, fill=fill, font=written, anchor=anchor)


def lines_of(text: str, size: int) -> list[str]:
    """Break a text into the lines for letters of a size, beside the locator."""
    return lines(text, 1518 // size)


def blend(over: str, under: str, opacity: float) -> str:
    pairs = zip(bytes.fromhex(over[1:]), bytes.fromhex(under[1:]), strict=True)
    return "#" + bytes(round(a * opacity + b * (1 - opacity)) for a, b in pairs).hex()


def outlines(d: str) -> Iterator[list[tuple[float, float]]]:
    """Return the polygons and lines of a path of a drawing, which has no curves."""
    points: list[tuple[float, float]] = []
    x = y = 0.0
    for command, arguments in COMMAND.findall(d):
        numbers = [float(each) for each in NUMBER.findall(arguments)]
        if command == "M":
            if points:
                yield points
            points = []
            x, y = numbers
        elif command == "L":
            x, y = numbers
        elif command == "h":
            x += numbers[0]
        elif command == "v":
            y += numbers[0]
        if command != "z":
            points.append((x, y))
    if points:
        yield points


@cache
def land() -> list[list[tuple[float, float]]]:
    """Return the rings of the land: its path has relative lines alone."""
    text = (settings.BASE_DIR / "static" / "img" / "land.svg").read_text()
    [path] = re.findall(r' d="([^"]*)"', text)
    rings = []
    for piece in path.split("z"):
        numbers = [float(each) for each in NUMBER.findall(piece)]
        x = y = 0.0
        ring = []
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        if len(ring) > 2:
            rings.append(ring)
    return rings


@cache
def font(face: str | PathLike, size: int) -> ImageFont.FreeTypeFont | None:
    """Return a font by its path, or one of the system by its name, if it is there."""
    try:
        return ImageFont.truetype(face, size)
    except OSError:
        return None


def font_for(text: str, face: str, size: int) -> ImageFont.FreeTypeFont | None:
    """Return the first font that has the letters of a text."""
    for each in (FONTS / face, *OTHERS[face]):
        if (found := font(each, size)) and has_letters(found, text):
            return found
    return None


def has_letters(written: ImageFont.FreeTypeFont, text: str) -> bool:
    """Does the font have all letters of a text, and can Pillow write them?"""
    # Without these libraries, Arabic letters would be separate, from left to right.
    if ARABIC.search(text) and not (features.check("raqm") and features.check("fribidi")):
        return False
    unknown = bytes(written.getmask("\uffff"))
    return all(bytes(written.getmask(each)) != unknown for each in set(text) if not each.isspace())
