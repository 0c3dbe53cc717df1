from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partnerships.board import entries, related, texts
from partnerships.board.board import FACETS, Board, Rows, board, draw, label, visible_to
from partnerships.models import PartnershipRequest, Representation, Suggestion
from partnerships.suggestions.lists import FILTERS, counted, filter_suggestions, translate_cards
from repository.cases.views import Toggle, chosen_keys
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import asked, public_page
from repository.pages.lists import count_text
from repository.search.parsing import MAX_CHARACTERS, read_query

PAGE_SIZE = 20
# The number of values shown for a facet.
SHOWN_VALUES = {"theme": 20, "practice": 20}
SHOWN_OTHERWISE = 12
SHOWN_SUGGESTIONS = 6


# Without "q": there are too many different searches to cache.
@public_page(parameters=[*FACETS, "page"])
def overview(request: PublicHttpRequest) -> HttpResponse:
    """Show all open rows and public partnerships in a list and on a map, filtered by words and
    facets."""
    shown = board(request.edition)
    everything = shown.shown_to(request.user)
    text = asked(request, "q").strip()[:MAX_CHARACTERS]
    hits = find_rows(request, text)
    matching = everything if hits is None else everything & shown.set_of(hits.keys)
    chosen = {facet: chosen_keys(request, facet) for facet in FACETS}
    by_facet = {
        facet: shown.having(facet, keys) & matching if keys else matching
        for facet, keys in chosen.items()
    }
    found = matching
    for members in by_facet.values():
        found &= members
    toggled = Toggle(request.path, text, chosen, "")
    of_any_kind = matching
    for facet, members in by_facet.items():
        if facet != "kind":
            of_any_kind &= members
    places = sorted(found, reverse=True)
    if hits:
        places = related.ordered(places, shown.keys, hits)
    page = Paginator(places, PAGE_SIZE).get_page(request.GET.get("page"))
    keys = [shown.keys[place] for place in page.object_list]
    count = shown.size(found)
    context = {
        "section": "partnerships",
        "q": text,
        "page": page,
        "rows": entries.rows(keys, hits.related if hits else None),
        "tabs": tabs(shown, text, chosen, of_any_kind) if everything else [],
        "facets": facet_groups(shown, chosen, by_facet, everything, matching, toggled),
        "chosen": chosen_values(shown, chosen, everything, toggled),
        "count": ngettext("%(count)s entry", "%(count)s entries", count.real)
        % {"count": count_text(count.real)},
        "samples": count.samples,
        "is_empty": not everything,
        "map": draw(shown, found) if page.number == 1 and found else None,
        "speaks": speaks_for_any(request.user),
    }
    context |= suggestions(chosen, hits)
    return render(request, "partnerships/board/board.html", context)


# The tabs, in the order of the list.
TABS = {
    "request": _("Open requests"),
    "offer": _("Offers"),
    "need": _("Needs"),
    "partnership": _("Partnerships"),
}


def tabs(
    shown: Board, text: str, chosen: dict[str, list[str]], of_any_kind: Rows
) -> list[dict[str, Any]]:
    """Return a tab for all kinds, and one for each kind with rows or that is chosen."""
    others = [("q", text)] if text else []
    others += [(facet, key) for facet, keys in chosen.items() if facet != "kind" for key in keys]

    def tab(kind: str, name: str, rows: Rows) -> dict[str, Any]:
        pairs = [("kind", kind), *others] if kind else others
        return {
            "kind": kind,
            "label": name,
            "count": shown.size(rows),
            "url": f"?{urlencode(pairs)}" if pairs else reverse("partnerships:board"),
            "is_chosen": chosen["kind"] == ([kind] if kind else []),
        }

    found = [tab("", gettext("All"), of_any_kind)]
    for kind, name in TABS.items():
        rows = shown.of("kind", kind) & of_any_kind
        if rows or kind in chosen["kind"]:
            found.append(tab(kind, str(name), rows))
    return found


def find_rows(request: PublicHttpRequest, text: str) -> related.Found | None:
    """Return the rows and suggestions that a search finds; None without words to search for."""
    query = read_query(text)
    if not query.has_words:
        return None
    folded = texts.texts(request.edition)
    shown = PartnershipRequest.objects.open().filter(visibility__in=visible_to(request.user))
    among = entries.board_rows() | {"request": shown, "suggestion": Suggestion.objects.open()}
    return related.find(folded, query, among)


def suggestions(chosen: dict[str, list[str]], hits: related.Found | None) -> dict[str, Any]:
    """Suggestions for the search and the filters, separate from the listings of cities."""
    query = urlencode([(facet, key) for facet in FILTERS for key in chosen[facet]])
    found = filter_suggestions(chosen)
    if hits is None:
        rows = found.for_cards()[:SHOWN_SUGGESTIONS]
    else:
        near = [pk for kind, pk in hits.related if kind == "suggestion"]
        found = found.filter(pk__in=hits.of_kind("suggestion"))
        is_related = ExpressionWrapper(Q(pk__in=near), BooleanField())
        # Found by words first.
        cards = found.for_cards().annotate(is_related=is_related)
        rows = cards.order_by("is_related", "-published_at", "pk")[:SHOWN_SUGGESTIONS]
    rows = list(rows)
    translate_cards(rows)
    return {
        "suggestions": rows,
        "total": counted(rows[0].number) if rows else "",
        "more": f"?{query}" if query else "",
    }


def speaks_for_any(user) -> bool:
    return user.is_authenticated and Representation.objects.of(user).current().exists()


def facet_groups(
    shown: Board,
    chosen,
    by_facet,
    everything: Rows,
    matching: Rows,
    toggled: Toggle,
) -> list[dict]:
    """Return the facets; a value's count assumes the selection in all other facets."""
    groups = []
    for facet, title in FACETS.items():
        others = matching
        for other, members in by_facet.items():
            if other != facet:
                others &= members
        most = SHOWN_VALUES.get(facet, SHOWN_OTHERWISE)
        # The name of a value without visible rows would reveal that others see some.
        seen = [key for key in chosen[facet] if is_seen(shown, facet, key, everything)]
        values, number = shown.counted(facet, others, chosen=seen, most=most)
        if number < 2 and not chosen[facet]:
            continue
        rows = [
            {
                "label": label(facet, value),
                "language": value.language(facet),
                "count": count.real,
                "samples": count.samples,
                "chosen": value.key in chosen[facet],
                "url": toggled(facet, value.key),
            }
            for key, count in values
            for value in [shown.values[facet][key]]
        ]
        is_open = bool(chosen[facet]) or facet in ("kind", "modality")
        groups.append({"title": title, "rows": rows, "more": number - most, "open": is_open})
    return groups


def is_seen(shown: Board, facet: str, key: str, everything: Rows) -> bool:
    """Whether the rows visible to the reader include this value."""
    return not everything.isdisjoint(shown.of(facet, key))


def chosen_values(shown: Board, chosen, everything: Rows, toggled: Toggle) -> list[dict[str, Any]]:
    found = []
    for facet, keys in chosen.items():
        for key in keys:
            value = shown.values[facet].get(key)
            seen = is_seen(shown, facet, key, everything)
            found.append(
                {
                    "facet": facet,
                    "key": key,
                    "label": label(facet, value) if value and seen else key,
                    "language": value.language(facet) if value and seen else "",
                    "url": toggled(facet, key),
                }
            )
    return found
