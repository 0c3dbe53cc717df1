"""The reason why a case is related, in words: the most significant of what cases share."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from repository.cases.facets import named
from repository.cases.related import Related, Shared, related_cases
from repository.cases.values import Value
from repository.embeddings.nearest import Near
from repository.places.country_names import subregion_name
from repository.places.models import City, Country, IncomeGroup
from repository.search.excerpts import shortened
from repository.text.languages import marked
from repository.translations.passages import translate_passages

# How many values a reason names, and the characters of a quotation.
NAMED: Final = 2
QUOTED: Final = 140

PLACES: Final = ("country", "subregion", "region")
# Values of these kinds are one reason together; all others are types of places.
GROUPS: Final = {
    "practice": "practice",
    "theme": "theme",
    "goal": "goal",
    **dict.fromkeys(PLACES, "place"),
}
TRAITS: Final[dict[str, str | Promise]] = {
    "landlocked": gettext_lazy("landlocked"),
    "sea": City._meta.get_field("has_sea_port").verbose_name,
    "dry": City._meta.get_field("has_dry_port").verbose_name,
    "rail": City._meta.get_field("has_rail_hub").verbose_name,
    "air": City._meta.get_field("has_air_hub").verbose_name,
    "ldc": Country._meta.get_field("is_ldc").verbose_name,
    "sids": Country._meta.get_field("is_sids").verbose_name,
}
# By the number of the class in repository/sql/case_facets.sql.
SIZE_NAMES: Final = [
    gettext_lazy("fewer than 500,000 people"),
    gettext_lazy("500,000 to 1 million people"),
    gettext_lazy("1 to 5 million people"),
    gettext_lazy("5 to 10 million people"),
    gettext_lazy("more than 10 million people"),
]


type Names = Mapping[tuple[str, str], Value]


def related_with_reasons(edition: str, pk: int) -> dict[int, str]:
    """Return the related cases of a published case, best first: primary key → reason as HTML."""
    found = {related.pk: related for related in related_cases(edition, pk)}
    for near in translate_passages([each.near for each in found.values() if each.near]):
        found[int(near.object_id)] = replace(found[int(near.object_id)], near=near)
    names = names_of(edition, found.values())
    return {pk: reason(names, each) for pk, each in found.items()}


def names_of(edition: str, found: Iterable[Related]) -> Names:
    """Return the shared values of facets with their names."""
    wanted: dict[str, set[str]] = {}
    for value in (value for related in found for value in related.shared):
        wanted.setdefault(value.kind, set()).add(value.key)
    return named(edition, wanted)


def reason(names: Names, related: Related) -> str:
    """Return the most significant reason why a case is related, as HTML."""
    points: dict[str, float] = {}
    for value in related.shared:
        points[group_of(value)] = points.get(group_of(value), 0) + value.points
    group = max(points, key=points.__getitem__, default="")
    if related.near and related.closeness > points.get(group, 0):
        return in_meaning(related.near)
    return in_common(names, group, [value for value in related.shared if group_of(value) == group])


def group_of(value: Shared) -> str:
    return GROUPS.get(value.kind, "setting")


def in_meaning(near: Near) -> str:
    """Return the reason for a passage that is close in meaning, quoted unless the card shows it."""
    if near.position == 0:
        return _("Close in meaning to this case")
    words = marked(shortened(near.text, QUOTED), near.language)
    return format_html(_("Close in meaning: “{sentence}”"), sentence=words)


def in_common(names: Names, group: str, shared: list[Shared]) -> str:
    """Return the reason for shared values of one group, most significant first."""
    if group == "place":
        # A country is part of a sub-region, and that of a region.
        narrowest = next(kind for kind in PLACES if any(each.kind == kind for each in shared))
        shared = [value for value in shared if value.kind == narrowest]
        group = "country" if narrowest == "country" else "region"
    shared = shared[:NAMED]
    listed = format_html_join(", ", "{}", ((name_of(names, value),) for value in shared))
    return format_html(sentence(group, len(shared)), names=listed)


def sentence(group: str, count: int) -> str:
    """Return the text for what `count` values of a group are the names of."""
    match group:
        case "practice":
            return ngettext("Same practice: {names}", "Same practices: {names}", count)
        case "theme":
            return ngettext("Same theme: {names}", "Same themes: {names}", count)
        case "goal":
            return ngettext("Same goal: {names}", "Same goals: {names}", count)
        case "country":
            return _("Same country or area: {names}")
        case "region":
            return _("Same region: {names}")
        case _other:
            return _("Same type of place: {names}")


def name_of(names: Names, value: Shared) -> str:
    """Return the name of a shared value as HTML, in its language."""
    match value.kind:
        case "subregion":
            return subregion_name(value.key)
        case "size":
            return str(SIZE_NAMES[int(value.key)])
        case "income":
            label = str(IncomeGroup(value.key).label)
            return label[:1].lower() + label[1:]
        case kind if kind in TRAITS:
            return str(TRAITS[kind])
        case facet:
            found = names[facet, value.key]
            return marked(found.label(facet), found.language(facet))
