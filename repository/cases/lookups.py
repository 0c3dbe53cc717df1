"""What to look up for cases: their places by primary key, and keys that identify sets of them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Self

from pyroaring import FrozenBitMap

# The largest number of an array of type "I".
MOST_INT = 0xFFFF_FFFF


class PlaceByKey:
    """The index of each case by primary key, in two arrays: a tenth of the memory of a dict."""

    def __init__(self, keys: array[int], places: array[int]):
        self.keys, self.places = keys, places

    @classmethod
    def of(cls, cases: Sequence[int]) -> Self:
        places = array("I", sorted(range(len(cases)), key=cases.__getitem__))
        return cls(short(array("Q", map(cases.__getitem__, places))), places)

    def __contains__(self, pk: int) -> bool:
        at = bisect_left(self.keys, pk)
        return at < len(self.keys) and self.keys[at] == pk

    def __getitem__(self, pk: int) -> int:
        at = bisect_left(self.keys, pk)
        if at == len(self.keys) or self.keys[at] != pk:
            raise KeyError(pk)
        return self.places[at]

    def changed(self, *, without: Iterable[int], having: Iterable[tuple[int, int]]) -> Self:
        """Return the indexes without those of some cases, and with others or other ones."""
        having = list(having)
        keys, places = self.keys[:], self.places[:]
        if any(pk > MOST_INT for pk, _place in having):
            keys = array("Q", keys)
        for pk in without:
            at = bisect_left(keys, pk)
            del keys[at], places[at]
        for pk, place in having:
            at = bisect_left(keys, pk)
            if at < len(keys) and keys[at] == pk:
                places[at] = place
            else:
                keys.insert(at, pk)
                places.insert(at, place)
        return type(self)(keys, places)


def short(numbers: array[int]) -> array[int]:
    """Return an array of type "I" if the numbers fit, which takes half the memory."""
    return array("I", numbers) if max(numbers, default=0) <= MOST_INT else numbers


def fingerprint(cases: FrozenBitMap) -> bytes:
    """Return 16 bytes that identify a set, as a key: a set of many cases takes 100 KB."""
    return blake2b(cases.serialize(), digest_size=16).digest()
