"""Parts of the world that the map of cities can show enlarged: regions, and crowded countries."""

from collections import Counter
from dataclasses import dataclass

from django.utils.http import urlencode

from repository.maps import atlas
from repository.places.country_names import country_name
from repository.places.models import REGIONS

# Countries and areas with so many places of cases have a map of their own.
CROWD, MOST_COUNTRIES = 4, 6


@dataclass(frozen=True)
class Area:
    """A region, a country or area, or with neither the whole world."""

    region: str = ""
    country: str = ""
    count: int = 0
    samples: int = 0
    is_chosen: bool = False

    @property
    def name(self) -> str:
        return country_name(self.country) if self.country else str(REGIONS.get(self.region, ""))

    @property
    def query(self) -> str:
        if self.country:
            return urlencode({"country": self.country.lower()})
        return urlencode({"region": self.region.lower()}) if self.region else ""

    @property
    def cities(self) -> dict[str, str]:
        """Return the filter of cities."""
        if self.country:
            return {"country": self.country}
        return {"country__region": self.region} if self.region else {}

    @property
    def countries(self) -> dict[str, str]:
        """Return the filter of countries and areas."""
        if self.country:
            return {"pk": self.country}
        return {"region": self.region} if self.region else {}


def asked(region: str, country: str) -> Area:
    """Return the area that a query string names; the world if it names none."""
    if len(country) == 2 and country.isascii() and country.isalpha():
        return Area(country=country.upper())
    known = {name.lower(): name for name in REGIONS}
    return Area(region=known.get(region, ""))


def with_places(edition: str, chosen: Area) -> list[Area]:
    """Return the regions with places of cases, then the countries with many, most places first.

    A chosen area is always among them. Empty if there is nothing to choose.
    """
    points = atlas.points(edition)
    real, samples = ([each for each in points if each.is_sample is kind] for kind in (False, True))
    by_region = Counter(point.region for point in real if point.region in REGIONS)
    by_country = Counter(point.country for point in real)
    invented = Counter(name for point in samples for name in (point.region, point.country))
    known = [name for name in REGIONS if name in by_region or name in invented]
    regions = dict.fromkeys([*known, chosen.region])
    crowded = [code for code, count in by_country.most_common(MOST_COUNTRIES) if count >= CROWD]
    countries = dict.fromkeys([*crowded, chosen.country])
    found = [
        *(
            Area(
                region=name,
                count=by_region[name],
                samples=invented[name],
                is_chosen=name == chosen.region,
            )
            for name in regions
            if name
        ),
        *(
            Area(
                country=code,
                count=by_country[code],
                samples=invented[code],
                is_chosen=code == chosen.country,
            )
            for code in countries
            if code
        ),
    ]
    return found if len(found) > 1 or chosen.query else []
