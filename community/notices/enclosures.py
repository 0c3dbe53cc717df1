"""What a message about a notice says and carries besides its wording.

It is looked up when the message is made, for what its reader may see at that time, and not stored
with the notice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from community.models import Notification, User


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    # Sentences of this site, on a line each.
    lines: tuple[str, ...] = ()
    # The text of a member.
    words: str = ""
    # An invitation or cancellation as an iCalendar object with a method.
    calendar: str = ""
    # A line at the very beginning, above which the reader's answer is looked for.
    marker: str = ""
    # How to answer, above the address of the page.
    answer: str = ""
    # Headers of the email.
    headers: Mapping[str, str] = field(default_factory=dict)


# Functions of a notice and its reader, by event.
ENCLOSURES: dict[str, Callable[[Notification, User], Enclosure]] = {}
NOTHING = Enclosure()


def enclosure_of(notice: Notification, reader: User) -> Enclosure:
    made = ENCLOSURES.get(notice.event)
    return made(notice, reader) if made else NOTHING
