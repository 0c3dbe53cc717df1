"""Reported translations on the first page of the staff desk."""

from community.models import ReportedText, User


def open_reports(user: User) -> int:
    """Return the number of texts with open reports that this user may review."""
    return ReportedText.objects.visible_to(user).open().count()
