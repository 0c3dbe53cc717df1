from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from repository.models import SearchKind
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import asked, public_page
from repository.search import queries
from repository.search.elsewhere import find_elsewhere
from repository.search.parsing import MAX_CHARACTERS
from repository.text.parsing import page_number

TABS = {
    SearchKind.CASE: gettext_lazy("Cases"),
    SearchKind.PRACTICE: gettext_lazy("Practices"),
    SearchKind.CITY: gettext_lazy("Cities"),
    SearchKind.COUNTRY: gettext_lazy("Countries and areas"),
    SearchKind.WEBINAR: gettext_lazy("Webinars"),
    SearchKind.SPEAKER: gettext_lazy("Speakers"),
    SearchKind.RECOMMENDATION: gettext_lazy("Recommendations"),
    SearchKind.LANDSCAPE: gettext_lazy("Landscape"),
    SearchKind.TERM: gettext_lazy("Glossary"),
}


@public_page
def search_page(request: PublicHttpRequest) -> HttpResponse:
    """Show search results of all kinds or of one.

    With the parameter `partial` only the results are returned, for search as you type.
    """
    text = asked(request, "q")
    kind = request.GET.get("kind", "")
    kind = kind if kind in SearchKind.values else ""
    results = queries.search(
        text,
        kinds=[kind] if kind else None,
        page=page_number(request.GET.get("page", "")),
    )
    is_degraded = results.meaning.is_degraded
    elsewhere = find_elsewhere(results, request.edition)
    if elsewhere:
        results = queries.SearchResults(results.query)
    context = {
        "section": "search",
        "kind": kind,
        "text": text[:MAX_CHARACTERS],
        "results": results,
        "elsewhere": elsewhere,
        "count": count_words(results),
        "samples": samples_words(results),
        "tabs": tabs(results, kind),
    }
    partial = "partial" in request.GET
    name = "repository/search/_search_results.html" if partial else "repository/search/search.html"
    response = render(request, name, context)
    if is_degraded:
        # Found by words only: not to be kept for when the engine works again.
        response.headers["Cache-Control"] = "no-store"
    return response


def count_words(results: queries.SearchResults) -> str:
    """Return the number of real results, such as "More than 100 results" beyond the cap."""
    found = results.count.real
    if results.is_capped:
        # Rounded down, since the total is not known beyond the cap.
        least = number_format(min(max(found // 100 * 100, queries.PER_PAGE), found))
        return _("More than %(count)s results") % {"count": least}
    return ngettext("%(count)s result", "%(count)s results", found) % {
        "count": number_format(found)
    }


def samples_words(results: queries.SearchResults) -> str:
    """Return the number of samples among the results, to be read out after that of real ones."""
    found = results.count.samples
    if not found:
        return ""
    return ngettext("+ %(count)s sample", "+ %(count)s samples", found) % {
        "count": number_format(found)
    }


def tabs(results: queries.SearchResults, chosen: str) -> list[dict]:
    """Return all kinds together, then each kind with results, always including the selected one."""
    rows: list[dict[str, object]] = [
        {"kind": "", "label": _("Everything"), "count": queries.sum_of(results.counts.values())}
    ]
    rows += [
        {"kind": kind.value, "label": label, "count": results.counts.get(kind, queries.NO_ENTRIES)}
        for kind, label in TABS.items()
        if kind in results.counts or kind == chosen
    ]
    return [row | {"is_chosen": row["kind"] == chosen} for row in rows]
