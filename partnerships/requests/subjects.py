"""Practices, themes and cases in the form of a request: as choices, and suggested by its text."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.forms.boundfield import BoundWidget

from partnerships.listings.keys import keys_of
from repository.models import CaseStudy, Practice
from repository.practices.suggestions import SHOWS, Reason, named, suggest
from repository.text.sorting import sort_key
from repository.translations.reading import CARD, translate

# The maximum numbers of suggestions.
MOST_PRACTICES, MOST_THEMES, MOST_CASES = 5, 4, 3
TEXTS = ("title", "challenge", "desired_result")
# The kind of the reason of a practice that the case shows from which a request began.
OF_CASE = "of-case"


@dataclass(frozen=True)
class SuggestedSubjects:
    """Primary keys of what a text suggests, best first; of practices and cases with the reason."""

    practices: dict[int, Reason] = field(default_factory=dict)
    themes: list[int] = field(default_factory=list)
    cases: dict[int, Reason] = field(default_factory=dict)


NOTHING_SUGGESTED = SuggestedSubjects()


def suggested_by(answers: Mapping[str, Any], practices: Iterable[Practice]) -> SuggestedSubjects:
    """Return what the text of a request suggests.

    Practices with the most frequent of their themes, and cases. Where no case is close to the text,
    the newest that show the practices. `practices` are all, with the keys of their themes.
    """
    found = suggest(
        [answers.get(name) or "" for name in TEXTS], most=MOST_PRACTICES, most_cases=MOST_CASES
    )
    by_key = {practice.pk: practice for practice in practices}
    suggested = {each.pk: each.reason for each in found.practices if each.pk in by_key}
    themes = Counter(theme for pk in suggested for theme in by_key[pk].theme_keys)
    cases = {each.pk: each.reason for each in found.cases}
    if not cases and suggested:
        cases = cases_showing(suggested)
    names = {pk: by_key[pk].name for pk in suggested}
    return SuggestedSubjects(
        practices=suggested,
        themes=[theme for theme, _count in themes.most_common(MOST_THEMES)],
        cases={pk: named(reason, names) for pk, reason in cases.items()},
    )


def cases_showing(practices: Collection[int]) -> dict[int, Reason]:
    """Return the newest published cases that show some practices."""
    cases = CaseStudy.objects.published().filter(practices__in=practices).newest()
    shown: dict[int, tuple[int, ...]] = {}
    for pk, practice in cases.values_list("pk", "practices"):
        shown[pk] = (*shown.get(pk, ()), practice)
    return {pk: Reason(SHOWS, practices=keys) for pk, keys in [*shown.items()][:MOST_CASES]}


def shown_by(case: CaseStudy, practices: Iterable[Practice]) -> dict[int, Reason]:
    """Return the practices that a case shows, with this as the reason, by name."""
    shown = set(case.practices.values_list("pk", flat=True))
    reason = Reason(OF_CASE, case.title, case.language)
    return {each.pk: reason for each in practices if each.pk in shown}


def described_practices() -> list[Practice]:
    """Return all practices with their summaries and the keys of their themes.

    They are in the language of the reader.
    """
    rows = Practice.objects.only("name", "summary")
    found = list(rows.annotate(theme_keys=keys_of(Practice, "themes")))
    translate(("practice", found), only=CARD)
    return found


@dataclass(frozen=True)
class Choice:
    """A checkbox: the language of its label, a one-line summary and a reason, if there are any."""

    widget: BoundWidget
    language: str = ""
    summary: str = ""
    reason: Reason | None = None


class Choices:
    """The checkboxes of practices, themes or cases: chosen, suggested, and the others by theme.

    Each has one checkbox; a practice among the others is under its first theme, by the names in
    `themes`. A list of themes or cases has none and is one group without a name.
    """

    def __init__(
        self,
        field: BoundField,
        *,
        rows: Iterable[Practice | CaseStudy] = (),
        themes: Mapping[int, str] | None = None,
        suggested: Mapping[int, Reason | None] | None = None,
    ) -> None:
        self.field = field
        described = {str(row.pk): row for row in rows}
        reasons = {str(pk): reason for pk, reason in (suggested or {}).items()}
        self.chosen: list[Choice] = []
        found: dict[str, Choice] = {}
        others: dict[str, list[Choice]] = {}
        for widget in field:
            key = str(widget.data["value"])
            row = described.get(key)
            choice = Choice(widget, language_of(row), summary_of(row), reasons.get(key))
            if widget.data["selected"]:
                self.chosen.append(choice)
            elif key in reasons:
                found[key] = choice
            else:
                keys = row.theme_keys if isinstance(row, Practice) else []
                name = (themes or {}).get(next(iter(keys), 0), "")
                others.setdefault(name, []).append(choice)
        self.suggested = [found[key] for key in reasons if key in found]
        self.by_theme = sorted(others.items(), key=lambda pair: (not pair[0], sort_key(pair[0])))

    @property
    def count(self) -> int:
        """The number of the others."""
        return sum(len(choices) for _theme, choices in self.by_theme)


def language_of(row: Practice | CaseStudy | None) -> str:
    return row.language if row else ""


def summary_of(row: Practice | CaseStudy | None) -> str:
    return row.summary if isinstance(row, Practice) else ""
