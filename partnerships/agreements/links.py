"""Signed links with which one member submits one report without signing in.

The signature covers the report and the member. The link expires when the report is submitted, when
the member no longer represents a party of the partnership, or after 90 days.
"""

from datetime import timedelta
from typing import NamedTuple

from community.models import User
from partnerships.models import ProgressReport
from partnerships.permissions import parties_of
from repository.pages.signed_links import SignedLink

LINK = SignedLink(
    "partnerships.report", "partnerships:report_signed", holds=2, lasts=timedelta(days=90)
)


class Bearer(NamedTuple):
    """The member and the report of a signed link."""

    report: ProgressReport
    member: User


def path(report: ProgressReport, member: User) -> str:
    """Return the path of the signed link for a member to submit a report."""
    return LINK.path(report.pk, member.pk)


def bearer_from(token: str) -> Bearer | None:
    """Return the contents of a token; None if it is invalid or no longer usable."""
    values = LINK.read(token)
    if values is None:
        return None
    number, person = values
    report = ProgressReport.objects.filter(pk=number).select_related("partnership").first()
    member = User.objects.filter(pk=person, is_active=True).first()
    if report is None or member is None or not speaks_in(member, report):
        return None
    return Bearer(report, member)


def speaks_in(member: User, report: ProgressReport) -> bool:
    """Whether a member currently represents a party of the partnership."""
    return bool(parties_of(member, report.partnership))
