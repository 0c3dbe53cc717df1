"""Figures for brokers only: pending tasks, replies, workload, and unmatched requests.

They name cities and requests, so that only the brokers' page has them.
"""

import json
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from community.moderation.queue.entries import backlogs
from partnerships.desk import queue as desk_queue
from partnerships.figures import datasets
from partnerships.models import LIVE, Match, PartnershipRequest, RequestStatus
from repository.pages.tables import Table

# The maximum number of rows listed by name.
LIMIT = 50

# Cities answer as requesters or as candidates. A proposal that is still open, or was withdrawn
# before the deadline, does not count as unanswered.
CITIES = """
WITH proposal (city_id, proposed_at, answered_at, reply_by, status) AS (
    SELECT city_id, proposed_at, candidate_answered_at, reply_by, status FROM partnerships_match
    WHERE proposed_at IS NOT NULL
    UNION ALL
    SELECT request.city_id, proposed_at, requester_answered_at, reply_by, match.status
    FROM partnerships_match match
        JOIN partnerships_partnershiprequest request ON request.id = request_id
    WHERE proposed_at IS NOT NULL
), reply AS (
    SELECT city_id, count(*) AS asked,
        count(*) FILTER (WHERE answered_at < reply_by + 1) AS in_time,
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM answered_at - proposed_at) / 86400
        ) AS days
    FROM proposal
    WHERE answered_at IS NOT NULL OR status = 'expired'
        OR status = 'proposed' AND reply_by < %(today)s
    GROUP BY city_id
), busy AS (
    SELECT city_id, count(*) FILTER (WHERE status = 'proposed') AS proposals,
        count(*) FILTER (WHERE status = 'introduced'
            AND extract(year FROM introduced_at) = %(year)s) AS partners
    FROM partnerships_match WHERE status IN ('proposed', 'introduced') GROUP BY city_id
), able AS (
    SELECT city_id, sum(capacity) AS capacity FROM partnerships_offer
    WHERE status = 'published' AND capacity IS NOT NULL
        AND (valid_until IS NULL OR valid_until >= %(today)s)
    GROUP BY city_id
)
SELECT slug, name, names, coalesce(asked, 0), coalesce(in_time, 0), days, coalesce(proposals, 0),
    coalesce(partners_a_year, able.capacity), coalesce(partners, 0)
FROM repository_city city
    LEFT JOIN reply ON reply.city_id = city.id
    LEFT JOIN busy ON busy.city_id = city.id
    LEFT JOIN able ON able.city_id = city.id
    LEFT JOIN partnerships_cityprofile profile ON profile.city_id = city.id
WHERE is_sample = %(samples)s AND (reply.city_id IS NOT NULL OR busy.city_id IS NOT NULL)
"""


class Partner(NamedTuple):
    """The proposals to a city, its replies, and its partnerships."""

    slug: str
    name: str
    names: str
    asked: int
    in_time: int
    days: float | None
    proposals: int
    capacity: int | None
    partners: int

    @property
    def title(self) -> str:
        return json.loads(self.names).get(get_language() or "", self.name)

    @property
    def url(self) -> str:
        return reverse("repository:city_detail", args=[self.slug])


def tables(on: date) -> tuple[Table, ...]:
    """Return the tables, in three queries."""
    cities = partners(on)
    return (waiting(), replies(cities), load(cities), unmatched(on))


def waiting() -> Table:
    """The open tasks of brokers: number, age, and how many are overdue."""
    kinds = desk_queue.kinds()
    found = backlogs(kinds)
    rows: list[tuple] = []
    for kind in kinds:
        if kind.word not in found:
            rows.append((str(kind.name), "", 0, 0))
            continue
        total, late, oldest, _due = found[kind.word]
        rows.append((str(kind.name), in_days((timezone.now() - oldest).days), late, total))
    return Table(
        "waiting",
        _("Brokers’ queue"),
        _("Items are late after two days, or when their deadline has passed."),
        (_("Task"), _("Oldest"), _("Late"), _("Total")),
        tuple(rows),
        words=1,
        is_open=True,
        urls=tuple(f"{reverse('admin:pipeline')}?todo={kind.word}" for kind in kinds),
    )


def in_days(days: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


def partners(on: date) -> list[Partner]:
    """Return the cities that were ever asked, or are partners."""
    with connection.cursor() as cursor:
        values = {"today": on, "year": on.year, "samples": datasets.counts_samples()}
        cursor.execute(CITIES, values)
        return [Partner(*row) for row in cursor.fetchall()]


def replies(cities: list[Partner]) -> Table:
    """Replies of cities; those that never reply come first."""
    asked = sorted(
        (city for city in cities if city.asked),
        key=lambda city: (city.in_time / city.asked, -city.asked, city.slug),
    )[:LIMIT]
    return Table(
        "replies",
        _("How cities answer"),
        _(
            "Proposals that were sent to both cities and can no longer be answered. "
            "Cities that answer least often come first."
        ),
        (
            _("City"),
            pgettext("number of proposals", "Asked"),
            _("Answered in time"),
            _("Days to answer, median"),
        ),
        tuple(
            (city.title, city.asked, city.in_time, None if city.days is None else round(city.days))
            for city in asked
        ),
        words=1,
        is_open=True,
        urls=tuple(city.url for city in asked),
    )


def load(cities: list[Partner]) -> Table:
    """The workload of cities as partners of others."""
    busy = sorted(
        (city for city in cities if city.partners or city.proposals),
        key=lambda city: (-city.partners, -city.proposals, city.slug),
    )[:LIMIT]
    return Table(
        "load",
        _("Cities’ workload"),
        _(
            "This year’s introductions for other cities’ requests, and proposals "
            "waiting for an answer. Capacity comes from the city’s profile, or else "
            "from the sum of its offers."
        ),
        (_("City"), _("Waiting for an answer"), _("Capacity per year"), _("Partners this year")),
        tuple((city.title, city.proposals, city.capacity, city.partners) for city in busy),
        words=1,
        is_open=True,
        urls=tuple(city.url for city in busy),
    )


def unmatched(on: date) -> Table:
    """Requests without a partner by name, oldest first."""
    found = Match.objects.filter(request=OuterRef("pk"), introduced_at__isnull=False)
    states = [RequestStatus.OPEN, RequestStatus.EXPIRED, RequestStatus.CLOSED]
    requests: Any = (
        PartnershipRequest.objects.filter(
            ~Exists(found), datasets.of_city(), status__in=states, opened_at__isnull=False
        )
        .annotate(candidates=Count("matches", filter=Q(matches__status__in=LIVE)))
        .select_related("city")
        .only("title", "status", "opened_at", "city__slug", "city__name", "city__names")
        .order_by("opened_at", "pk")[:LIMIT]
    )
    rows = list(requests)
    return Table(
        "unmatched",
        _("Requests without a partner"),
        _("Open requests that have never led to an introduction, oldest first."),
        (_("Request"), _("City"), _("Status"), _("Candidates"), _("Days open")),
        tuple(
            (
                row.title,
                row.city.localized_name,
                str(row.get_status_display()),
                row.candidates,
                (on - timezone.localdate(row.opened_at)).days,
            )
            for row in rows
        ),
        words=1,
        is_open=True,
        urls=tuple(reverse("admin:candidates", args=[row.pk]) for row in rows),
    )
