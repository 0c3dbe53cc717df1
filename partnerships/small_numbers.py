"""Numbers of what people did, which are told from five people on, as those of people are.

`community.small_cells` counts people, who are each in one cell. Here one may be behind many things.

A number is also not told where it could be worked out from the others and their total.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from community.small_cells import FEW, is_small


class Cell(NamedTuple):
    """A number, and how many people are behind it: 20 comments of 3 people."""

    n: int
    people: int

    @property
    def is_small(self) -> bool:
        return self.n > 0 and self.people < FEW


def few(value: int) -> int | str:
    """A number of people, or words instead of it."""
    return _("fewer than %(number)s") % {"number": FEW} if is_small(value) else value


def told(cells: Sequence[Cell], *, with_total: bool) -> list[int | str]:
    """The numbers of the cells, or words where they may not be told.

    Where others read the total of all (`with_total`), what is left when the told ones are taken
    from it must be about five people too: the told cell with the fewest of them is kept back as
    well.
    """
    hidden = {place for place, cell in enumerate(cells) if cell.is_small}
    others = [place for place, cell in enumerate(cells) if cell.n and place not in hidden]
    also = set()
    if hidden and others and with_total:
        also = {min(others, key=lambda place: (cells[place].people, place))}
    words = {place: _("by fewer than %(number)s people") % {"number": FEW} for place in hidden}
    words |= dict.fromkeys(also, _("not told"))
    return [words.get(place, cell.n) for place, cell in enumerate(cells)]
