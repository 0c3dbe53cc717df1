"""What is decided by staff of a higher app, and so are the appeals about it."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import models

from community.models import Decision, User


class Appealed(NamedTuple):
    """How appeals about a kind of thing of a higher app are decided, by those who decide about it.

    `holds` says whether a decision is one to appeal against, and still the state of its subject;
    `is_for` whether a person may read it and appeal against it; `told` are the members, by primary
    key, who read what became of it. `put_back` makes the locked subject what it was before.
    """

    holds: Callable[[Decision, Any], bool]
    is_for: Callable[[Decision, Any, User], bool]
    told: Callable[[Any], Iterable[int]]
    put_back: Callable[[Any, Decision], Any]


# By model.
DECIDED_ELSEWHERE: dict[type[models.Model], Appealed] = {}
