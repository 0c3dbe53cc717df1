"""Draw a figure and the figures it is compared with: geometry for an SVG template."""

from repository.evidence.drawings.measures import cut, distinct_labels
from repository.evidence.drawings.selection import draw, forms_of, is_drawable, is_tried
from repository.evidence.drawings.shapes import HEIGHT, WIDTH, Circle, Drawing, Path, Text

__all__ = [
    "HEIGHT",
    "WIDTH",
    "Circle",
    "Drawing",
    "Path",
    "Text",
    "cut",
    "distinct_labels",
    "draw",
    "forms_of",
    "is_drawable",
    "is_tried",
]
