"""The reasons of a match as sentences, in the language of the reader."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from partnerships.models import Match
from partnerships.ranking.explanations import FACTORS, Labels, sentence
from partnerships.ranking.facts import PRACTICE, THEME
from partnerships.ranking.reasons import Reason
from repository.models import Practice, Theme

# Factors shown to both cities. Reliability and capacity are for brokers only.
FOR_CITIES = ("fit", "reciprocity", "setting", "languages")


@dataclass(frozen=True)
class Factor:
    """A factor of the ranking with its sentences; points as numbers."""

    name: object
    points: float
    most: float
    sentences: list[str]


def factors_of(match: Match, *, only: Iterable[str] = FACTORS) -> list[Factor]:
    """Return the factors of the stored ranking as text; empty if it has no ranking."""
    rows = [row for row in match.ranking.get("factors", []) if row["factor"] in set(only)]
    labels = labels_for(match, [reason for row in rows for reason in row["reasons"]])
    return [
        Factor(FACTORS[row["factor"]], row["points"], row["most"], list(said(row, labels)))
        for row in rows
    ]


def notes_of(match: Match) -> list[str]:
    """Return notes for brokers beside the points."""
    return list(said({"reasons": match.ranking.get("notes", [])}, labels_for(match, [])))


def said(row: dict[str, Any], labels: Labels) -> Iterator[str]:
    """Yield the sentences of stored reasons in the active language."""
    for reason in row["reasons"]:
        try:
            yield sentence(Reason.read(reason), labels)
        except KeyError:
            continue  # a code of an earlier release that no longer has a sentence


def labels_for(match: Match, reasons: list[dict[str, Any]]) -> Labels:
    """Return display names of the two cities and of the practices and themes in the reasons."""
    slugs: dict[str, set[str]] = {PRACTICE: set(), THEME: set()}
    for reason in reasons:
        kind, _colon, key = str(reason.get("about", "")).partition(":")
        if kind in slugs:
            slugs[kind].add(key)
    practices = Practice.objects.filter(slug__in=slugs[PRACTICE]).only("slug", "name")
    themes = Theme.objects.filter(slug__in=slugs[THEME])
    return Labels(
        places={city.pk: city.localized_name for city in (match.request.city, match.city)},
        practices={practice.slug: str(practice) for practice in practices},
        themes={theme.slug: str(theme) for theme in themes},
    )
