"""The link in a mail with which one person hands in one report, without signing in.

It holds a signature over the report and the member, and ends when the report is in, when the member
no longer speaks for a party of the partnership, or after 90 days.
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
    """Whom a link was sent to, and for which report."""

    report: ProgressReport
    member: User


def path(report: ProgressReport, member: User) -> str:
    """The address at which a member hands in a report."""
    return LINK.path(report.pk, member.pk)


def bearer_from(token: str) -> Bearer | None:
    """Who comes with a link, and for which report; None for one that holds no longer."""
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
    """Whether a member speaks now for a party of the partnership."""
    return bool(parties_of(member, report.partnership))
