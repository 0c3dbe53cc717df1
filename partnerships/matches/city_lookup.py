"""Cities by name, to be made candidates by hand: of the collection, then of the gazetteer."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from community.experiences.reports import label_of_place
from partnerships.models import PartnershipRequest
from repository.models import City, Country
from repository.places import gazetteer
from repository.text.parsing import whole_number

# Maximum numbers of cities, and of places of the gazetteer.
FOUND = 20
# Shorter beginnings match too many places of the gazetteer.
MIN_LENGTH = 2


@dataclass(frozen=True)
class FoundPlace:
    """A place of the gazetteer that is not in the collection, labelled with its country."""

    geoname_id: int
    label: str


def cities_called(text: str, asked: PartnershipRequest, country: str = "") -> list[City]:
    """Return cities of the collection whose name begins with a text."""
    rows = City.objects.filter(Q(name__istartswith=text) | Q(slug__istartswith=text))
    if country:
        rows = rows.filter(country=country)
    return list(
        rows.exclude(pk=asked.city_id).select_related("country").order_by("name", "pk")[:FOUND]
    )


def places_called(text: str, country: str = "") -> list[FoundPlace]:
    """Return places of the gazetteer with this name or beginning, without those in the collection.

    Places in countries that the collection does not have are left out, too.
    """
    if len(text) < MIN_LENGTH:
        return []
    found = gazetteer.find(text, country or None, limit=FOUND)
    if not found:
        return []
    here = {place.country for place in found}
    countries = set(Country.objects.filter(pk__in=here).values_list("pk", flat=True))
    known = set(
        City.objects.filter(country__in=here).values_list("geoname_id", "name", "country_id")
    )
    numbers = {number for number, _name, _country in known}
    # Some cities of the collection have no number in GeoNames.
    names = {(gazetteer.fold(name), iso2) for number, name, iso2 in known if number is None}
    return [
        FoundPlace(place.geoname_id, label_of_place(place))
        for place in found
        if place.country in countries
        and place.geoname_id not in numbers
        and (gazetteer.fold(place.name), place.country) not in names
    ]


def chosen(posted: Mapping[str, str]) -> City | gazetteer.Place | None:
    """Return the city or the place of the gazetteer that a form names."""
    if (key := whole_number(posted.get("city", ""))) is not None:
        return City.objects.filter(pk=key).first()
    if (number := whole_number(posted.get("place", ""))) is not None:
        return gazetteer.by_id(number)
    return None
