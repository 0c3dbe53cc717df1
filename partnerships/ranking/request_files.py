"""Requests in files, to be ranked without being stored.

A file is a JSON object. `city` is a city of the collection (slug or name) or of the gazetteer
(name), `country` an ISO code; all other keys are those of the form of a request. Only a country may
be given: then nothing more is known of the city that asks.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from partnerships.models import Direction, Modality, PartnershipRequest
from partnerships.ranking.facts import Ask, Place
from partnerships.ranking.loading import Gathered, constraints, facts_of, ranked_for
from partnerships.ranking.matching import Ranking
from partnerships.ranking.vocabulary import Vocabulary
from partnerships.requests import requirements
from repository.models import City, Country
from repository.places import gazetteer
from repository.places.models import REGIONS, languages
from repository.themes.models import TITLES

# Returns primary keys of practices for the parts of a text.
type Suggest = Callable[[Sequence[str]], Collection[int]]

# The primary key of a requester that is not in the collection, and of a request that is not stored.
NOWHERE = 0
MAX_TEXT = {
    name: PartnershipRequest._meta.get_field(field_name).max_length
    for name, field_name in (("challenge", "challenge"), ("result", "desired_result"))
}


class FileErrors(Exception):
    """All errors of a file, each with its key."""

    def __init__(self, errors: Iterable[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(self.errors))


@dataclass(frozen=True)
class RequestFile:
    """A request as read from a file.

    `name` and `country` tell where the request is from, as far as the file says.
    """

    ask: Ask
    vocabulary: Vocabulary
    name: str
    country: str
    challenge: str = ""
    result: str = ""
    practices: list[str] = field(default_factory=list)

    def ranked(self, *, most: int | None = None) -> tuple[Gathered, Ranking]:
        """Return the candidates, as `loading.ranked` does for a stored request."""
        return ranked_for(self.ask, self.vocabulary, most=most)


def read_request(text: str, suggest: Suggest | None = None) -> RequestFile:
    """Read and check a file.

    `suggest` returns practices for the text of the request, which are added to those that it names.
    Raise FileErrors with everything that is wrong.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise FileErrors([f"This is no JSON: {error}"]) from None
    if not isinstance(data, dict):
        raise FileErrors(["A request is a JSON object: {…}."])
    return Reader(data).read(suggest)


class Reader:
    """Reads the keys of a file one after another and collects the errors."""

    KEYS = (
        "city",
        "country",
        "direction",
        "challenge",
        "result",
        "practices",
        "themes",
        "goals",
        "modalities",
        "languages",
        "must_speak",
        "must_be",
        "must_region",
        "brings",
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.errors: list[tuple[str, str]] = []

    def read(self, suggest: Suggest | None) -> RequestFile:
        for key in self.data.keys() - set(self.KEYS):
            self.add(key, f"no such key{near(key, self.KEYS)} Keys are {', '.join(self.KEYS)}.")
        vocabulary = Vocabulary.read()
        practices = {slug: pk for pk, (slug, _name, _themes) in vocabulary.practices.items()}
        themes = [theme.slug for theme in vocabulary.themes.values()]
        codes = {code for code in languages("en") if "_" not in code}
        requester, name, country = self.place()
        words = {key: self.words(key) for key in MAX_TEXT}
        named = self.several("practices", practices)
        if suggest:
            texts = [text for text in words.values() if text]
            if not texts:
                self.add("challenge", "give a challenge or a result to suggest practices from.")
            suggested = [vocabulary.practices[pk][0] for pk in suggest(texts)]
            named += [slug for slug in suggested if slug not in named]
        brought = [practices[slug] for slug in self.several("brings", practices)]
        ask = Ask(
            pk=NOWHERE,
            requester=requester,
            direction=self.one("direction", Direction.values) or Direction.SEEK.value,
            practices=frozenset(named),
            themes=frozenset(self.several("themes", themes)),
            goals=frozenset(self.several("goals", TITLES, int)),
            offers=vocabulary.about(brought),
            modalities=frozenset(self.several("modalities", Modality.values)),
            languages=frozenset(self.several("languages", codes)),
            constraints=tuple(
                constraints(
                    requirements.stored(
                        {
                            "must_speak": self.several("must_speak", codes),
                            "must_be": self.several(
                                "must_be", [must.value for must in requirements.PLAIN]
                            ),
                            "must_region": self.one("must_region", REGIONS),
                        }
                    )
                )
            ),
        )
        if not self.errors and not ask.wishes:
            self.add("practices", "name at least one practice, theme or Goal.")
        if self.errors:
            order = {key: place for place, key in enumerate(self.KEYS)}
            self.errors.sort(key=lambda error: order.get(error[0], -1))
            raise FileErrors(f"{key}: {message}" for key, message in self.errors)
        return RequestFile(ask, vocabulary, name, country, **words, practices=named)

    def add(self, key: str, message: str) -> None:
        self.errors.append((key, message))

    def words(self, key: str) -> str:
        value = self.data.get(key, "")
        if not isinstance(value, str):
            self.add(key, "write a text.")
            return ""
        if len(value) > MAX_TEXT[key]:
            self.add(key, f"write at most {MAX_TEXT[key]:,} characters.")
        return value.strip()

    def one(self, key: str, choices: Collection[str]) -> str:
        """Return the value of a key with one choice, or an empty text."""
        value = self.data.get(key, "")
        if not isinstance(value, str):
            self.add(key, "write one text.")
            return ""
        if value and value not in choices:
            self.add(key, f"there is no “{value}”. Choices are {', '.join(choices)}.")
            return ""
        return value

    def several(self, key: str, choices: Collection, kind: type = str) -> list:
        """Return the values of a key with a list of choices, each once."""
        values = self.data.get(key, [])
        if not isinstance(values, list) or not all(type(value) is kind for value in values):
            self.add(key, "write a list of " + ("numbers." if kind is int else "texts."))
            return []
        for value in values:
            if value not in choices:
                self.add(key, f"there is no “{value}”{near(value, choices)}")
        return [value for value in dict.fromkeys(values) if value in choices]

    def place(self) -> tuple[Place, str, str]:
        """Return the city, with its facts if it is outside the collection, and names."""
        nothing = (Place(pk=NOWHERE), "", "")
        name, iso2 = self.data.get("city", ""), self.data.get("country", "")
        if not isinstance(name, str) or not isinstance(iso2, str):
            self.add("city", "write the name of the city and the ISO code of its country as texts.")
            return nothing
        name = name.strip()
        if not name and not iso2:
            self.add("city", "name the city that asks, or its country.")
            return nothing
        country = Country.objects.filter(pk=iso2.upper()).first() if iso2.isalpha() else None
        if iso2 and country is None:
            self.add("country", f"“{iso2}” is not the ISO code of a country, such as KE.")
            return nothing
        if not name:
            return Place(pk=NOWHERE, **facts_of(country)), "", country.pk
        return self.of_collection(name, country) or self.of_gazetteer(name, country) or nothing

    def of_collection(self, name: str, country: Country | None) -> tuple[Place, str, str] | None:
        wanted = gazetteer.fold(name)
        rows = City.objects.filter(country=country) if country else City.objects.all()
        found = [
            city
            for city in rows.order_by("pk")
            if city.slug == name or wanted in map(gazetteer.fold, [city.name, *city.names.values()])
        ]
        if len({city.country_id for city in found}) > 1:
            return None
        return (Place(pk=found[0].pk), found[0].name, found[0].country_id) if found else None

    def of_gazetteer(self, name: str, country: Country | None) -> tuple[Place, str, str] | None:
        wanted = gazetteer.fold(name)
        found = gazetteer.find(name, country.pk if country else None, limit=1000)
        # A name in another language, such as "Tananarive", counts if no place has it as its own.
        exact = [place for place in found if gazetteer.fold(place.name) == wanted] or [
            place for place in found if not gazetteer.fold(place.name).startswith(wanted)
        ]
        countries = Country.objects.in_bulk({place.country for place in exact})
        exact = [place for place in exact if place.country in countries]
        if not exact:
            where = f" in {country.name}" if country else ""
            self.add("city", f"we know no city called “{name}”{where}.")
            return None
        if len(countries) > 1:
            codes = ", ".join(sorted(countries))
            self.add("city", f"“{name}” is in several countries. Add one of them: {codes}.")
            return None
        # The largest of the same name.
        place = exact[0]
        if city := City.objects.filter(geoname_id=place.geoname_id).first():
            return Place(pk=city.pk), city.name, city.country_id
        facts = facts_of(countries[place.country]) | {"population": place.population}
        return Place(pk=NOWHERE, **facts), place.name, place.country


def near(value: object, choices: Collection) -> str:
    """Return the end of a sentence, and the most similar choice as a question if there is one."""
    found = get_close_matches(value, choices, n=1) if isinstance(value, str) else []
    return f". Did you mean “{found[0]}”?" if found else "."
