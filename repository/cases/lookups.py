"""What to look up for cases: their places by primary key, and keys that identify sets of them."""

from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Self

from pyroaring import BitMap64, FrozenBitMap, FrozenBitMap64

# The largest number of an array of type "I".
MOST_INT = 0xFFFF_FFFF


class PlaceByKey:
    """The index of each case by primary key: the sorted keys as a set, and the index of each."""

    def __init__(self, keys: FrozenBitMap64, places: array[int]):
        self.keys, self.places = keys, places

    @classmethod
    def of(cls, cases: Sequence[int]) -> Self:
        places = array("I", sorted(range(len(cases)), key=cases.__getitem__))
        return cls(FrozenBitMap64(array("Q", cases)), places)

    def __contains__(self, pk: int) -> bool:
        return pk >= 0 and pk in self.keys

    def __getitem__(self, pk: int) -> int:
        if pk not in self:
            raise KeyError(pk)
        return self.places[self.keys.rank(pk) - 1]

    def changed(self, *, without: Iterable[int], having: Iterable[tuple[int, int]]) -> Self:
        """Return the indexes without those of some cases, and with others or other ones."""
        keys, places = BitMap64(self.keys), self.places[:]
        for pk in without:
            del places[keys.rank(pk) - 1]
            keys.remove(pk)
        for pk, place in having:
            at = keys.rank(pk)
            if pk in keys:
                places[at - 1] = place
            else:
                places.insert(at, place)
                keys.add(pk)
        return type(self)(FrozenBitMap64(keys), places)


def short(numbers: array[int]) -> array[int]:
    """Return an array of type "I" if the numbers fit, which takes half the memory."""
    return array("I", numbers) if max(numbers, default=0) <= MOST_INT else numbers


def fingerprint(cases: FrozenBitMap) -> bytes:
    """Return 16 bytes that identify a set, as a key: a set of many cases takes 100 KB."""
    return blake2b(cases.serialize(), digest_size=16).digest()
