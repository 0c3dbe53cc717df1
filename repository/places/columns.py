"""Facts of many cities as columns of numbers, one row for each city."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Shares = npt.NDArray[np.float64]
type Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """A share for each city, and a mask of the cities for which it is known."""

    shares: Shares
    is_known: Mask

    def otherwise(self, shares: Shares) -> "Part":
        """Take the shares of cities for which it is not known from others."""
        return Part(np.where(self.is_known, self.shares, shares), self.is_known)


class Codes:
    """Integer codes of texts; −1 for an empty text, meaning "not known"."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.numbers: dict[str, int] = {"": -1}
        self.column = np.fromiter(
            (self.numbers.setdefault(text, len(self.numbers)) for text in texts), np.int64
        )

    def alike(self, text: str) -> Mask:
        """Return a mask of the rows equal to `text`; all False if it is not known."""
        return self.column == (self.numbers.get(text, -2) if text else -2)


class Members:
    """Sets of values, such as languages, by city; an empty set means "not known"."""

    def __init__(self, sets: Iterable[Collection[str]]) -> None:
        rows: dict[str, list[int]] = {}
        sizes = []
        for row, values in enumerate(sets):
            sizes.append(len(values))
            for value in values:
                rows.setdefault(value, []).append(row)
        self.is_known: Mask = np.array(sizes, np.int64) > 0
        self._rows = {value: np.array(found, np.int64) for value, found in rows.items()}

    def any_of(self, values: Iterable[str]) -> Mask:
        """Return a mask of the cities that have at least one of the values."""
        found = np.zeros(len(self.is_known), np.bool_)
        for value in values:
            if value in self._rows:
                found[self._rows[value]] = True
        return found


def tristate(values: Iterable[bool | None]) -> npt.NDArray[np.int64]:
    """Return 1 for true, 0 for false, −1 for not known."""
    return np.fromiter((-1 if value is None else int(value) for value in values), np.int64)


def on_scale(scale: Sequence[str], values: Iterable[str]) -> npt.NDArray[np.int64]:
    """Return the index of each value on a scale; −1 where it is not known."""
    where = {value: number for number, value in enumerate(scale)}
    return np.fromiter((where.get(value, -1) for value in values), np.int64)


def steps(column: npt.NDArray[np.int64], scale: Sequence[str], value: str) -> Part:
    """Similarity by the distance between two values of a scale: 1 if equal, 0 at opposite ends."""
    if value not in scale:
        return Part(np.zeros(len(column)), np.zeros(len(column), np.bool_))
    distance = np.abs(column - scale.index(value))
    return Part(1.0 - distance / (len(scale) - 1), column >= 0)
