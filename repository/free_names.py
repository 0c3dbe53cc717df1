"""Saving a row under a name that no other row has: a slug, a key or a handle.

A free name is looked up before the row is written, and another request may take it in between. The
unique constraint then refuses the row, and the next try looks again.
"""

import secrets
from collections.abc import Callable, Collection

from django.db import IntegrityError, transaction

# With numbers in order, each try but the first lets one more of those who compete go ahead. From
# the sixth name on they are random, so that many at once do not meet again and again.
TRIES = 20
IN_ORDER = 5


def free_name(stem: str, taken: Collection[str], *, separator: str = "-") -> str:
    """The stem if nobody has it, or the stem with the first number that is free."""
    if stem not in taken:
        return stem
    for number in range(2, IN_ORDER + 2):
        if (name := f"{stem}{separator}{number}") not in taken:
            return name
    while (name := f"{stem}{separator}{secrets.randbelow(900_000) + 100_000}") in taken:
        pass
    return name


def save_under_free_name[Row](save: Callable[[], Row], *constraints: str) -> Row:
    """Call `save`, which looks up a free name and writes the row, until the name was still free.

    Only what these constraints refuse is tried again; IntegrityError for others, and in the end.
    `save` runs in a savepoint and must look the name up each time that it is called.
    """
    for _number in range(TRIES - 1):
        try:
            with transaction.atomic():
                return save()
        except IntegrityError as error:
            if constraint_of(error) not in constraints:
                raise
    with transaction.atomic():
        return save()


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that refused a row."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
