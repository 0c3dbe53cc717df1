"""Load a series folder into the collection; docs/content-format.md describes the folder."""

from .entries import Mistake, SeriesError
from .reading import read_series
from .writing import Outcome, load_countries, load_series

__all__ = [
    "Mistake",
    "Outcome",
    "SeriesError",
    "load_countries",
    "load_series",
    "read_series",
]
