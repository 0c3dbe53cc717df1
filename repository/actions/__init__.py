"""What may happen: one function per verb. An illegal step raises `ActionRefused`."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class ActionRefused(Exception):
    """The step is not possible now. Its words are for the person who tried."""


@dataclass(frozen=True)
class Step[Status]:
    """From which states a verb leads to which, and what is said where it cannot."""

    sources: frozenset[Status]
    target: Status
    refusal: "StrPromise"
