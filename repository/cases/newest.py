"""Sets of cases as sequences, of which pages read only a part."""

from collections.abc import Sequence
from typing import overload

from pyroaring import FrozenBitMap


class NewestFirst(Sequence[int]):
    """The primary keys of a set of cases, newest first, of which slices are read."""

    def __init__(self, cases: Sequence[int], members: FrozenBitMap):
        self.cases, self.members = cases, members

    def __len__(self) -> int:
        return len(self.members)

    @overload
    def __getitem__(self, wanted: int) -> int: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[int]: ...
    def __getitem__(self, wanted):
        found = range(len(self) - 1, -1, -1)[wanted]
        if isinstance(found, int):
            return self.cases[self.members[found]]
        return [self.cases[self.members[at]] for at in found]
