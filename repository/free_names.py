"""Save a row with a unique generated name: a slug, a key or a handle.

A free name is looked up before the row is written, and a concurrent request may take it. The unique
constraint then fails, and the save is retried with another name.
"""

import secrets
from collections.abc import Callable, Collection

from django.db import IntegrityError, transaction

# With consecutive numbers, only one of several concurrent requests succeeds in each round. From the
# sixth name on numbers are random, so that they do not collide again and again.
TRIES = 20
IN_ORDER = 5


def free_name(stem: str, taken: Collection[str], *, separator: str = "-") -> str:
    """Return the stem if it is free, else the stem with a free number."""
    if stem not in taken:
        return stem
    for number in range(2, IN_ORDER + 2):
        if (name := f"{stem}{separator}{number}") not in taken:
            return name
    while (name := f"{stem}{separator}{secrets.randbelow(900_000) + 100_000}") in taken:
        pass
    return name


def save_under_free_name[Row](save: Callable[[], Row], *constraints: str) -> Row:
    """Call `save`, which looks up a free name and writes the row, until it succeeds.

    Retries only violations of these constraints; other IntegrityErrors, and that of the last try,
    are raised. `save` runs in a savepoint and must look up the name on each call.
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
    """Return the name of the violated constraint, if known."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
