"""The queue of brokers: the first page of the desk for them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q
from django.http import HttpRequest

from community.models import Claim, User
from community.moderation.queue import entries
from partnerships.desk import queue
from partnerships.models import LIVE, Handling, Match, PartnershipRequest
from partnerships.pipeline.stages import fit_of
from repository.places.models import REGIONS
from repository.text.parsing import page_number
from repository.text.sorting import choices_by_name

A_PAGE = 50


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the queue, in five queries.

    Its query parameters differ from those of the moderators' queue, which may be on the same page.
    """
    asked = request.GET
    filters = entries.Filters(
        kind=asked.get("todo", ""),
        # PostgreSQL rejects NUL characters.
        region=asked.get("region", "").replace("\0", ""),
        is_late="late" in asked,
    )
    page = page_number(asked.get("page", "1"))
    # Fetch one entry more than a page to know whether there is a next page.
    start = (page - 1) * A_PAGE
    kinds = queue.kinds()
    found = entries.items(kinds, filters, start=start, stop=start + A_PAGE + 1)
    counts = entries.counts(kinds)
    by_kind = dict.fromkeys((kind.word for kind in kinds), 0)
    for group, count in counts.items():
        by_kind[group.kind] += count
    regions = {group.region for group in counts if group.region}
    claims = {
        (claim.content_type_id, claim.object_id): claim
        for claim in Claim.objects.live().select_related("by__membership")
    }
    shown = found[:A_PAGE]
    facts = facts_of(shown)
    kept = asked.copy()
    kept.pop("page", None)
    return {
        "rows": [
            (item, claims.get(item.subject), facts.get((item.kind.rows.model, item.key)))
            for item in shown
        ],
        "filters": filters,
        "total": counts.total(),
        "kinds": [(kind.word, kind.name, by_kind[kind.word]) for kind in kinds],
        "regions": choices_by_name((key, str(REGIONS.get(key, key))) for key in regions),
        "page": page,
        "has_next": len(found) > A_PAGE,
        "query": kept.urlencode(),
        "is_filtered": filters != entries.Filters(),
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
