"""What is known of any place in a country, as facts for `Place`."""

from typing import Any

from repository.models import Country, Development
from repository.places.landlocked import is_landlocked


def country_facts(
    iso2: str,
    region: str,
    subregion: str,
    income_group: str,
    development: str,
    is_ldc: bool,
    is_lldc: bool,
    is_sids: bool,
) -> dict[str, Any]:
    """Return the facts; `subregion` is the smallest region of M49."""
    return {
        "country": iso2,
        "region": region,
        "subregion": subregion,
        "income_group": income_group,
        "is_southern": development == Development.DEVELOPING if development else None,
        "is_ldc": is_ldc,
        "is_lldc": is_lldc,
        "is_sids": is_sids,
        "is_country_landlocked": is_landlocked(iso2, is_lldc=is_lldc),
    }


def facts_of(country: Country) -> dict[str, Any]:
    return country_facts(
        country.iso2,
        country.region,
        country.intermediate_region or country.subregion,
        country.income_group,
        country.development,
        country.is_ldc,
        country.is_lldc,
        country.is_sids,
    )
