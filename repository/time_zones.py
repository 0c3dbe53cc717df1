"""Time zones by their names in the database of IANA."""

import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@cache
def names() -> frozenset[str]:
    """All names of zones that there are: "Asia/Kolkata"."""
    return frozenset(zoneinfo.available_timezones())


def check(name: str) -> None:
    """Refuse what is no name of a time zone."""
    if name not in names():
        raise ValidationError(
            _("“%(name)s” is not the name of a time zone. One is “Asia/Kolkata”."),
            code="time_zone",
            params={"name": name},
        )
