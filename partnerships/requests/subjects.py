"""The practices, themes and cases in the form of a request: as choices, and suggested by words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from partnerships.listings.keys import keys_of
from repository.models import CaseStudy, Practice
from repository.practices.word_suggestions import suggest_practices

# The maximum numbers of suggestions.
MOST_PRACTICES, MOST_THEMES, MOST_CASES = 5, 4, 3
NOTHING_SUGGESTED: dict[str, list[int]] = {"practices": [], "themes": [], "cases": []}


def suggested_by(answers: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return keys of the practices that the words of a request suggest, best first.

    With the most frequent of their themes, and with their newest published cases.
    """
    text = "\n".join(filter(None, map(answers.get, ("title", "challenge", "desired_result"))))
    slugs = [suggested.slug for suggested in suggest_practices(text, MOST_PRACTICES)]
    practices = sorted(
        Practice.objects.filter(slug__in=slugs).prefetch_related("themes"),
        key=lambda practice: slugs.index(practice.slug),
    )
    cases = CaseStudy.objects.published().filter(practices__in=practices).newest()
    themes = Counter(theme.pk for practice in practices for theme in practice.themes.all())
    return {
        "practices": [practice.pk for practice in practices],
        "themes": [theme for theme, _count in themes.most_common(MOST_THEMES)],
        "cases": list(dict.fromkeys(cases.values_list("pk", flat=True)))[:MOST_CASES],
    }


def described_practices() -> list[Practice]:
    """Return all practices with their summaries and the keys of their themes."""
    rows = Practice.objects.only("name", "summary")
    return list(rows.annotate(theme_keys=keys_of(Practice, "themes")))


@dataclass(frozen=True)
class Choice:
    """A checkbox with a one-line summary, if there is one."""

    widget: BoundWidget
    summary: str


class Choices:
    """The checkboxes of practices or themes: chosen, suggested, and the others by theme.

    Each has one checkbox; a practice among the others is under its first theme, by the names in
    `themes`. A list of themes has neither and is one group without a name.
    """

    def __init__(
        self,
        field: BoundField,
        *,
        practices: Iterable[Practice] = (),
        themes: Mapping[int, str] | None = None,
        suggested: Iterable[int] = (),
    ) -> None:
        self.field = field
        described = {str(practice.pk): practice for practice in practices}
        places = {str(pk): place for place, pk in enumerate(suggested)}
        self.chosen: list[Choice] = []
        found: list[tuple[int, Choice]] = []
        others: dict[str, list[Choice]] = {}
        for widget in field:
            key = str(widget.data["value"])
            practice = described.get(key)
            choice = Choice(widget, practice.summary if practice else "")
            if widget.data["selected"]:
                self.chosen.append(choice)
            elif key in places:
                found.append((places[key], choice))
            else:
                keys = practice.theme_keys if practice else []
                name = (themes or {}).get(next(iter(keys), 0), "")
                others.setdefault(name, []).append(choice)
        self.suggested = [choice for _place, choice in sorted(found, key=lambda pair: pair[0])]
        self.by_theme = sorted(others.items(), key=lambda pair: (not pair[0], pair[0]))

    @property
    def count(self) -> int:
        """The number of the others."""
        return sum(len(choices) for _theme, choices in self.by_theme)
