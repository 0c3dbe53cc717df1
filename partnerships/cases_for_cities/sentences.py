"""The reasons for which a case could be useful to a city, as sentences in the active language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.cases_for_cities.ranking import Reason
from partnerships.models import Corridor
from repository.cases.values import Value
from repository.models import IncomeGroup
from repository.places.models import REGIONS
from repository.text.languages import marked
from repository.text.lists import list_with_and

# What two places have in common, to be listed after "Also".
IN_COMMON = {
    "landlocked": gettext_lazy("without a sea port"),
    "port": gettext_lazy("with a sea port"),
    "urban": gettext_lazy("mostly urban"),
    "mixed": gettext_lazy("with towns and countryside"),
    "rural": gettext_lazy("mostly rural"),
    "size": gettext_lazy("of similar size (%(theirs)s and %(own)s people)"),
    "region": gettext_lazy("in the same region (%(region)s)"),
    "subregion": gettext_lazy("in the same part of %(region)s"),
    "corridor": gettext_lazy("on the same trade corridor (%(corridors)s)"),
    "ldc": gettext_lazy("in a least developed country"),
    "lldc": gettext_lazy("in a landlocked developing country"),
    "sids": gettext_lazy("in a small island developing State"),
}
INCOMES = {
    IncomeGroup.LOW: gettext_lazy("in a low-income country"),
    IncomeGroup.LOWER_MIDDLE: gettext_lazy("in a lower-middle-income country"),
    IncomeGroup.UPPER_MIDDLE: gettext_lazy("in an upper-middle-income country"),
    IncomeGroup.HIGH: gettext_lazy("in a high-income country"),
}
SAME_COUNTRY = gettext_lazy("in the same country")
# Facts that are the same for all places of a country.
OF_COUNTRY = frozenset(["income", "region", "subregion", "ldc", "lldc", "sids"])
# The number of facts in a sentence.
MOST = 3


def sentences(reasons: Iterable[Reason]) -> SafeString:
    """Return the sentences for reasons, one after the other, as HTML."""
    return format_html_join(" ", "{}", ((sentence(reason),) for reason in reasons))


def sentence(reason: Reason) -> str:
    city, params = reason.city.localized_name, reason.params
    match reason.code:
        case "practice":
            return format_html(
                _("Shows “{practice}”, which {city} is looking for."),
                practice=named(params["practice"]),
                city=city,
            )
        case "theme":
            return format_html(
                _("On the theme “{theme}”, on which {city} is looking for partners."),
                theme=params["theme"].label("theme"),
                city=city,
            )
        case "close":
            return format_html(
                _("Close to what {city} wrote: “{title}”."),
                city=city,
                title=marked(params["title"], params["language"]),
            )
        case "shared":
            return format_html(
                _("Shows “{practice}”, like a case from {city}."),
                practice=named(params["practice"]),
                city=city,
            )
    facts = in_common(params["common"], is_same_country=params["is_same_country"])
    return _("Also %(facts)s.") % {"facts": list_with_and(facts)}


def named(practice: Value) -> str:
    return marked(practice.label("practice"), practice.language("practice"))


def in_common(
    common: Iterable[tuple[str, Mapping[str, Any]]], *, is_same_country: bool
) -> list[str]:
    """Return what two places have in common, at most three facts, the weightiest first."""
    found: list[str] = []
    codes = {code for code, _params in common}
    for code, params in common:
        if code in OF_COUNTRY and is_same_country:
            found.append(str(SAME_COUNTRY))
        elif code == "income":
            found.append(str(INCOMES[IncomeGroup(params["value"])]))
        elif code == "lldc" and is_inland(codes):
            continue
        else:
            found.append(str(IN_COMMON[code.partition(".")[0]]) % words_of(params))
    return list(dict.fromkeys(found))[:MOST]


def is_inland(codes: Iterable[str]) -> bool:
    return "landlocked" in codes


def words_of(params: Mapping[str, Any]) -> dict[str, str]:
    region = params.get("value", "")
    corridors = [str(Corridor(key).label) for key in params.get("corridors", ())]
    return {
        "region": str(REGIONS.get(region, region)),
        "corridors": list_with_and(corridors),
        **{
            name: number_format(params[name], force_grouping=True)
            for name in ("own", "theirs")
            if name in params
        },
    }
