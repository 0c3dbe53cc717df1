"""What is known of any place in a country, as facts for `Place`."""

from typing import Any

from repository.models import Country, Development
from repository.places.setting import is_landlocked


def facts_of(country: Country) -> dict[str, Any]:
    """Return the facts; `subregion` is the smallest region of M49."""
    is_southern = country.development == Development.DEVELOPING
    return {
        "country": country.iso2,
        "region": country.region,
        "subregion": country.intermediate_region or country.subregion,
        "income_group": country.income_group,
        "is_southern": is_southern if country.development else None,
        "is_ldc": country.is_ldc,
        "is_lldc": country.is_lldc,
        "is_sids": country.is_sids,
        "is_country_landlocked": is_landlocked(country.iso2, is_lldc=country.is_lldc),
    }
