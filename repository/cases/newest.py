"""Sets of cases as sequences, of which pages read only a part."""

from array import array
from collections.abc import Sequence
from itertools import islice
from typing import overload

from repository.cases.bitmaps import Members, newest_first


class NewestFirst(Sequence[int]):
    """The primary keys of a set of cases, newest first, of which slices are read."""

    def __init__(self, cases: Sequence[int], members: Members):
        self.cases, self.members = cases, members
        is_rare = isinstance(members, array)
        self.size = len(members) if is_rare else members.bit_count()

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, wanted: int) -> int: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[int]: ...
    def __getitem__(self, wanted):
        if not isinstance(wanted, slice):
            at = range(self.size)[wanted]
            return self[at : at + 1][0]
        places = islice(newest_first(self.members), *wanted.indices(self.size))
        return [self.cases[place] for place in places]
