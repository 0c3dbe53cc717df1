"""What a message about a notice says and carries besides its wording.

It is looked up when the message is made, for what its reader may see at that time, and not stored
with the notice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from community.models import Notification, User


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    # Sentences of this site, on a line each.
    lines: tuple[str, ...] = ()
    # The text of a member.
    words: str = ""
    # An invitation or cancellation as an iCalendar object with a method.
    calendar: str = ""


# Functions of a notice and its reader, by event.
ENCLOSURES: dict[str, Callable[[Notification, User], Enclosure]] = {}
NOTHING = Enclosure()


def enclosure_of(notice: Notification, reader: User) -> Enclosure:
    made = ENCLOSURES.get(notice.event)
    return made(notice, reader) if made else NOTHING
