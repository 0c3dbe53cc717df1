"""What the desk of a member consists of: cards, lines, parts and days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.models import Decision
from repository.dates import clock
from repository.models import CaseStudy

# Cards that are due within these days stand out.
URGENT = 7


@dataclass(frozen=True)
class Contribution:
    """A contribution of the member, its state, and a moderator's message about it."""

    title: str
    label: object
    url: str
    state: str
    waits: bool
    at: object
    decision: Decision | None
    # The message of an author.
    message: str = ""


@dataclass(frozen=True)
class Waiting:
    """Something that the member has to do: its card, with a link that names the action."""

    what: object
    title: str
    url: str
    decision: Decision | None = None
    act: str = ""
    due: date | None = None
    # The ink of the card (`.t-…` in the style sheet).
    ink: str = "move"
    # A queue is one card for many things.
    things: int = 1

    @property
    def days(self) -> int | None:
        """Days until it is due; negative if it is late."""
        return (self.due - clock.today()).days if self.due else None

    @property
    def is_urgent(self) -> bool:
        return self.days is not None and self.days <= URGENT

    @property
    def left(self) -> str:
        """The time left until it is due."""
        days = self.days or 0
        if days < 0:
            return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
        if days == 0:
            return _("today")
        return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days}


@dataclass(frozen=True)
class Progress:
    """How much of something is filled in, what is missing first, and where to add it."""

    filled: int
    total: int
    benefit: object = ""
    url: str = ""

    @property
    def per_cent(self) -> int:
        return round(100 * self.filled / self.total)


@dataclass(frozen=True)
class Entry:
    """One line of a part: a linked name, its state, and more text."""

    title: str
    url: str
    state: str = ""
    waits: bool = False
    words: str = ""
    is_sample: bool = False
    # How complete it is, with a link to complete it.
    progress: Progress | None = None


@dataclass(frozen=True)
class Draft:
    """A case that was not submitted yet, how many of its sections have text, and unsaved text."""

    case: CaseStudy
    progress: Progress
    copies: Sequence[Entry] = ()


@dataclass(frozen=True)
class Part:
    """A part that a higher app adds; `key` is its id in the page. Some are in the rail."""

    key: str
    title: str
    entries: Sequence[Entry]
    empty: str
    more: Entry | None = None
    is_in_rail: bool = False


@dataclass(frozen=True)
class Day:
    """A day ahead of the member, and the page about what happens then."""

    day: date
    title: str
    url: str
