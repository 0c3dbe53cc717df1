"""What is due at the desk of brokers, above the list of requests."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from community.models import Claim, User
from community.moderation.queue import entries
from partnerships.desk import queue
from partnerships.models import LIVE, Handling, Match, PartnershipRequest
from partnerships.pipeline.stages import fit_of
from repository.text.parsing import page_number

A_PAGE = 50
# Entries shown before one kind is asked for.
FIRST = 8


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what is due by today, or everything of the kind `todo`, in five queries."""
    asked = request.GET
    kinds = queue.kinds()
    backlogs = entries.backlogs(kinds)
    chosen = next((kind for kind in kinds if kind.word == asked.get("todo")), None)
    filters = entries.Filters(kind=chosen.word) if chosen else entries.Filters(is_due=True)
    page, most = (page_number(asked.get("page", "1")), A_PAGE) if chosen else (1, FIRST)
    # Fetch one entry more than a page to know whether there is a next page.
    start = (page - 1) * most
    found = entries.items(kinds, filters, start=start, stop=start + most + 1)
    claims = {
        (claim.content_type_id, claim.object_id): claim
        for claim in Claim.objects.live().select_related("by__membership")
    }
    shown = found[:most]
    facts = facts_of(shown)
    kept = asked.copy()
    kept.pop("page", None)
    return {
        "rows": [
            (
                item,
                claims.get(item.subject),
                facts.get((item.kind.rows.model, item.key)),
                queue.ACTIONS.get(item.kind.word, _("Review")),
            )
            for item in shown
        ],
        "chosen": chosen,
        "total": sum(backlog.total for backlog in backlogs.values()),
        "due": sum(backlog.due for backlog in backlogs.values()),
        "kinds": [(kind, backlogs[kind.word].total) for kind in kinds if kind.word in backlogs],
        "page": page,
        "has_next": len(found) > most,
        "query": kept.urlencode(),
    }


class Facts(NamedTuple):
    """What is known about the request of an entry: its owner, and the fit of its best candidate."""

    owner: User | None
    fit: int | None


def facts_of(items: Iterable[entries.Item]) -> dict[tuple[Any, int], Facts]:
    """Return the facts of entries about requests and matches, in two queries."""
    keys: dict[Any, set[int]] = {PartnershipRequest: set(), Match: set()}
    for item in items:
        if item.kind.rows.model in keys:
            keys[item.kind.rows.model].add(item.key)
    of_requests = Q(request__in=keys[PartnershipRequest], status__in=LIVE)
    matches = list(
        Match.objects.filter(of_requests | Q(pk__in=keys[Match])).only("request", "ranking")
    )
    asked = keys[PartnershipRequest] | {match.request_id for match in matches}
    handled = Handling.objects.filter(request__in=asked).select_related("owner__membership")
    owners = {row.request_id: row.owner for row in handled}
    found = {}
    for key in keys[PartnershipRequest]:
        fits = [fit_of(match) or 0 for match in matches if match.request_id == key]
        found[PartnershipRequest, key] = Facts(owners.get(key), max(fits, default=0) or None)
    for match in matches:
        if match.pk in keys[Match]:
            found[Match, match.pk] = Facts(owners.get(match.request_id), fit_of(match))
    return found
