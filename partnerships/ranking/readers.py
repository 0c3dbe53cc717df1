"""The reader of a summary."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom a summary is: the city that asks, or the one that is asked.

    `other` is the primary key of the other city, `began_from` that of the case from which the
    request was begun. Brokers also read what is not known of its work with partners.
    """

    is_asked: bool = False
    other: int
    you: int
    began_from: int | None = None
    is_broker: bool = False
