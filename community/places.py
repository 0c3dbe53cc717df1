"""Where somebody is, in words: "Zhengzhou", "Kisumu, Kenya", "Benin"."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from repository import gazetteer
from repository.models import City, Country, Organization
from repository.models.country import country_name, territories


@dataclass(frozen=True)
class Where:
    """A city of the collection, or a place by its name, or a country alone; or nothing."""

    city: City | None = None
    place: str = ""
    country: Country | None = None


def resolve(text: str) -> Where:
    """The place that `text` names, in English or the language of the page.

    The collection is asked first, then the gazetteer; no city is added to the collection.
    ValidationError with words for people where there is no such place, or there are several.
    """
    text = " ".join(text.split()).strip(" ,")
    if not text:
        return Where()
    if (country := country_named(text)) is not None:
        return Where(country=country)
    name, comma, rest = text.rpartition(",")
    country = country_named(rest) if comma else None
    if comma and country is None:
        raise ValidationError(_("We do not know the country “%(name)s”.") % {"name": rest.strip()})
    name = name.strip(" ,") if comma else text
    return among(cities_named(name, country), name) or among(places_named(name, country), name)


def among(found: list[Where], name: str) -> Where | None:
    """The one place found; None where none is and the search can go on."""
    countries = {where.country.pk: where for where in found if where.country}
    if len(countries) > 1:
        ways = "; ".join(f"{name}, {country_name(iso2)}" for iso2 in sorted(countries)[:6])
        raise ValidationError(
            _("There are several places of this name. Add the country: %(ways)s.") % {"ways": ways}
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
    """The one city of the collection that is called "Kisumu" or "Kisumu, Kenya", if there is."""
    name, comma, rest = text.rpartition(",")
    country = country_named(rest) if comma else None
    found = cities_named(name.strip(" ,") if country else text, country)
    return found[0].city if len(found) == 1 else None


def organization_called(text: str) -> Organization | None:
    """The one organisation of the collection of this name or acronym, if there is."""
    wanted = gazetteer.fold(text)
    found = [
        body
        for body in Organization.objects.all()
        if wanted in {gazetteer.fold(each) for each in (body.name, body.acronym, str(body)) if each}
    ]
    return found[0] if len(found) == 1 else None


def places_named(name: str, country: Country | None) -> list[Where]:
    """Places of the gazetteer of exactly this name, in countries that the collection knows."""
    wanted = gazetteer.fold(name)
    found = gazetteer.find(name, country.pk if country else None)
    exact = [place for place in found if gazetteer.fold(place.name) == wanted]
    # A name in another language, as "Tananarive", serves where none has it as its own.
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
                "We do not know a place “%(name)s”. Write it as on a map, or give the nearest "
                "larger city or the country."
            )
            % {"name": name}
        )
    return known


def country_named(name: str) -> Country | None:
    wanted = gazetteer.fold(name)
    for language in dict.fromkeys([get_language() or "en", "en"]):
        for iso2, country in territories(language).items():
            if gazetteer.fold(country) == wanted:
                return Country.objects.filter(pk=iso2).first()
    return None
