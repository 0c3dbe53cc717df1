"""Numbers of what people did or answered, which are told from five people on.

`community.small_cells` counts people, who are each in one cell. Here one may be behind many things.

What is about people: what members contribute and how long it waits, why cities close requests, and
what they answer to a match, as who answers is one who speaks for the city, or for several. Of that
no number is told with fewer than five behind it, nor one from which, with all that is told beside
it, such a number could be worked out. Where a request or a partnership stands that everybody could
read is not about people: it is told from one on.

Nobody learns of a hidden number by knowing how numbers are hidden, either. Where others read the
total, what has the fewest people of the rest is hidden with the small ones, under the same words:
the numbers could as well be the other way round. Where there is nothing, all are hidden, noughts
as well.

What does not hold: who keeps what was told yesterday, and what is told today, learns of what came
in between if that was one thing.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from community.webinars.suppression import FEW, is_small


class Cell(NamedTuple):
    """A number, and how many people are behind it: 20 comments of 3 people."""

    n: int
    people: int

    @property
    def is_small(self) -> bool:
        return self.n > 0 and self.people < FEW


class Speakers:
    """How many people there are at least behind what cities did, where one speaks for several.

    `together` are the cities of each such person, by primary key. Cities that are tied so, also by
    way of others, count as one: of more people nobody can be sure.
    """

    def __init__(self, together: Iterable[Collection[int]] = ()) -> None:
        self.groups: dict[int, set[int]] = {}
        for cities in together:
            group = set(cities).union(*(self.groups.get(city, ()) for city in cities))
            self.groups |= dict.fromkeys(group, group)

    def of(self, cities: Iterable[int]) -> int:
        return len({min(self.groups.get(city, {city})) for city in cities})


def few(value: int) -> int | str:
    """A number of people, or words instead of it."""
    return _("fewer than %(number)s") % {"number": FEW} if is_small(value) else value


def rule() -> str:
    """What is kept back, in words that stand under a table."""
    return _("Numbers that tell of fewer than %(number)s people are kept back.") % {"number": FEW}


def told(cells: Sequence[Cell], *, with_total: bool) -> list[int | str]:
    """The numbers of the cells, or words where they may not be told.

    `with_total` says that others read the total of all.
    """
    hidden = {place for place, cell in enumerate(cells) if cell.is_small}
    words = _("by fewer than %(number)s people") % {"number": FEW}
    if hidden and with_total:
        words = _("not told")
        others = {
            place: cell.people for place, cell in enumerate(cells) if cell.n and place not in hidden
        }
        # All with the fewest people: to choose among them would tell them from the small ones.
        least = min(others.values(), default=None)
        also = {place for place, people in others.items() if people == least}
        hidden = hidden | also if also else set(range(len(cells)))
    return [words if place in hidden else cell.n for place, cell in enumerate(cells)]
