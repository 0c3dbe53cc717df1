"""The weight of a member's flags.

A flag counts for one. Flags of a member with at least five answered flags, of which less than 30 %
were upheld, count for half. A contribution is hidden when flags of different members reach three.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, Q

from community.models import Flag, FlagOutcome

ENOUGH = 3
KNOWN_FROM = 5
MIN_SHARE = Fraction(30, 100)


@dataclass(frozen=True)
class Record:
    """How many of a member's flags were answered, and how many of these were upheld."""

    answered: int = 0
    upheld: int = 0

    @property
    def share(self) -> Fraction | None:
        """The share that was upheld, from 0 to 1; None if none has been answered."""
        return Fraction(self.upheld, self.answered) if self.answered else None

    @property
    def percent(self) -> int | None:
        """The share that was upheld in percent, rounded; None if none has been answered."""
        return None if self.share is None else round(self.share * 100)

    @property
    def weight(self) -> Fraction:
        """The weight of each flag of the member: 1 or 1/2."""
        is_poor = self.answered >= KNOWN_FROM and (self.share or 0) < MIN_SHARE
        return Fraction(1, 2) if is_poor else Fraction(1)


def records(members: Iterable[int]) -> dict[int, Record]:
    """The record of each member, by primary key, in one query."""
    keys = set(members)
    found = (
        Flag.objects.filter(by__in=keys)
        .exclude(outcome="")
        .order_by()
        .values("by")
        .annotate(answered=Count("pk"), upheld=Count("pk", filter=Q(outcome=FlagOutcome.UPHELD)))
    )
    known = {row["by"]: Record(row["answered"], row["upheld"]) for row in found}
    return {key: known.get(key, Record()) for key in keys}


def weight(members: Iterable[int]) -> Fraction:
    """The total weight of one flag by each of these members."""
    return sum((record.weight for record in records(members).values()), Fraction(0))
