"""Practices and themes as used by matching: by slug, and as bit strings for SQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from partnerships.ranking.explanations import Labels
from partnerships.ranking.facts import about
from partnerships.ranking.quotes import quotes_of
from partnerships.ranking.reasons import Reason
from repository.models import City, Theme
from repository.themes.models import TITLES


@dataclass(frozen=True)
class Vocabulary:
    """All practices (slug, name, keys of their themes) and all themes, by primary key."""

    practices: Mapping[int, tuple[str, str, list[int]]]
    themes: Mapping[int, Theme]

    def slugs(self, practices: Iterable[int]) -> frozenset[str]:
        return frozenset(self.practices[pk][0] for pk in practices)

    def theme_slugs(self, themes: Iterable[int]) -> frozenset[str]:
        return frozenset(self.themes[pk].slug for pk in themes)

    def about(self, practices: Iterable[int], themes: Iterable[int] = ()) -> frozenset[str]:
        """The subjects of a record: its practices with their themes, and its own themes."""
        practices = list(practices)
        of_practices = [theme for pk in practices for theme in self.practices[pk][2]]
        return about(
            practices=self.slugs(practices), themes=self.theme_slugs([*themes, *of_practices])
        )

    def bits(self, named: Sequence[str], prefix: str) -> dict[str, Any]:
        """Parameters for `statements.named`: the requested subjects that each row stands for."""
        place = {subject: number for number, subject in enumerate(named)}
        rows = {
            "practice": {pk: self.about([pk]) for pk in self.practices},
            "theme": {pk: self.about([], [pk]) for pk in self.themes},
            "goal": {number: about(goals=[number]) for number in TITLES},
        }
        values: dict[str, Any] = {}
        for kind, subjects in rows.items():
            found = {
                pk: {place[one] for one in few if one in place} for pk, few in subjects.items()
            }
            found = {pk: places for pk, places in found.items() if places}
            values[f"{prefix}{kind}s"] = list(found)
            values[f"{prefix}{kind}_bits"] = [
                "".join("01"[number in places] for number in range(len(named)))
                for places in found.values()
            ]
        return values

    def labels(self, cities: Iterable[City], reasons: Iterable[Reason] = ()) -> Labels:
        """Display names in the language of the reader, including these cities.

        With what these reasons quote: one query if they quote anything.
        """
        return Labels(
            places={city.pk: city.localized_name for city in cities},
            practices={slug: name for slug, name, _themes in self.practices.values()},
            themes={theme.slug: str(theme) for theme in self.themes.values()},
            quotes=quotes_of(reasons),
        )
