"""What is decided by staff of a higher app, and so are the appeals about it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import models

from community.models import Decision


class Appealed(NamedTuple):
    """How appeals about a kind of thing of a higher app are decided, by those who decide about it.

    `holds` says whether a decision is still the state of its subject, for the person concerned;
    `put_back` makes the locked subject what it was before.
    """

    holds: Callable[[Decision, Any], bool]
    put_back: Callable[[Any, Decision], Any]


# By model.
DECIDED_ELSEWHERE: dict[type[models.Model], Appealed] = {}
