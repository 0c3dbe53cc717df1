"""Seats that readers can still take, shown on public pages."""

from collections.abc import Sequence

from django.db.models import Count, Q

from community.models import Registration
from repository.models import Webinar

# From this number on, the page stresses how few seats are left.
FEW = 10


def mark_open_seats(webinars: Sequence[Webinar]) -> None:
    """Set `open_seats` of each webinar, in one query: None without a limit, 0 for the waiting list.

    As long as somebody waits, a free seat is theirs.
    """
    limited = [webinar.pk for webinar in webinars if webinar.capacity is not None]
    rows: dict[int, tuple[int, int]] = {}
    if limited:
        found = Registration.objects.filter(webinar__in=limited).order_by().values("webinar")
        waiting = Count("pk", filter=Q(pk__in=Registration.objects.waiting().values("pk")))
        seated = Count("pk", filter=Q(pk__in=Registration.objects.seated().values("pk")))
        rows = {
            row["webinar"]: (row["seated"], row["waiting"])
            for row in found.annotate(seated=seated, waiting=waiting)
        }
    for webinar in webinars:
        webinar.open_seats, webinar.has_few_seats = None, False
        if webinar.capacity is not None:
            taken, queue = rows.get(webinar.pk, (0, 0))
            webinar.open_seats = 0 if queue else max(0, webinar.capacity - taken)
            webinar.has_few_seats = webinar.open_seats <= FEW
