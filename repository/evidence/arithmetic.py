"""Recompute the shares and numbers that a report prints.

Printed percentages are rounded: 51 % of 1,500 people are 758 to 772 of them.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from math import ceil
from typing import NamedTuple

from django.utils.translation import gettext as _

from repository.evidence.amounts import NO_BREAK_SPACE, number
from repository.models import Evidence


class Sum(NamedTuple):
    """A recomputed share: its figure, a sentence, and whether the source agrees."""

    row: Evidence
    text: str
    agrees: bool


def sums(evidence: list[Evidence]) -> list[Sum]:
    """Recompute all shares in a list of figures; those that differ from the source come first."""
    found = [made for row in evidence if (made := check_figure(row, evidence))]
    return sorted(found, key=lambda made: made.agrees)


def check_figure(row: Evidence, evidence: list[Evidence]) -> Sum | None:
    """Return the arithmetic of one figure; None if there is none."""
    if row.share is not None:
        return of_share(row)
    base = base_of(row, evidence)
    if row.unit != "%" or row.value is None or row.value_to is not None or base is None:
        return None
    least, most = people(row.value, base)
    if least > most:
        return None
    text = _(
        "%(share)s of %(whole)s is between %(least)s and %(most)s, because the source "
        "rounds the share."
    )
    return Sum(row, text % words(share=row.value, whole=base, least=least, most=most), True)


def of_share(row: Evidence) -> Sum:
    """Compare a share with the percentage printed in the source."""
    exact = _("%(part)s ÷ %(whole)s = %(share)s.") % words(
        part=row.numerator, whole=row.denominator, share=row.share
    )
    printed = per_cent(row.stated)
    if printed is None or rounded(row.share, printed) == printed:
        return Sum(row, exact, True)
    least, most = people(printed, row.denominator)
    text = _("The source prints %(share)s, which would be %(least)s to %(most)s of %(whole)s.")
    if least > most:
        text = _("The source prints %(share)s, but no number of %(whole)s rounds to that.")
    sentence = text % words(share=printed, least=least, most=most, whole=row.denominator)
    return Sum(row, f"{exact} {sentence}", False)


def base_of(row: Evidence, evidence: list[Evidence]) -> int | None:
    """Return the base of a share without numbers: the denominator common to its group, if any."""
    bases = {other.denominator for other in evidence if other.group == row.group} - {None}
    return bases.pop() if row.group and len(bases) == 1 else None


def per_cent(text: str) -> Decimal | None:
    """Parse a percentage as printed in a source: "91 %" or "90.1 per cent"."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:%|per\s?cent)", text.strip())
    return Decimal(found[1]) if found else None


def rounded(share: Decimal, like: Decimal) -> Decimal:
    """Round a share to the number of decimals of `like`."""
    return share.quantize(like, rounding=ROUND_HALF_UP)


def people(share: Decimal, whole: int) -> tuple[int, int]:
    """Return the smallest and largest parts of a whole that round to a share.

    The smallest exceeds the largest if no number does.
    """
    share = share.normalize()
    half = Decimal(1).scaleb(min(share.as_tuple().exponent, 0)) / 2
    least, most = (share - half) * whole / 100, (share + half) * whole / 100
    return max(ceil(least), 0), min(ceil(most) - 1, whole)


def words(*, share: Decimal, **numbers: int) -> dict[str, str]:
    """Format the numbers of a sentence in the active language."""
    printed = {name: number(Decimal(value)) for name, value in numbers.items()}
    return printed | {"share": f"{number(share, digits=1)}{NO_BREAK_SPACE}%"}
