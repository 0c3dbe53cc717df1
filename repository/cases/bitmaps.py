"""Sets of cases: bitmaps, arrays of indexes, and what to look up in them.

A set is an integer whose bit i is the i-th case, from the oldest to the newest. A set of few cases
of many is stored as an array of their indexes, which takes less memory.

None of this is modified: the index of one edition shares with that of the next what is the same.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import blake2b
from heapq import merge
from itertools import accumulate, chain, compress, count, groupby
from typing import Self

# A set has few cases if it has at most one in this many: an index takes as much memory as 32 bits.
RARE = 32
# How many bytes of a bitmap are read at a time.
BLOCK = 4_096
# How many different numbers an item of an array of type "B", and of type "H", can have.
MOST_TINY, MOST_SHORT = 0xFF, 0xFFFF
# The largest number of an array of type "I".
MOST_INT = 0xFFFF_FFFF

type Members = int | array[int]


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


class Rows:
    """The keys of a facet for each case: their numbers one after the other in one array.

    Those of case i are `numbers[starts[i] : starts[i + 1]]`.
    """

    def __init__(self, keys: list[str], starts: array[int], numbers: array[int]):
        self.keys, self.starts, self.numbers = keys, starts, numbers

    @classmethod
    def of(cls, keys: list[str], sets: Iterable[Members], cases: int) -> Self:
        """Return the rows of so many cases; `sets` are the cases with each key, and read twice."""
        of_each = array("I", bytes(4 * cases))
        for members in sets:
            for place in places_of(members):
                of_each[place] += 1
        starts = array("I", accumulate(of_each, initial=0))
        numbers = array(code_of(keys), [0]) * starts[-1]
        free = starts[:]
        for number, members in enumerate(sets):
            for place in places_of(members):
                numbers[free[place]] = number
                free[place] += 1
        return cls(keys, starts, numbers)

    def __getitem__(self, place: int) -> list[str]:
        return sorted(self.keys[number] for number in self.numbers_of(place))

    def numbers_of(self, place: int) -> array[int]:
        """Return the numbers in `keys` of the keys of a case."""
        return self.numbers[self.starts[place] : self.starts[place + 1]]

    def counts(self, some: Iterable[int]) -> dict[str, int]:
        """Return how many of some cases have each key, without zeros."""
        starts = self.starts
        found = Counter(
            chain.from_iterable(self.numbers[starts[at] : starts[at + 1]] for at in some)
        )
        return {self.keys[number]: count for number, count in found.items()}

    def changed(self, pieces: Iterable[tuple[int, int, int]], added: Sequence[list[str]]) -> Self:
        """Return the rows of `Moves.pieces`, with these keys of the cases that are put in."""
        keys, numbers_of = self.keys[:], {key: number for number, key in enumerate(self.keys)}
        for key in chain.from_iterable(added):
            if key not in numbers_of:
                numbers_of[key] = len(keys)
                keys.append(key)
        code = code_of(keys)
        starts, numbers = array("I"), array(code)
        for _to, start, end in pieces:
            if end < 0:
                starts.append(len(numbers))
                numbers.extend(numbers_of[key] for key in added[start])
                continue
            own, further = self.starts[start:end], len(numbers) - self.starts[start]
            starts.extend([at + further for at in own] if further else own)
            some = self.numbers[self.starts[start] : self.starts[end]]
            numbers.extend(some if some.typecode == code else array(code, some))
        starts.append(len(numbers))
        return type(self)(keys, starts, numbers)


def code_of(keys: Sequence[str]) -> str:
    """Return the type of the shortest array for the numbers of so many keys."""
    if len(keys) <= MOST_TINY:
        return "B"
    return "H" if len(keys) <= MOST_SHORT else "I"


def short(numbers: array[int]) -> array[int]:
    """Return an array of type "I" if the numbers fit, which takes half the memory."""
    return array("I", numbers) if max(numbers, default=0) <= MOST_INT else numbers


def fingerprint(cases: int) -> bytes:
    """Return 16 bytes that identify a set, as a key: a set of many cases takes 100 KB."""
    data = cases.to_bytes((cases.bit_length() + 7) // 8, "little")
    return blake2b(data, digest_size=16).digest()


def bits(members: Iterable[int]) -> int:
    """Return the set with these indexes."""
    known = members if isinstance(members, array) else array("I", members)
    if not known:
        return 0
    buffer = bytearray((max(known) >> 3) + 1)
    for place in known:
        buffer[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(buffer, "little")


def union(sets: Iterable[Members]) -> int:
    """Return the set of what is in any of the sets."""
    found, rare = 0, []
    for members in sets:
        if isinstance(members, array):
            rare.append(members)
        else:
            found |= members
    return found | bits(chain.from_iterable(rare))


def places(cases: int, first: int = 0) -> Iterator[int]:
    """Return the indexes in a set in ascending order, from `first` on."""
    return compress(count(first), flags(cases >> first))


def newest_first(members: Members) -> Iterator[int]:
    """Return the indexes in a set in descending order; reading a few takes no list of all."""
    if isinstance(members, array):
        return reversed(members)
    return chain.from_iterable(newest_blocks(members))


def newest_blocks(cases: int) -> Iterator[Iterator[int]]:
    data = cases.to_bytes((cases.bit_length() + 7) // 8, "little")
    for end in range(len(data), 0, -BLOCK):
        start = max(0, end - BLOCK)
        block = int.from_bytes(data[start:end], "little")
        newest = 8 * start + block.bit_length() - 1
        yield compress(count(newest, -1), newest_flags(block))


def newest_of_any(sets: Iterable[Members]) -> Iterator[int]:
    """Return the indexes in any of some sets in descending order, as `newest_first` does."""
    merged = merge(*map(newest_first, sets), reverse=True)
    return (place for place, _same in groupby(merged))


def places_of(members: Members, first: int = 0) -> Iterable[int]:
    """Return the indexes in a set in ascending order, from `first` on."""
    if isinstance(members, array):
        return members[bisect_left(members, first) :] if first else members
    return places(members, first)


def flags(cases: int) -> bytes:
    """Return a set as one byte (1 or 0) for each index up to the last member."""
    return bin(cases)[:1:-1].encode().translate(ONES_AND_NOUGHTS)


def newest_flags(cases: int) -> bytes:
    """Return a set as one byte (1 or 0) for each index from the last member to the first."""
    return f"{cases:b}".encode().translate(ONES_AND_NOUGHTS)


ONES_AND_NOUGHTS = bytes.maketrans(b"01", b"\0\1")


def membership(cases: int) -> Callable[[int], bool]:
    """Return a function that tells whether an index is in a set, for many calls."""
    data = cases.to_bytes((cases.bit_length() + 7) // 8, "little")

    def has(place: int) -> bool:
        byte = place >> 3
        return byte < len(data) and bool(data[byte] >> (place & 7) & 1)

    return has


def is_rare(having: int, cases: int) -> bool:
    """Return whether a set with so many of `cases` cases takes less memory as an array."""
    return having * RARE <= cases


def stored(members: array[int], cases: int) -> Members:
    """Return a set of `cases` cases as it takes the least memory."""
    return array("I", sorted(members)) if is_rare(len(members), cases) else bits(members)
