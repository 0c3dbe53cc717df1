"""Practices and themes as used by matching: by primary key in records, by slug in `facts`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django.db.models import Q, QuerySet

from partnerships.listings.keys import keys_of
from partnerships.ranking.explanations import Labels
from partnerships.ranking.facts import about
from partnerships.ranking.quotes import quotes_of
from partnerships.ranking.reasons import Reason
from repository.models import City, Practice, Theme
from repository.themes.models import TITLES


@dataclass(frozen=True)
class Vocabulary:
    """All practices (slug, name, keys of their themes) and all themes, by primary key."""

    practices: Mapping[int, tuple[str, str, list[int]]]
    themes: Mapping[int, Theme]

    @classmethod
    def read(cls) -> Self:
        """Load all practices and themes, in 2 queries."""
        practices = Practice.objects.order_by().annotate(theme_keys=keys_of(Practice, "themes"))
        rows = practices.values_list("pk", "slug", "name", "theme_keys")
        themes = Theme.objects.order_by().only("slug", "name", "names")
        return cls({pk: tuple(row) for pk, *row in rows}, {theme.pk: theme for theme in themes})

    def slugs(self, practices: Iterable[int]) -> frozenset[str]:
        return frozenset(self.practices[pk][0] for pk in practices)

    def theme_slugs(self, themes: Iterable[int]) -> frozenset[str]:
        return frozenset(self.themes[pk].slug for pk in themes)

    def about(
        self, practices: Collection[int], themes: Iterable[int] = (), goals: Iterable[int] = ()
    ) -> frozenset[str]:
        """The subjects of a record: its practices with their themes, its own themes and Goals."""
        of_practices = [theme for pk in practices for theme in self.practices[pk][2]]
        return about(
            practices=self.slugs(practices),
            themes=self.theme_slugs([*themes, *of_practices]),
            goals=goals,
        )

    def practices_about(self, wanted: frozenset[str]) -> list[int]:
        """Return the practices that are one of the subjects, or have one as a theme."""
        return [pk for pk in self.practices if self.about([pk]) & wanted]

    def naming(self, wanted: frozenset[str], rows: QuerySet, *names: str) -> QuerySet:
        """Return the rows that are about any of the subjects by one of these links."""
        keys: dict[str, list[int]] = {
            "practices": self.practices_about(wanted),
            "themes": [pk for pk in self.themes if self.about([], [pk]) & wanted],
            "goals": [number for number in TITLES if about(goals=[number]) & wanted],
        }
        condition = Q(pk__in=[])
        for name in names:
            linked = rows.model._default_manager.order_by().filter(**{f"{name}__in": keys[name]})
            condition |= Q(pk__in=linked.values("pk"))
        return rows.filter(condition)

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
