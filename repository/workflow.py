"""Base of all workflows: actions, legal transitions and refusals."""

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
    """The action is not possible in the current state; the message is shown to the user."""


@contextmanager
def acting(by: "AbstractBaseUser | None" = None, **context: Any) -> Iterator[None]:
    """Open a transaction whose changes the history attributes to `by`.

    `context` is stored with the user, or replaces values set by the HTTP request. Without either
    the context of the request, if any, is unchanged. Use this only where `action` does not fit
    because something must happen outside the transaction.
    """
    if by is not None:
        context = {"user": by.pk, **context}
    with transaction.atomic(), pghistory.context(**context) if context else nullcontext():
        yield


def action[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a state change: make it atomic and attribute it to `by` in the history.

    Actions take keyword arguments only; those run by the system have no `by`.
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
    """Lock a row until the end of the transaction and return its current state.

    Raises ActionRefused if it no longer exists. `no_key` allows concurrent writes of rows that
    refer to it. To avoid deadlocks lock rows in this order: the author's lock (`lock_author`); the
    city, case, webinar or partnership request that others belong to; these by primary key; a
    claim; members.
    """
    locked = lock_or_none(rows, pk, no_key=no_key)
    if locked is None:
        raise ActionRefused(_("This no longer exists."))
    return locked


def lock_or_none[Row: models.Model](
    rows: type[Row] | models.QuerySet[Row, Row], pk: Any, *, no_key: bool = False
) -> Row | None:
    """Like `lock`, but return None if the row no longer exists."""
    found = rows._default_manager.all() if isinstance(rows, type) else rows
    # Do not lock rows joined by select_related.
    return found.select_for_update(of=("self",), no_key=no_key).filter(pk=pk).first()


def lock_all[Row: models.Model](
    rows: models.QuerySet[Row, Row], *, no_key: bool = False
) -> list[Row]:
    """Lock rows in the order of their primary keys, to avoid deadlocks; `no_key` as for `lock`."""
    return list(rows.order_by("pk").select_for_update(of=("self",), no_key=no_key))


@dataclass(frozen=True)
class Step[Status]:
    """A legal transition of a workflow: the source states of a verb, and its target.

    Every workflow declares its steps once, as a table by verb, used by its actions, pages and
    tests.
    """

    sources: frozenset[Status]
    target: Status
    # The message of a refusal, a format string with %(status)s and the arguments of `check`.
    refusal: "StrPromise | str" = ""
    _: KW_ONLY
    # Source states that the verb does not change.
    unchanged: frozenset[Status] = frozenset()
    # Who performs it: "the member", "a broker", "the clock".
    by: str = ""
    # The event of the notice that is sent.
    event: str = ""

    def check(self, row: Any, **names: Any) -> Status:
        """Return the target state; raise ActionRefused if the row is not in a source state."""
        if row.status not in self.sources:
            raise ActionRefused(self.refusal % {"status": row.get_status_display(), **names})
        return row.status if row.status in self.unchanged else self.target
