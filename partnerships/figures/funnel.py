"""The steps from a request to a partnership, and how many requests reached each."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _

from partnerships.figures.periods import Period, total
from partnerships.figures.requests import ONCE_OPEN, Asked, in_period, of_requests, public
from partnerships.figures.suppression import Cell, Speakers, hidden
from partnerships.models import TO_PROPOSE, Match, PartnershipRequest
from repository.pages.tables import Table


def asked_in_vain(for_brokers: bool, period: Period | None = None) -> QuerySet:
    """Requests about which two cities were asked, but none was introduced.

    One row: their number, and the cities on both sides.
    """
    introduced = Match.objects.filter(request=OuterRef("pk"), introduced_at__isnull=False)
    rows = PartnershipRequest.objects.order_by().filter(
        ~Exists(introduced),
        ONCE_OPEN,
        public(for_brokers),
        in_period(period, "opened_at"),
        matches__proposed_at__isnull=False,
    )
    # The filter of the candidates is explicit, so that they are those of the same join.
    candidates = ArrayAgg(
        "matches__city",
        distinct=True,
        filter=Q(matches__proposed_at__isnull=False),
        default=[],
    )
    cities = ArrayAgg("city", distinct=True, default=[])
    number = Count("pk", distinct=True)
    return rows.values(all=Value(1)).annotate(n=number, cities=cities, candidates=candidates)


def funnel(
    asked: Sequence[Asked],
    in_vain: Sequence[dict[str, Any]],
    speakers: Speakers,
    for_brokers: bool,
    *,
    answers: Sequence[dict[str, Any]] = (),
    in_total: bool = True,
) -> Table:
    """Return how many requests reached each step.

    The difference between the second and the third step are requests that a city declined or did
    not answer. So others than brokers see the second step only `in_total`, and only if the
    difference is zero or enough people account for it, on whichever side they answered. The table
    of matches divides it by state: it is not shown either if one of these `answers`, the rows of
    that table, is suppressed there.
    """
    opened = [row for row in asked if row.was_open]
    introduced = total(row for row in opened if row.was_matched)
    rows: list[tuple[str, int | str]] = [(_("Requests opened"), total(opened))]
    is_hidden = False
    if for_brokers or in_total:
        lost = Cell(0, 0)
        for row in in_vain:
            people = min(speakers.of(row["cities"]), speakers.of(row["candidates"]))
            lost = Cell(row["n"], people)
        is_small = lost.is_small or (lost.n > 0 and has_small_state(answers, speakers))
        is_hidden = is_small and not for_brokers
        rows.append((_("Proposed to both cities"), hidden() if is_hidden else introduced + lost.n))
    rows += [
        (_("Cities introduced"), introduced),
        (_("Partnerships agreed"), total(row for row in opened if row.has_agreed)),
    ]
    words = [of_requests(for_brokers), _("Each request counts once at every step it reached.")]
    if not for_brokers:
        words.append(_("Only public agreements count."))
    if is_hidden:
        words.append(
            _("The number of proposals is shown only when at least five people have answered.")
        )
    return Table(
        "funnel",
        _("From request to partnership"),
        " ".join(words),
        (_("Step"), _("Requests")),
        tuple(rows),
    )


def has_small_state(answers: Sequence[dict[str, Any]], speakers: Speakers) -> bool:
    """Whether few people account for one of the states of matches that cities were asked about."""
    return any(
        Cell(row["n"], speakers.of(row["cities"])).is_small
        for row in answers
        if row["state"] not in TO_PROPOSE
    )
