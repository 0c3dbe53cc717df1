"""What every workflow shares: actions, legal transitions and refusals."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import transaction

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


@dataclass(frozen=True)
class Step[Status]:
    """From which states a verb leads to which, and what is said where it cannot."""

    sources: frozenset[Status]
    target: Status
    refusal: "StrPromise"
