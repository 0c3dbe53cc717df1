"""Steps in which a long form is written, and what has been done of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class FormStep:
    """One page of a form, with the names of its fields."""

    number: int
    key: str
    title: Promise
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """A step in the list of steps."""

    step: FormStep
    is_current: bool
    is_done: bool


def step_with[Step: FormStep](steps: Iterable[Step], field: str) -> Step:
    return next(step for step in steps if field in step.fields)
