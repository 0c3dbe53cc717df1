"""Introductions, and the steps that the pages of figures show, for tests of figures."""

from datetime import UTC, date, datetime, timedelta

from partnerships.models import Match
from tests.factories import MatchFactory, PartnershipRequestFactory
from tests.page import Page

DAY = date(2026, 11, 25)
SENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DESK = "/admin/partnerships/figures/"


def introduced(days: int, **fields) -> Match:
    """Create an introduction, this many days after its request was submitted."""
    partnership_request = PartnershipRequestFactory(
        opened=True, status="matched", submitted_at=SENT
    )
    return MatchFactory(
        introduced=True,
        request=partnership_request,
        introduced_at=SENT + timedelta(days=days),
        **fields,
    )


def steps(page: Page) -> list[str]:
    """The numbers of the funnel of a page."""
    return [number.text for number in page.select("#funnel .funnel b")]
