"""Where cases are in an index after some were taken out of it and others put in."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from repository.cases.bitmaps import Members, bits, is_rare, places, places_of


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
        self.taken_bits = bits(self.taken)
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

    def put_of(self, members: Members) -> list[int]:
        """Return the places of some of the cases that are put in, numbered in their order."""
        return [self.put[number] for number in places_of(members)]

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

    def after(self, members: Members, put: Sequence[int] = ()) -> Members:
        """Return a set without the cases that were taken out, and with some that were put in.

        It is the same object if nothing in it has changed.
        """
        if not put and self.leaves(members):
            return members
        if isinstance(members, array):
            found: Members = self.array_after(members, put)
        else:
            found = self.bits_after(members, put)
        return with_least_memory(found, self.total)

    def leaves(self, members: Members) -> bool:
        """Return whether no case of a set is taken out or moves."""
        if not isinstance(members, array):
            return members.bit_length() <= self.first and not members & self.taken_bits
        if not members or members[-1] >= self.first:
            return not members
        return not any(
            members[bisect_left(members, place)] == place
            for place in self.taken
            if place <= members[-1]
        )

    def array_after(self, members: array[int], put: Sequence[int] = ()) -> array[int]:
        found = array("I", put)
        for start, end, to in self.runs:
            some = members[bisect_left(members, start) : bisect_left(members, end)]
            found.extend(some if start == to else [place + to - start for place in some])
        return array("I", sorted(found)) if put else found

    def bits_after(self, cases: int, put: Sequence[int] = ()) -> int:
        if not put and self.leaves(cases):
            return cases
        kept = 0
        if self.moved:
            for start, end, to in self.runs:
                kept |= (cases >> start & ((1 << (end - start)) - 1)) << to
        else:
            kept = cases & ~self.taken_bits
        return kept | bits(put)


def with_least_memory(members: Members, cases: int) -> Members:
    """Return a set of `cases` cases as an array if it has few of them, otherwise as a bitmap."""
    if isinstance(members, array):
        return members if is_rare(len(members), cases) else bits(members)
    return array("I", places(members)) if is_rare(members.bit_count(), cases) else members
