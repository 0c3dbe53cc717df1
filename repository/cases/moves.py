"""Where cases are in an index after some were taken out of it and others put in."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from pyroaring import FrozenBitMap


class Moves:
    """The new places of the cases of an index.

    `runs` are those that stay side by side, as (start, end, new start), and `put` the places of the
    cases that are put in, both in ascending order. `total` is the new number of cases.
    """

    def __init__(self, number: int, *, taken: Iterable[int], before: Sequence[int]):
        """Take cases out of `number`, and put one in before each place in `before`.

        Places are those before any of this; `before` is in ascending order.
        """
        self.number, self.taken = number, sorted(taken)
        self.runs: list[tuple[int, int, int]] = []
        self.put: list[int] = []
        at = to = 0
        # At the same place, a case is put in before one is taken out.
        events = sorted([(place, False) for place in before] + [(at, True) for at in self.taken])
        for place, is_taken in [*events, (number, False)]:
            if place > at:
                self.runs.append((at, place, to))
                at, to = place, to + place - at
            if is_taken:
                at = place + 1
            else:
                self.put.append(to)
                to += 1
        # The last event stands for the end.
        self.put.pop()
        self.total = to - 1
        self.taken_set = FrozenBitMap(self.taken)
        self.moved = [run for run in self.runs if run[0] != run[2]]
        # From this place on, cases may move.
        self.first = self.moved[0][0] if self.moved else number

    def count_moved(self) -> int:
        return sum(end - start for start, end, _to in self.moved)

    def moved_to(self, members: array[int]) -> array[int]:
        """Return the new places of many cases; 0 for those that are taken out."""
        if not self.moved:
            return members
        now = array("I", bytes(4 * self.number))
        for start, end, to in self.runs:
            now[start:end] = array("I", range(to, to + end - start))
        return array("I", map(now.__getitem__, members))

    def put_of(self, cases: Iterable[int]) -> list[int]:
        """Return the places of some of the cases that are put in, numbered in their order."""
        return [self.put[number] for number in cases]

    def pieces(self) -> list[tuple[int, int, int]]:
        """Return the runs and the cases that are put in, as (new start, start, end).

        A case that is put in has -1 as its end, and its number among them as its start.
        """
        pieces = [(to, start, end) for start, end, to in self.runs]
        return sorted(pieces + [(place, number, -1) for number, place in enumerate(self.put)])

    def spliced(self, old: array[int], added: array[int]) -> array[int]:
        """Return what `old` has for each case, with what `added` has for those that are put in."""
        if old.typecode != added.typecode:
            old, added = array("Q", old), array("Q", added)
        made = old[:0]
        for _to, start, end in self.pieces():
            made.extend(added[start : start + 1] if end < 0 else old[start:end])
        return made

    def after(self, cases: FrozenBitMap, added: FrozenBitMap) -> FrozenBitMap:
        """Return a set without the cases that were taken out, and with some that were put in.

        `added` are the numbers of the latter. It is the same object if nothing in it has changed.
        """
        if not added and self.leaves(cases):
            return cases
        if self.moved:
            kept = [
                (cases & FrozenBitMap(range(start, end))).shift(to - start)
                for start, end, to in self.runs
            ]
        else:
            kept = [cases - self.taken_set]
        # A copy takes less memory than the result of a union.
        return FrozenBitMap(FrozenBitMap(self.put_of(added)).union(*kept))

    def leaves(self, cases: FrozenBitMap) -> bool:
        """Return whether no case of a set is taken out or moves."""
        return not cases or (cases.max() < self.first and cases.isdisjoint(self.taken_set))

    def array_after(self, members: array[int], put: Sequence[int] = ()) -> array[int]:
        """Return what `after` does, of a set as its indexes in ascending order."""
        found = array("I", put)
        for start, end, to in self.runs:
            some = members[bisect_left(members, start) : bisect_left(members, end)]
            found.extend(some if start == to else [place + to - start for place in some])
        return array("I", sorted(found)) if put else found
