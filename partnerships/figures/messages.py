"""What the numbers of a table show, as one sentence: the title of its chart.

A table without a message has none that is true: no row is the largest, or the largest is hidden.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import PartnershipStatus, RequestStatus
from repository.pages.tables import Table
from repository.places.models import REGIONS


def with_message(table: Table) -> Table:
    """Return the table with its message."""
    if table.key in MESSAGES:
        return replace(table, message=MESSAGES[table.key](table))
    return table


def leader(table: Table) -> tuple[Any, ...] | None:
    """Return the row with the largest number; None if there are several, or none but zeros."""
    first = [row for row in table.rows if row[-1] == table.most]
    return first[0] if table.most and len(first) == 1 else None


def words_of(row: tuple[Any, ...]) -> dict[str, Any]:
    return {"label": row[0], "other": row[1], "number": number_format(row[-1])}


def funnel(table: Table) -> str:
    opened, agreed = table.rows[0][-1], table.rows[-1][-1]
    words = ngettext(
        "%(agreed)s of %(number)s request led to a partnership",
        "%(agreed)s of %(number)s requests led to a partnership",
        opened,
    )
    return words % {"agreed": number_format(agreed), "number": number_format(opened)}


def requests(table: Table) -> str:
    n = sum(row[-1] for row in table.rows if row[0] == str(RequestStatus.OPEN.label))
    words = ngettext(
        "%(number)s of %(total)s requests is open", "%(number)s of %(total)s requests are open", n
    )
    return shares(words, n, table)


def partnerships(table: Table) -> str:
    n = sum(row[-1] for row in table.rows if row[0] == str(PartnershipStatus.ACTIVE.label))
    words = ngettext(
        "%(number)s of %(total)s partnerships is active",
        "%(number)s of %(total)s partnerships are active",
        n,
    )
    return shares(words, n, table)


def shares(words: str, n: int, table: Table) -> str:
    total = sum(row[-1] for row in table.rows)
    return words % {"number": number_format(n), "total": number_format(total)} if n else ""


def of_leader(words: Callable[[int], str]) -> Callable[[Table], str]:
    """Return a message about the largest row; `words` depend on its number."""

    def message(table: Table) -> str:
        row = leader(table)
        return words(row[-1]) % words_of(row) if row else ""

    return message


def case_regions(table: Table) -> str:
    row = leader(table)
    if row is None or row[0] not in map(str, REGIONS.values()):
        return ""
    return _("Most cases come from %(label)s: %(number)s") % words_of(row)


MESSAGES: dict[str, Callable[[Table], str]] = {
    "funnel": funnel,
    "requests": requests,
    "partnerships": partnerships,
    "case-regions": case_regions,
    "themes": of_leader(lambda _n: _("Most requests are about “%(label)s”: %(number)s")),
    "regions": of_leader(lambda _n: _("Most requests come from %(label)s: %(number)s")),
    "partnership-themes": of_leader(
        lambda _n: _("Most partnerships are about “%(label)s”: %(number)s")
    ),
    "case-themes": of_leader(lambda _n: _("Most cases are about “%(label)s”: %(number)s")),
    "countries": of_leader(lambda _n: _("%(label)s has the most partnerships: %(number)s")),
    "introductions": of_leader(
        lambda n: ngettext(
            "Most introductions for %(label)s are with %(other)s: %(number)s introduction",
            "Most introductions for %(label)s are with %(other)s: %(number)s introductions",
            n,
        )
    ),
    "flows": of_leader(
        lambda n: ngettext(
            "Most partnerships of %(label)s are with %(other)s: %(number)s partnership",
            "Most partnerships of %(label)s are with %(other)s: %(number)s partnerships",
            n,
        )
    ),
    "gaps": of_leader(
        lambda n: ngettext(
            "%(number)s request asks for “%(label)s”, which no city offers",
            "%(number)s requests ask for “%(label)s”, which no city offers",
            n,
        )
    ),
    "adopted": of_leader(
        lambda n: ngettext(
            "%(number)s city has adopted or adapted “%(label)s”",
            "%(number)s cities have adopted or adapted “%(label)s”",
            n,
        )
    ),
}
