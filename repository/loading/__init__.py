"""Load a series folder into the collection; docs/content-format.md describes the folder."""

from .entries import Mistake, SeriesError
from .reading import read_series
from .schema import Field, Kind, names, slug, text
from .wanted import Wanted
from .writing import Further, Outcome, add_kind, load_countries, load_series

__all__ = [
    "Field",
    "Further",
    "Kind",
    "Mistake",
    "Outcome",
    "SeriesError",
    "Wanted",
    "add_kind",
    "load_countries",
    "load_series",
    "names",
    "read_series",
    "slug",
    "text",
]
