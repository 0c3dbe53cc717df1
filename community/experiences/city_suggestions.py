"""Suggest cities while a name is typed: of the collection, of the gazetteer, then samples."""

import re

from django.db.models import Q

from community.experiences.reports import label_of
from repository.models import City, Country
from repository.places import gazetteer
from repository.places.country_names import country_name
from repository.text.lists import with_plain_commas

SUGGESTED = 8
# Shorter beginnings match too many places of the gazetteer.
MIN_LENGTH = 3
# Most Chinese names have two characters.
CHINESE = re.compile("[\u4e00-\u9fff]{2}")
# Places of the gazetteer read for one suggestion, as many are left out.
READ = 40


def suggested_cities(text: str) -> list[str]:
    """Return labels like "Kisumu, Kenya", which forms accept; a country after a comma is ignored.

    A name that occurs several times in a country is suggested once: the form asks which is meant.
    """
    letters = with_plain_commas(text).partition(",")[0].strip()
    if len(letters) < 2 or "\0" in letters:
        return []
    rows = City.objects.select_related("country").filter(
        Q(name__istartswith=letters) | Q(names__icontains=f'"{letters}')
    )
    cities = list(rows.order_by("is_sample", *City._meta.ordering)[:SUGGESTED])
    labels = dict.fromkeys(label_of(city) for city in cities if not city.is_sample)
    if len(labels) < SUGGESTED and (len(letters) >= MIN_LENGTH or CHINESE.match(letters)):
        labels |= dict.fromkeys(places_beginning(letters))
    labels |= dict.fromkeys(label_of(city) for city in cities if city.is_sample)
    return list(labels)[:SUGGESTED]


def places_beginning(letters: str) -> list[str]:
    """Return labels of places of the gazetteer, in countries that the collection knows."""
    places = gazetteer.find(letters, limit=READ)
    if not places:
        return []
    known = set(Country.objects.in_bulk({place.country for place in places}))
    cities = set(
        City.objects.filter(geoname_id__in=[place.geoname_id for place in places]).values_list(
            "geoname_id", flat=True
        )
    )
    return [
        f"{place.name}, {country_name(place.country)}"
        for place in places
        # Cities of the collection are suggested by their own names.
        if place.country in known and place.geoname_id not in cities
    ]
