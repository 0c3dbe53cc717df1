"""Sets of cases: bitmaps, arrays of indexes, and what to look up in them.

A set is an integer whose bit i is the i-th case. A set of few cases of many is stored as an array
of their indexes, which takes less memory.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain, compress, count

# A set has few cases if it has at most one in this many: an index takes as much memory as 32 bits.
RARE = 32
# How many different numbers an item of an array of type "H" can have.
MOST_SHORT = 0xFFFF

type Members = int | array[int]


class PlaceByKey:
    """The index of each case by primary key, in two arrays: a tenth of the memory of a dict."""

    def __init__(self, cases: Sequence[int]):
        self.places = array("I", sorted(range(len(cases)), key=cases.__getitem__))
        self.keys = array("Q", map(cases.__getitem__, self.places))

    def __contains__(self, pk: int) -> bool:
        at = bisect_left(self.keys, pk)
        return at < len(self.keys) and self.keys[at] == pk

    def __getitem__(self, pk: int) -> int:
        at = bisect_left(self.keys, pk)
        if at == len(self.keys) or self.keys[at] != pk:
            raise KeyError(pk)
        return self.places[at]


class Rows:
    """The keys of a facet for each case: their numbers one after the other in one array."""

    def __init__(self, members: Mapping[str, Members], cases: int):
        self.keys = sorted(members)
        of_each = array("I", bytes(4 * cases))
        for each in members.values():
            for place in places_of(each):
                of_each[place] += 1
        self.starts = array("I", accumulate(of_each, initial=0))
        code = "H" if len(self.keys) <= MOST_SHORT else "I"
        self.numbers = array(code, [0]) * self.starts[-1]
        free = self.starts[:]
        for number, key in enumerate(self.keys):
            for place in places_of(members[key]):
                self.numbers[free[place]] = number
                free[place] += 1

    def __getitem__(self, place: int) -> list[str]:
        start, end = self.starts[place], self.starts[place + 1]
        return [self.keys[number] for number in self.numbers[start:end]]

    def counts(self, some: Iterable[int]) -> dict[str, int]:
        """Return how many of some cases have each key, without zeros."""
        starts = self.starts
        found = Counter(
            chain.from_iterable(self.numbers[starts[at] : starts[at + 1]] for at in some)
        )
        return {self.keys[number]: count for number, count in found.items()}


def bits(members: Iterable[int]) -> int:
    """Return the set with these indexes."""
    buffer = bytearray()
    if isinstance(members, array) and members:
        buffer = bytearray((members[-1] >> 3) + 1)
    for place in members:
        byte = place >> 3
        if byte >= len(buffer):
            buffer.extend(bytes(byte + 1 - len(buffer)))
        buffer[byte] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")


def places(cases: int) -> Iterator[int]:
    """Return the indexes in a set in ascending order."""
    return compress(count(), flags(cases))


def places_of(members: Members) -> Iterable[int]:
    return members if isinstance(members, array) else places(members)


def flags(cases: int) -> bytes:
    """Return a set as one byte (1 or 0) for each index up to the last member."""
    return bin(cases)[:1:-1].encode().translate(ONES_AND_NOUGHTS)


ONES_AND_NOUGHTS = bytes.maketrans(b"01", b"\0\1")


def lowest(cases: int) -> int:
    """Return the least index in a set that is not empty: its newest case."""
    return (cases & -cases).bit_length() - 1


def membership(cases: int) -> Callable[[int], bool]:
    """Return a function that tells whether an index is in a set, for many calls."""
    data = cases.to_bytes((cases.bit_length() + 7) // 8, "little")

    def has(place: int) -> bool:
        byte = place >> 3
        return byte < len(data) and bool(data[byte] >> (place & 7) & 1)

    return has


def stored(members: list[int], cases: int) -> Members:
    """Return a set of `cases` cases as it takes the least memory."""
    if len(members) * RARE <= cases:
        return array("I", sorted(members))
    return bits(members)
