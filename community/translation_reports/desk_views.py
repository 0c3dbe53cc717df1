"""Reported translations on the first page of the staff desk."""

from community.models import ReportedText, User
from community.permissions import can_review_translations


def open_reports(user: User) -> int:
    """Return the number of texts with open reports that this user may review at the desk."""
    return ReportedText.objects.open().count() if can_review_translations(user) else 0
