"""The moderation queue: the first page of the desk for moderators."""

from typing import Any

from django.http import HttpRequest

from community.models import Claim, User
from community.moderation.queue import entries
from community.permissions import can_read_record
from repository.cases.values import language_name
from repository.models import Theme
from repository.text.parsing import page_number, whole_number
from repository.text.sorting import choices_by_name

A_PAGE = 50


def context(request: HttpRequest) -> dict[str, Any]:
    """The context of the queue's template, in a fixed number of queries."""
    asked = request.GET
    filters = entries.Filters(
        kind=asked.get("kind", ""),
        # PostgreSQL rejects NUL characters.
        language=asked.get("language", "").replace("\0", ""),
        theme=whole_number(asked.get("theme", "")),
        claimed_by=request.user.pk if "mine" in asked else None,
    )
    page = page_number(asked.get("p", "1"))
    # Fetch one more than a page to know whether there is a next one.
    start = (page - 1) * A_PAGE
    kinds = entries.moderated()
    found = entries.items(kinds, filters, start=start, stop=start + A_PAGE + 1)
    shown = found[:A_PAGE]
    claims = {
        (held.content_type_id, held.object_id): held
        for held in Claim.objects.live().select_related("by__membership")
    }
    people = User.objects.select_related("membership").in_bulk(
        {item.author for item in shown if item.author}
    )
    themes = Theme.objects.in_bulk()
    counts = entries.counts(kinds)
    by_kind = dict.fromkeys((kind.word for kind in kinds), 0)
    for group, count in counts.items():
        by_kind[group.kind] += count
    languages = {group.language for group in counts if group.language}
    named = {group.theme: themes[group.theme] for group in counts if group.theme in themes}
    kept = asked.copy()
    kept.pop("p", None)
    return {
        "rows": [
            {
                "item": item,
                "author": people.get(item.author),
                "claim": claims.get(item.subject),
                "language": language_name(item.language) if item.language else "",
                "theme": themes.get(item.theme),
            }
            for item in shown
        ],
        "filters": filters,
        "total": counts.total(),
        "kinds": [(kind.word, kind.name, by_kind[kind.word]) for kind in kinds],
        "languages": choices_by_name((code, language_name(code)) for code in languages),
        "themes": choices_by_name((key, str(theme)) for key, theme in named.items()),
        "may_read_record": can_read_record(request.user),
        "page": page,
        "has_next": len(found) > A_PAGE,
        "query": kept.urlencode(),
        "is_filtered": filters != entries.Filters(),
    }
