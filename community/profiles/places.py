"""Places of members as text: "Zhengzhou", "Kisumu, Kenya", "Benin"."""

from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.models import Membership
from repository.models import City, Country, Organization
from repository.places import gazetteer
from repository.places.country_names import (
    NAME_LANGUAGES,
    country_name,
    country_names,
    customary_names,
)
from repository.text.lists import with_commas, with_plain_commas


@dataclass(frozen=True)
class Where:
    """A city of the collection, or a named place, or only a country; or nothing."""

    city: City | None = None
    place: str = ""
    country: Country | None = None


def resolve(text: str) -> Where:
    """The place named by `text`, in English or the active language.

    The collection is searched first, then the gazetteer; no city is added to the collection.
    ValidationError with a message if there is no such place, or several.
    """
    text = with_plain_commas(" ".join(text.split())).strip(" ,")
    if not text:
        return Where()
    if (country := country_named(text)) is not None:
        return Where(country=country)
    name, country = name_and_country(text)
    if country is None and "," in text:
        rest = text.rpartition(",")[2].strip()
        raise ValidationError(
            _("We don’t recognise the country or area “%(name)s”.") % {"name": rest}
        )
    return among(cities_named(name, country), name) or among(places_named(name, country), name)


def where_of(text: str, membership: Membership) -> Where:
    """The place named by `text`, or the one of the profile if its name was left as it is."""
    if " ".join(text.split()) == membership.where:
        return Where(membership.city, membership.place, membership.country)
    return resolve(text)


def among(found: list[Where], name: str) -> Where | None:
    """The only place found; None if there is none."""
    countries = {where.country.pk: where for where in found if where.country}
    if len(countries) > 1:
        ways = "; ".join(with_commas([name, country_name(iso2)]) for iso2 in sorted(countries)[:6])
        raise ValidationError(
            _("There are several places with this name. Add the country: %(ways)s.")
            % {"ways": ways}
        )
    return found[0] if found else None


def cities_named(name: str, country: Country | None) -> list[Where]:
    wanted = gazetteer.fold(name)
    rows = City.objects.select_related("country")
    if country is not None:
        rows = rows.filter(country=country)
    return [
        Where(city=city, country=city.country)
        for city in rows
        if wanted in {gazetteer.fold(each) for each in [city.name, *city.names.values()]}
    ]


def city_called(text: str) -> City | None:
    """The only city of the collection that matches "Kisumu" or "Kisumu, Kenya", or None."""
    found = cities_named(*name_and_country(text))
    return found[0].city if len(found) == 1 else None


def organization_called(text: str) -> Organization | None:
    """The only organisation of the collection with this name or acronym, or None."""
    wanted = gazetteer.fold(text)
    found = [
        body
        for body in Organization.objects.all()
        if wanted in {gazetteer.fold(each) for each in (body.name, body.acronym, str(body)) if each}
    ]
    return found[0] if len(found) == 1 else None


def places_named(name: str, country: Country | None) -> list[Where]:
    """Places of the gazetteer with exactly this name, in countries of the collection."""
    wanted = gazetteer.fold(name)
    found = gazetteer.find(name, country.pk if country else None)
    exact = [place for place in found if gazetteer.fold(place.name) == wanted]
    # Use a name in another language, such as "Tananarive", if no place has it as its own.
    exact = exact or [place for place in found if not gazetteer.fold(place.name).startswith(wanted)]
    countries = Country.objects.in_bulk({place.country for place in exact})
    known = [
        Where(place=place.name, country=countries[place.country])
        for place in exact
        if place.country in countries
    ]
    if not known:
        raise ValidationError(
            _(
                "We don’t recognise the place “%(name)s”. Enter its name as on a map, the nearest "
                "larger city, or the country."
            )
            % {"name": name}
        )
    return known


def name_and_country(text: str) -> tuple[str, Country | None]:
    """Split "Kisumu, Kenya" into name and country; the whole text if it names no country.

    Some names of countries and areas contain a comma, so each comma is tried in turn.
    """
    for at, character in enumerate(text):
        if character == "," and (country := country_named(text[at + 1 :])) is not None:
            return text[:at].strip(" ,"), country
    return text, None


def country_named(name: str) -> Country | None:
    """The country or area of this name, in any language of the names."""
    iso2 = country_codes(get_language() or "en").get(gazetteer.fold(name))
    return Country.objects.filter(pk=iso2).first() if iso2 else None


@lru_cache(maxsize=16)
def country_codes(language: str) -> dict[str, str]:
    """Codes of countries and areas by folded name; names in `language` take precedence.

    "Bolivia" matches "Bolivia (Plurinational State of)". Common names, such as "Russia", are
    recognised in `language` and in English.
    """
    codes: dict[str, str] = {}
    for each in dict.fromkeys([language, "en", *NAME_LANGUAGES]):
        for iso2, name in country_names(each).items():
            codes.setdefault(gazetteer.fold(name), iso2)
            # The parentheses in "Saint Martin (French Part)" distinguish it from another area.
            if iso2 not in ("MF", "SX"):
                codes.setdefault(gazetteer.fold(name.partition(" (")[0]), iso2)
    for each in dict.fromkeys([language, "en"]):
        for iso2, name in customary_names(each).items():
            codes.setdefault(gazetteer.fold(name), iso2)
    return codes
