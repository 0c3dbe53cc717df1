"""The open suggestions of the editors as lists show them, narrowed by what a page is about."""

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import ngettext

from partnerships.models import Suggestion

# What a list of suggestions can be narrowed by, with the condition on a suggestion.
NARROWED_BY = {
    "kind": ["kind"],
    "theme": ["themes__slug"],
    "practice": ["practices__slug"],
    "region": ["city__country__region", "country__region"],
    "country": ["city__country", "country"],
    "city": ["city__slug"],
}


def narrowed(chosen: Mapping[str, Sequence[str]]) -> QuerySet[Suggestion]:
    """Open suggestions with one of the chosen values of each facet.

    None for a facet that suggestions do not have, such as a kind of cooperation.
    """
    rows = Suggestion.objects.open()
    for facet, keys in chosen.items():
        if not keys:
            continue
        if facet not in NARROWED_BY:
            return rows.none()
        condition = Q()
        for lookup in NARROWED_BY[facet]:
            condition |= Q(**{f"{lookup}__in": keys})
        rows = rows.filter(pk__in=Suggestion.objects.filter(condition).values("pk"))
    return rows


def counted(number: int) -> str:
    """How many suggestions there are, in words."""
    return ngettext("%(count)s suggestion", "%(count)s suggestions", number) % {"count": number}
