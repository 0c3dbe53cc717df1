"""Names of sub-regions in all languages: those of Unicode CLDR, by the M49 code."""

from babel import Locale
from django.utils.translation import get_language

# The sub-regions of `content/countries.csv`.
CODES = {
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
    return names.get(CODES.get(subregion, ""), subregion)
