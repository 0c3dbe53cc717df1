"""The values of a facet that has very many, such as all cities, as columns.

An object for each of 100,000 cities, with its texts and an array, takes 450 bytes.
"""

import json
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import Self

from pyroaring import FrozenBitMap

from repository.cases.moves import Moves
from repository.cases.values import NO_NAMES, Value, largest

# The values of a set with at most one in so many of all pairs of a case and a value are counted
# case by case, otherwise the cases value by value.
SMALL = 100


class Joined:
    """Many short arrays as one: that with number i is `items[starts[i] : starts[i + 1]]`."""

    def __init__(self, code: str):
        self.items, self.starts = array(code), array("I", [0])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> array[int]:
        return self.items[self.starts[number] : self.starts[number + 1]]

    def __iter__(self) -> Iterator[array[int]]:
        return (self.items[start:end] for start, end in pairwise(self.starts))

    def append(self, items: Iterable[int]) -> None:
        self.items.extend(items)
        self.starts.append(len(self.items))

    def extend(self, other: "Joined", start: int, end: int) -> None:
        """Append those of another one with numbers from `start` to `end`."""
        first, last = other.starts[start], other.starts[end]
        further = len(self.items) - first
        self.items.extend(other.items[first:last])
        own = other.starts[start + 1 : end + 1]
        self.starts.extend([at + further for at in own] if further else own)


class Texts:
    """Many short texts, in UTF-8. A `str` takes 50 bytes more."""

    def __init__(self) -> None:
        self.encoded = Joined("B")

    def __len__(self) -> int:
        return len(self.encoded)

    def __getitem__(self, number: int) -> str:
        return self.encoded[number].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (text.tobytes().decode() for text in self.encoded)

    def append(self, text: str) -> None:
        self.encoded.append(text.encode())

    def extend(self, other: "Texts", start: int, end: int) -> None:
        self.encoded.extend(other.encoded, start, end)

    def are(self, other: "Texts") -> bool:
        """Return whether these are the same texts as those of another one."""
        own, its = self.encoded, other.encoded
        return own.starts == its.starts and own.items.tobytes() == its.items.tobytes()


class Columns(Mapping[str, Value]):
    """The values of a facet by key, as `Values`. `Value` objects are made as they are read.

    `in_order` are the keys, sorted, `others` the names in other languages as JSON or "", and `sets`
    the indexes of the cases in ascending order.
    """

    def __init__(self) -> None:
        self.in_order, self.names, self.others = Texts(), Texts(), Texts()
        self.sets = Joined("I")

    def __len__(self) -> int:
        return len(self.in_order)

    def __iter__(self) -> Iterator[str]:
        return iter(self.in_order)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.find(key)[1]

    def __getitem__(self, key: str) -> Value:
        number, is_known = self.find(key)
        if not is_known:
            raise KeyError(key)
        others = self.others[number]
        return Value(
            key, self.names[number], json.loads(others) if others else NO_NAMES, self.of(key)
        )

    def of(self, key: str) -> FrozenBitMap:
        """Return the set of cases with a value."""
        number, is_known = self.find(key)
        return FrozenBitMap(self.sets[number] if is_known else ())

    def find(self, key: str) -> tuple[int, bool]:
        """Return the number that a key has or would have, and whether there is such a key."""
        number = bisect_left(self.in_order, key)
        return number, number < len(self.in_order) and self.in_order[number] == key

    def union(self) -> FrozenBitMap:
        """Return the set of cases that have any of the values."""
        return FrozenBitMap(self.sets.items)

    def total(self, key: str) -> int:
        """Return the number of cases with a value."""
        number, is_known = self.find(key)
        return self.sets.starts[number + 1] - self.sets.starts[number] if is_known else 0

    def newest(self) -> dict[str, int]:
        """Return the index of the newest case with each value."""
        ends = self.sets.starts[1:]
        return {key: self.sets.items[end - 1] for key, end in zip(self.in_order, ends, strict=True)}

    def totals(self) -> dict[str, int]:
        """Return the number of cases with each value."""
        return dict(zip(self.in_order, self.counts_of_each(None), strict=True))

    def counts(self, cases: FrozenBitMap) -> dict[str, int]:
        """Return the number of cases in a set with each value of any."""
        if self.is_small(cases):
            found = Counter(chain.from_iterable(map(self.numbers_of, cases)))
            return {self.in_order[number]: count for number, count in found.items()}
        counts = self.counts_of_each(cases)
        return {key: count for key, count in zip(self.in_order, counts, strict=True) if count}

    def largest(self, cases: FrozenBitMap | None, most: int) -> tuple[dict[str, int], int]:
        """Return what `Values.largest` does.

        Only some keys are read: those of 100,000 cities take 7 MB, of which much is not returned.
        """
        if cases is not None and self.is_small(cases):
            return largest(self.counts(cases), most)
        counts = array("I", self.counts_of_each(cases))
        number = len(counts) - counts.count(0)
        least = sorted(counts)[-most] if number > most else 1
        found = {self.in_order[at]: count for at, count in enumerate(counts) if count >= least}
        return found, number

    def is_small(self, cases: FrozenBitMap) -> bool:
        return len(cases) * SMALL <= len(self.sets.items)

    def counts_of_each(self, cases: FrozenBitMap | None) -> Iterator[int]:
        """Yield the number of cases in a set, or of all cases, for each value."""
        of_each = pairwise(self.sets.starts)
        if cases is None:
            return (end - start for start, end in of_each)
        holds = bytes(map(cases.__contains__, self.sets.items))
        return (holds.count(1, start, end) for start, end in of_each)

    def keys_of(self, place: int) -> list[str]:
        """Return the sorted keys of the values that the case with this index has."""
        return [self.in_order[number] for number in self.numbers_of(place)]

    def numbers_of(self, place: int) -> array[int]:
        """Return the numbers of the values that the case with this index has."""
        return self.by_case[place] if place < len(self.by_case) else array("I")

    @cached_property
    def by_case(self) -> Joined:
        """Return the numbers of the values of each case, up to the last case with any."""
        of_each = array("I", bytes(4 * (max(self.sets.items, default=-1) + 1)))
        for case in self.sets.items:
            of_each[case] += 1
        found = Joined("I")
        found.starts = array("I", accumulate(of_each, initial=0))
        found.items = array("I", bytes(4 * len(self.sets.items)))
        free = found.starts[:]
        for number, cases in enumerate(self.sets):
            for case in cases:
                found.items[free[case]] = number
                free[case] += 1
        return found

    def append(self, key: str, name: str, others: str, cases: Iterable[int]) -> None:
        """Add a value; `others` are names in other languages as JSON."""
        self.in_order.append(key)
        self.names.append(name)
        self.others.append(others if others != "{}" else "")
        self.sets.append(sorted(cases))

    def extend(self, other: "Columns", start: int, end: int) -> None:
        """Add the values of other columns with numbers from `start` to `end`."""
        self.in_order.extend(other.in_order, start, end)
        self.names.extend(other.names, start, end)
        self.others.extend(other.others, start, end)
        self.sets.extend(other.sets, start, end)

    def sorted(self) -> Self:
        """Return the same values in the order of their keys."""
        made = type(self)()
        for number in sorted(range(len(self)), key=self.in_order.__getitem__):
            made.extend(self, number, number + 1)
        return made

    def changed(self, moves: Moves, added: "Columns") -> Self:
        """Return the values after changes to some cases; `added` are those of these cases now."""
        keys = set(added).union(*map(self.keys_of, moves.taken))
        moved = self.moved(moves)
        made, start = type(self)(), 0
        for key in sorted(keys):
            number, is_known = self.find(key)
            made.extend(moved, start, number)
            start = number + is_known
            cases, put = self.sets[number] if is_known else array("I"), []
            if now := added.get(key):
                put = moves.put_of(now.cases)
            if after := moves.array_after(cases, put):
                value = now or self[key]
                made.append(key, value.name, json.dumps(dict(value.names)), after)
        made.extend(moved, start, len(self))
        made.by_case = self.by_case_after(moves, made, added)
        return made

    def by_case_after(self, moves: Moves, made: "Columns", added: "Columns") -> Joined:
        """Return the numbers of the values of each case after changes, as `made` numbers them."""
        old, found = Joined("I"), Joined("I")
        old.items, old.starts = self.by_case.items, self.by_case.starts[:]
        # The last cases may have no values.
        old.starts.extend([len(old.items)] * (moves.number - len(old)))
        if not made.in_order.are(self.in_order):
            numbers = {key: number for number, key in enumerate(made.in_order)}
            now = array("I", [numbers.get(key, 0) for key in self.in_order])
            old.items = array("I", map(now.__getitem__, old.items))
        for _to, start, end in moves.pieces():
            if end < 0:
                found.append(made.find(key)[0] for key in added.keys_of(start))
            else:
                found.extend(old, start, end)
        return found

    def moved(self, moves: Moves) -> "Columns":
        """Return the values with the new indexes of their cases, and any for those taken out."""
        moved = Columns()
        moved.in_order, moved.names, moved.others = self.in_order, self.names, self.others
        moved.sets.items, moved.sets.starts = moves.moved_to(self.sets.items), self.sets.starts
        return moved
