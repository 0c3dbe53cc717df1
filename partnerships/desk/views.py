"""The start page of the desk for brokers: the review queue."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest

from community.models import Claim
from partnerships.desk import queue
from repository.places.models import REGIONS
from repository.text.parsing import page_number

A_PAGE = 50


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the queue, in three queries.

    Its query parameters differ from those of the moderators' queue, which may be on the same page.
    """
    asked = request.GET
    filters = queue.Filters(
        kind=asked.get("todo", ""),
        # PostgreSQL rejects NUL characters.
        region=asked.get("region", "").replace("\0", ""),
        is_late="late" in asked,
    )
    page = page_number(asked.get("page", "1"))
    # Fetch one entry more than a page to know whether there is a next page.
    start = (page - 1) * A_PAGE
    found = queue.items(filters, start=start, stop=start + A_PAGE + 1)
    counts = queue.counts()
    by_kind = dict.fromkeys(queue.KINDS, 0)
    for (word, _region), count in counts.items():
        by_kind[word] += count
    regions = {region for _word, region in counts if region}
    held = {(row.content_type_id, row.object_id): row for row in live_claims()}
    shown = found[:A_PAGE]
    kept = asked.copy()
    kept.pop("page", None)
    return {
        "rows": [(item, held.get(subject_of(item))) for item in shown],
        "filters": filters,
        "total": counts.total(),
        "kinds": [(kind.word, kind.name, by_kind[kind.word]) for kind in queue.KINDS.values()],
        "regions": sorted(
            ((key, str(REGIONS.get(key, key))) for key in regions), key=lambda pair: pair[1]
        ),
        "page": page,
        "has_next": len(found) > A_PAGE,
        "query": kept.urlencode(),
        "is_filtered": filters != queue.Filters(),
    }


def live_claims() -> models.QuerySet[Claim]:
    return Claim.objects.live().select_related("by")


def subject_of(item: queue.Item) -> tuple[int | None, int]:
    """Return the claimable object of an entry: its kind and its primary key."""
    model = item.kind.subject
    return (ContentType.objects.get_for_model(model).pk if model else None, item.key)
