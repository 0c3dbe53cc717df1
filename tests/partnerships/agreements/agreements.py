"""Partnerships in any state, and the data of a report."""

from datetime import date

from partnerships.models import (
    Partnership,
)

WORDS_OF_STATUS = {"stalled": "No visas.", "discontinued": "No money.", "completed": "Three days."}


def put(partnership: Partnership, status: str) -> None:
    """Set the status of a partnership without taking the steps."""
    partnership.status = status
    partnership.reason = WORDS_OF_STATUS.get(status, "") if status != "completed" else ""
    partnership.outcome = WORDS_OF_STATUS[status] if status == "completed" else ""
    partnership.ended_on = date(2026, 9, 1) if status in ("completed", "discontinued") else None
    partnership.save()


REPORT = {
    "light": "on-track",
    "progress": "Ten shops are trained.",
    "problems": "",
    "figure": "5 days",
    "evidence_url": "",
}
