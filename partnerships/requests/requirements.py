"""The requirements of a request for a partner, as text and as form fields."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from partnerships.models import Corridor, Setting
from partnerships.ranking.facts import WITH_VALUE, Constraint, Must
from repository.cases.values import language_name
from repository.places.country_names import country_name
from repository.places.models import REGIONS, IncomeGroup

# Requirements without a value, as form choices.
PLAIN = [must for must in Must if must not in WITH_VALUE]


def parse_requirements(musts: Iterable[str]) -> list[Constraint]:
    """Parse the stored requirements, in the order of `Must`; invalid ones are skipped."""
    found = []
    for text in musts:
        try:
            found.append(Constraint.read(text))
        except ValueError:
            continue
    order = list(Must)
    return sorted(found, key=lambda each: (order.index(each.must), each.value))


def words(constraint: Constraint) -> str:
    """Return a requirement as a short sentence about the partner, in the language of the page."""
    value = constraint.value
    match constraint.must:
        case Must.SPEAKS:
            return _("Works in %(name)s") % {"name": language_name(value)}
        case Must.REGION:
            return _("Is in this region: %(name)s") % {"name": REGIONS.get(value, value)}
        case Must.SUBREGION:
            return _("Is in this sub-region: %(name)s") % {"name": value}
        case Must.COUNTRY:
            return _("Is in this country or area: %(name)s") % {"name": country_name(value)}
        case Must.INCOME:
            label = dict(IncomeGroup.choices).get(value, value)
            return _("Is in a country of this income group: %(name)s") % {"name": label}
        case Must.SETTING:
            label = dict(Setting.choices).get(value, value)
            return _("Is this type of place: %(name)s") % {"name": label}
        case Must.CORRIDOR:
            label = dict(Corridor.choices).get(value, value)
            return _("Is on this trade corridor: %(name)s") % {"name": label}
        case must:
            return str(ALONE[must]())


ALONE = {
    Must.LANDLOCKED: lambda: _("Is landlocked (no access for seagoing ships)"),
    Must.SEA_PORT: lambda: _("Has a sea port"),
    Must.DRY_PORT: lambda: _("Has a dry port"),
    Must.RAIL_HUB: lambda: _("Is a rail hub"),
    Must.AIR_HUB: lambda: _("Is an air hub"),
    Must.SOUTH: lambda: _("Is in a developing economy (UNCTAD)"),
    Must.LDC: lambda: _("Is in a least developed country"),
    Must.LLDC: lambda: _("Is in a landlocked developing country"),
    Must.SIDS: lambda: _("Is in a small island developing State"),
    Must.OTHER_COUNTRY: lambda: _("Is in a different country from the city that made the request"),
}


def asked(musts: Iterable[str]) -> dict[str, Any]:
    """Convert stored requirements to the fields of the form."""
    found = parse_requirements(musts)
    one = {each.must: each.value for each in found}
    return {
        "must_speak": [each.value for each in found if each.must == Must.SPEAKS],
        "must_region": one.get(Must.REGION, ""),
        "must_country": one.get(Must.COUNTRY, ""),
        "must_income": one.get(Must.INCOME, ""),
        "must_setting": one.get(Must.SETTING, ""),
        "must_corridor": one.get(Must.CORRIDOR, ""),
        "must_be": [each.must.value for each in found if each.must in PLAIN],
    }


def stored(answers: dict[str, Any]) -> list[str]:
    """Convert the fields of the form to stored requirements."""
    single = {
        Must.REGION: answers.get("must_region"),
        Must.COUNTRY: answers.get("must_country"),
        Must.INCOME: answers.get("must_income"),
        Must.SETTING: answers.get("must_setting"),
        Must.CORRIDOR: answers.get("must_corridor"),
    }
    found = [
        *(Constraint(Must.SPEAKS, code) for code in answers.get("must_speak") or []),
        *(Constraint(must, value) for must, value in single.items() if value),
        *(Constraint(Must(value)) for value in answers.get("must_be") or []),
    ]
    return [str(each) for each in parse_requirements(map(str, found))]
