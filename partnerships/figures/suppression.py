"""Suppression of numbers about people: they are published only from five people on.

`community.webinars.suppression` counts people, who are each in one cell. Here one person may
account for several items.

Numbers about people are: members' contributions and their time in moderation, the reasons for which
cities close requests, and answers to matches, as these are given by a focal point, who may speak
for several cities. No such number is published if fewer than five people account for it, nor a
number from which, together with all others published, such a number could be derived. The status of
a request or partnership that was public is not about people, and is published from one on.

Knowing the method must not reveal a suppressed number either. Where the total is published, the
cells with the fewest people among the rest are suppressed as well, with the same text, so that the
numbers could be the other way round. If there are no other cells, all are suppressed, including
zeros.

Limitation: comparing the figures of two days reveals a single event that happened in between.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from community.webinars.suppression import FEW, is_small


class Cell(NamedTuple):
    """A number, and the number of people who account for it: 20 comments by 3 people."""

    n: int
    people: int

    @property
    def is_small(self) -> bool:
        return self.n > 0 and self.people < FEW


class Speakers:
    """The minimum number of people behind the actions of cities, as one may represent several.

    `together` are the cities of each such person, by primary key. Cities connected in this way,
    also indirectly, count as one person: there may not be more.
    """

    def __init__(self, together: Iterable[Collection[int]] = ()) -> None:
        self.groups: dict[int, set[int]] = {}
        for cities in together:
            group = set(cities).union(*(self.groups.get(city, ()) for city in cities))
            self.groups |= dict.fromkeys(group, group)

    def of(self, cities: Iterable[int]) -> int:
        return len({min(self.groups.get(city, {city})) for city in cities})


def hidden() -> str:
    """Return the text of a suppressed number, the same in all tables, with the reason.

    It is true of all of them: of numbers of few people, and of those from which one could be
    derived.
    """
    return _("not shown: protects groups of fewer than %(number)s people") % {"number": FEW}


def too_few_introductions() -> str:
    """Return the text of a share or a median that would reveal single introductions."""
    return _("not shown: fewer than %(number)s introductions") % {"number": FEW}


def too_few_agreements() -> str:
    return _("not shown: fewer than %(number)s agreements") % {"number": FEW}


def few(value: int) -> int | str:
    """Return a number of people, or a text if it is suppressed."""
    return hidden() if is_small(value) else value


def rule() -> str:
    """Return the note about suppression shown under a table."""
    return _("Numbers are shown only when they cover at least %(number)s people.") % {"number": FEW}


def suppress(cells: Sequence[Cell], *, with_total: bool) -> list[int | str]:
    """Return the numbers of the cells, or a text for suppressed ones.

    `with_total` means that the total of all cells is published.
    """
    small = {place for place, cell in enumerate(cells) if cell.is_small}
    if small and with_total:
        others = {
            place: cell.people for place, cell in enumerate(cells) if cell.n and place not in small
        }
        # All cells with the fewest people: picking one would distinguish it from the small cells.
        least = min(others.values(), default=None)
        also = {place for place, people in others.items() if people == least}
        small = small | also if also else set(range(len(cells)))
    return [hidden() if place in small else cell.n for place, cell in enumerate(cells)]
