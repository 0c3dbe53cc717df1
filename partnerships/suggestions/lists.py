"""Lists and figures of suggestions, separate from the listings of cities."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.models import Suggestion, SuggestionKind, SuggestionStatus
from repository.models import CaseStudy
from repository.pages.tables import Table
from repository.translations.reading import CARD, translate

# Filters of a list of suggestions: {name: condition}.
FILTERS = {
    "kind": ["kind"],
    "theme": ["themes__slug"],
    "practice": ["practices__slug"],
    "region": ["city__country__region", "country__region"],
    "country": ["city__country", "country"],
    "city": ["city__slug"],
}


def translate_cards(suggestions: Sequence[Any]) -> None:
    """Put the rows of `for_cards`, and the titles of their cases, into the reader's language."""
    with_case = [row for row in suggestions if row.case_pk]
    cases = [
        CaseStudy(pk=row.case_pk, title=row.case_title, language=row.case_language)
        for row in with_case
    ]
    translate(("suggestion", suggestions), ("case", cases), only=CARD)
    for row, case in zip(with_case, cases, strict=True):
        row.case_title, row.case_language = case.title, case.language


def filter_suggestions(chosen: Mapping[str, Sequence[str]]) -> QuerySet[Suggestion]:
    """Open suggestions with one of the chosen values of each facet.

    Empty for a facet that suggestions do not have, such as a modality.
    """
    rows = Suggestion.objects.open()
    for facet, keys in chosen.items():
        if not keys:
            continue
        if facet not in FILTERS:
            return rows.none()
        condition = Q()
        for lookup in FILTERS[facet]:
            condition |= Q(**{f"{lookup}__in": keys})
        rows = rows.filter(pk__in=Suggestion.objects.filter(condition).values("pk"))
    return rows


def counted(number: int) -> str:
    """Return the number of suggestions as text."""
    return ngettext("%(count)s suggestion", "%(count)s suggestions", number) % {"count": number}


def by_kind(for_brokers: bool) -> QuerySet:
    """Count suggestions by kind and status.

    Decisions are made by individual members: only brokers see the numbers of adopted and declined.
    """
    rows = Suggestion.objects.all() if for_brokers else Suggestion.objects.open()
    return rows.order_by().values("kind", "status").annotate(n=Count("pk"))


def table(rows: Sequence[Mapping[str, Any]], for_brokers: bool) -> Table:
    """The table of suggestions in the figures, separate from the listings of cities."""
    counted_rows = {(row["kind"], row["status"]): row["n"] for row in rows}
    statuses = [*SuggestionStatus] if for_brokers else [SuggestionStatus.OPEN]
    return Table(
        "suggestions",
        _("Editors’ suggestions"),
        _(
            "The editors derived these suggestions from cases. No city or country has "
            "offered or requested them, and no other figure on this page counts them."
        ),
        (_("Kind"), _("Status"), _("Suggestions")),
        tuple(
            (str(kind.label), str(status.label), counted_rows.get((kind, status), 0))
            for kind in SuggestionKind
            for status in statuses
        ),
    )
