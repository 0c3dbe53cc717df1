"""Names of countries, areas and sub-regions in the languages of the United Nations and Portuguese.

The names are in `content/countries.csv`, their sources in `content/country_names.sources.yaml`.
The file is read once per process, so that a page can name any number of countries without a query.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from babel import Locale
from django.utils.translation import get_language

CONTENT = Path(__file__).resolve().parent.parent / "content"

# English is the column `name`, the others are `name_fr` and so on.
NAME_LANGUAGES = ["ar", "en", "es", "fr", "pt", "ru", "zh"]


@dataclass(frozen=True)
class NamesSource:
    """The source of the names in one language, and the date as of which they are valid."""

    source: str
    url: str
    as_of: dt.date


@cache
def _names() -> dict[str, dict[str, str]]:
    with (CONTENT / "countries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        language: {
            row["iso2"]: row["name" if language == "en" else f"name_{language}"] for row in rows
        }
        for language in NAME_LANGUAGES
    }


def country_names(language: str) -> dict[str, str]:
    """Return all names as `{ISO 3166-1 alpha-2: name}`; in English for unknown languages.

    A regional variant such as "pt-br" uses the names of its language.
    """
    names = _names()
    return names.get(language.partition("-")[0].lower(), names["en"])


def country_name(iso2: str, default: str = "") -> str:
    """Return the name in the active language; `default`, or the code, for an unknown code."""
    return country_names(get_language() or "en").get(iso2) or default or iso2


def names_of_country(iso2: str) -> dict[str, str]:
    """Return the names of a country as `{language: name}`; empty for an unknown code."""
    return {language: names[iso2] for language, names in _names().items() if names.get(iso2)}


@cache
def customary_names(language: str) -> dict[str, str]:
    """Return common short names from CLDR as `{ISO 3166-1 alpha-2: name}`.

    Only for parsing user input ("Russia", "Hong Kong"); never shown.
    """
    return dict(Locale.parse(language, sep="-").territories)


@cache
def _sources() -> dict[str, NamesSource]:
    text = (CONTENT / "country_names.sources.yaml").read_text(encoding="utf-8")
    return {language: NamesSource(**row) for language, row in yaml.safe_load(text).items()}


def names_source(language: str) -> NamesSource:
    """Return the source of the names in `language`."""
    return _sources().get(language.partition("-")[0].lower()) or _sources()["en"]


# The sub-regions of `content/countries.csv` with their M49 codes, by which Unicode CLDR names them.
SUBREGION_CODES = {
    "Australia and New Zealand": "053",
    "Central Asia": "143",
    "Eastern Asia": "030",
    "Eastern Europe": "151",
    "Latin America and the Caribbean": "419",
    "Melanesia": "054",
    "Micronesia": "057",
    "Northern Africa": "015",
    "Northern America": "021",
    "Northern Europe": "154",
    "Polynesia": "061",
    "South-eastern Asia": "035",
    "Southern Asia": "034",
    "Southern Europe": "039",
    "Sub-Saharan Africa": "202",
    "Western Asia": "145",
    "Western Europe": "155",
}


def subregion_name(subregion: str) -> str:
    """Return the name of a sub-region in the active language; unchanged if it is not known."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    return names.get(SUBREGION_CODES.get(subregion, ""), subregion)
