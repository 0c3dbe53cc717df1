"""How similar the settings of cities are, for one city and all others at once."""

from collections.abc import Sequence

import numpy as np

from repository.places.columns import Codes, Members, Part, Shares, on_scale, steps, tristate
from repository.places.setting import (
    INCOMES,
    SETTING,
    SURROUNDINGS,
    UNLIKE_SIZE,
    Facts,
    groups,
    magnitude,
)


class Settings:
    """The settings of cities as columns, so that one is compared with all of them at once."""

    def __init__(self, places: Sequence[Facts]) -> None:
        self.size = len(places)
        self._landlocked = tristate(place.is_landlocked for place in places)
        self._surroundings = on_scale(SURROUNDINGS, (place.setting for place in places))
        self._incomes = on_scale(INCOMES, (place.income_group for place in places))
        self._sizes = np.fromiter((magnitude(place.population) for place in places), np.float64)
        self._regions = Codes(place.region for place in places)
        self._subregions = Codes(place.subregion for place in places)
        self._groups = np.array([groups(place) for place in places], np.bool_).reshape(-1, 3)
        self._corridors = Members(place.corridors for place in places)

    def likeness(self, place: Facts, otherwise: Shares) -> Part:
        """Similarity of setting; known if at least half of its parts are known.

        `otherwise` are the shares for parts that are not known.
        """
        parts = self.likenesses(place)
        total, known = np.zeros(self.size), np.zeros(self.size)
        for name, weight in SETTING.items():
            total += weight * parts[name].otherwise(otherwise).shares
            known += weight * parts[name].is_known
        whole = sum(SETTING.values())
        return Part(total / whole, known * 2 >= whole)

    def likenesses(self, place: Facts) -> dict[str, Part]:
        """Similarity of each city to a place, for each part of the setting."""
        landlocked = place.is_landlocked
        size = magnitude(place.population)
        distance = np.abs(self._sizes - size) / UNLIKE_SIZE
        same_region = np.where(self._subregions.alike(place.subregion), 1.0, 0.5)
        regions = np.where(self._regions.alike(place.region), same_region, 0.0)
        alike = self._groups == np.array(groups(place))
        return {
            "coast": Part(
                (self._landlocked == (-1 if landlocked is None else landlocked)).astype(float),
                (self._landlocked >= 0) & (landlocked is not None),
            ),
            "surroundings": steps(self._surroundings, SURROUNDINGS, place.setting),
            "size": Part(1.0 - np.minimum(distance, 1.0), ~np.isnan(distance)),
            "income": steps(self._incomes, INCOMES, place.income_group),
            "region": Part(regions, (self._regions.column >= 0) & bool(place.region)),
            "corridor": Part(
                self._corridors.any_of(place.corridors).astype(float),
                self._corridors.is_known & bool(place.corridors),
            ),
            "groups": Part(alike.sum(axis=1) / 3, np.full(self.size, True)),
        }
