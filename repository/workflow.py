"""What every workflow shares: actions, legal transitions and refusals."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import KW_ONLY, dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import models, transaction
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django_stubs_ext import StrPromise


class ActionRefused(Exception):
    """The action is not possible now. The message is for the person who tried."""


@contextmanager
def acting(by: "AbstractBaseUser | None" = None, **context: Any) -> Iterator[None]:
    """Open a transaction whose changes the history attributes to `by`.

    `context` is kept beside the user, or replaces what the HTTP request has set. Without either the
    context stays as it is: that of the request, or none. Use this only where `action` does not fit,
    because something has to be done outside of the transaction.
    """
    if by is not None:
        context = {"user": by.pk, **context}
    with transaction.atomic(), pghistory.context(**context) if context else nullcontext():
        yield


def action[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make a function a state change: atomic, and in the history as done by its argument `by`.

    Actions take keyword arguments only; one that the system takes by itself has no `by`.
    """
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind not in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            raise TypeError(f"{function.__qualname__}: “{parameter.name}” must be keyword-only.")

    @wraps(function)
    def act(*args: P.args, **kwargs: P.kwargs) -> R:
        by: Any = kwargs.get("by")
        with acting(by):
            return function(*args, **kwargs)

    act.is_action = True  # type: ignore[attr-defined]
    return act


def lock[Row: models.Model](
    rows: type[Row] | models.QuerySet[Row, Row], pk: Any, *, no_key: bool = False
) -> Row:
    """Lock a row until the end of the transaction and return it as it is now.

    Raises ActionRefused where it is gone. With `no_key` others can write rows that point to it.
    Rows are locked in one order: the turn of an author (`lock_author`); the city, case, webinar or
    partnership request to which others belong; these by number; a claim; members; pages last.
    """
    locked = lock_or_none(rows, pk, no_key=no_key)
    if locked is None:
        raise ActionRefused(_("This is no longer there."))
    return locked


def lock_or_none[Row: models.Model](
    rows: type[Row] | models.QuerySet[Row, Row], pk: Any, *, no_key: bool = False
) -> Row | None:
    """Like `lock`, for actions that find the row gone without being refused."""
    found = rows._default_manager.all() if isinstance(rows, type) else rows
    # Not the rows that are fetched along.
    return found.select_for_update(of=("self",), no_key=no_key).filter(pk=pk).first()


def lock_all[Row: models.Model](rows: models.QuerySet[Row, Row]) -> list[Row]:
    """Lock several rows by primary key, so that nobody who does the same waits in a circle."""
    return list(rows.order_by("pk").select_for_update(of=("self",)))


@dataclass(frozen=True)
class Step[Status]:
    """A legal transition of a workflow: from which states a verb is possible, and where it leads.

    Every workflow declares its steps once, as a table by verb, which its actions, its pages and the
    tests go by.
    """

    sources: frozenset[Status]
    target: Status
    # What is said where it is not possible, with %(status)s and what `check` is given.
    refusal: "StrPromise | str" = ""
    _: KW_ONLY
    # Sources that the verb leaves as they are.
    unchanged: frozenset[Status] = frozenset()
    # Who takes it: "the member", "a broker", "the clock".
    by: str = ""
    # The notice that tells those concerned.
    event: str = ""

    def check(self, row: Any, **names: Any) -> Status:
        """Return the state to which the step leads; ActionRefused where it is not possible now."""
        if row.status not in self.sources:
            raise ActionRefused(self.refusal % {"status": row.get_status_display(), **names})
        return row.status if row.status in self.unchanged else self.target
