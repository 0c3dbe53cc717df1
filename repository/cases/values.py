"""The values of facets, such as practices, with their names in the languages of the site."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import get_language

from repository.places.country_names import country_name
from repository.places.models import REGIONS, languages
from repository.themes.models import TITLES as GOALS


@dataclass(frozen=True)
class Value:
    """A value of a facet: its key in the URL, its name, and names by language code."""

    key: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)

    def label(self, facet: str) -> str:
        """Return the name in the active language."""
        if facet == "goal":
            return f"{self.key}. {GOALS[int(self.key)]}"
        if facet == "country":
            return country_name(self.key)
        if facet == "region":
            return str(REGIONS.get(self.key, self.key))
        if facet == "language":
            return language_name(self.key)
        return self.names.get(get_language() or "", self.name)

    def language(self, facet: str) -> str:
        """Return the language of `label`; names that are not translated are in English."""
        language = get_language() or "en"
        return "en" if facet in ("practice", "tag") and language not in self.names else language


def language_name(code: str) -> str:
    """Return the name of a language in the active language, from CLDR."""
    name = languages(get_language() or "en").get(code, code)
    return name[:1].upper() + name[1:]
