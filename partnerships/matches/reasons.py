"""The reasons of a match as sentences, in the language of the reader."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from partnerships.models import Match
from partnerships.ranking.explanations import FACTORS, Labels, sentence
from partnerships.ranking.facts import PRACTICE, THEME
from partnerships.ranking.reasons import Reason
from repository.models import Practice, Theme

# What both cities read. How reliable or how busy a city is, brokers weigh for themselves.
FOR_CITIES = ("fit", "reciprocity", "setting", "languages")


@dataclass(frozen=True)
class Factor:
    """One factor of the ranking with its sentences; points as numbers."""

    name: object
    points: float
    most: float
    sentences: list[str]


def factors_of(match: Match, *, only: Iterable[str] = FACTORS) -> list[Factor]:
    """The factors of the ranking that a match keeps, in words; none where it has no ranking."""
    rows = [row for row in match.ranking.get("factors", []) if row["factor"] in set(only)]
    labels = labels_for(match, [reason for row in rows for reason in row["reasons"]])
    return [
        Factor(FACTORS[row["factor"]], row["points"], row["most"], list(said(row, labels)))
        for row in rows
    ]


def notes_of(match: Match) -> list[str]:
    """What brokers should know beside the points."""
    return list(said({"reasons": match.ranking.get("notes", [])}, labels_for(match, [])))


def said(row: dict[str, Any], labels: Labels) -> Iterator[str]:
    for reason in row["reasons"]:
        try:
            yield sentence(Reason.read(reason), labels)
        except KeyError:
            continue  # a code of an earlier release that has no words any more


def labels_for(match: Match, reasons: list[dict[str, Any]]) -> Labels:
    """What the two cities, and the practices and themes of the reasons, are called here."""
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
