"""The reasons of a match as sentences, in the language of the reader."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from partnerships.models import Match, Side
from partnerships.ranking.explanations import FACTORS, Labels, Reader, sentence
from partnerships.ranking.facts import PRACTICE, THEME
from partnerships.ranking.proofs import proofs_of
from partnerships.ranking.quotes import Quote, quotes_of
from partnerships.ranking.reasons import Reason
from partnerships.ranking.records import known_cities
from partnerships.ranking.summaries import Summary, summary
from partnerships.ranking.vocabulary import Vocabulary
from repository.models import City, Practice, Theme

# Factors shown to both cities. Reliability and capacity are for brokers only.
FOR_CITIES = ("fit", "reciprocity", "setting", "languages")


@dataclass(frozen=True)
class Factor:
    """A factor of the ranking with its sentences; points as numbers."""

    name: object
    points: float
    most: float
    sentences: list[str]
    is_known: bool = True
    quotes: list[Quote] = field(default_factory=list)

    @property
    def width(self) -> str:
        """The length of its bar for SVG."""
        return f"{100 * self.points / self.most:.1f}%" if self.most else "0%"


@dataclass(frozen=True)
class Explanation:
    """What a match brings to the city of one side."""

    side: Side
    city: City
    other: City
    summary: Summary


def factors_of(match: Match, *, only: Iterable[str] = FACTORS) -> list[Factor]:
    """Return the factors of the stored ranking as text; empty if it has no ranking."""
    rows = [row for row in match.ranking.get("factors", []) if row["factor"] in set(only)]
    labels = labels_for(match, [reason for row in rows for reason in row["reasons"]])
    return [
        Factor(
            FACTORS[row["factor"]],
            row["points"],
            row["most"],
            list(sentences(row, labels)),
            row.get("is_known", True),
            labels.quotes_in(map(Reason.read, row["reasons"])),
        )
        for row in rows
    ]


def explanations_of(
    match: Match, sides: Iterable[Side], *, is_broker: bool = False
) -> list[Explanation]:
    """Return what the stored ranking says to each side, with what the candidate has to show now.

    Brokers also read about reliability and capacity, and the notes. Empty if the match has no
    ranking.
    """
    only = FACTORS if is_broker else FOR_CITIES
    reasons = {
        row["factor"]: [Reason.read(reason) for reason in row["reasons"]]
        for row in match.ranking.get("factors", [])
        if row["factor"] in only
    }
    if not reasons:
        return []
    notes = [Reason.read(note) for note in match.ranking.get("notes", [])] if is_broker else []
    vocabulary = Vocabulary.read()
    labels = vocabulary.labels(
        [match.request.city, match.city], [each for factor in reasons.values() for each in factor]
    )
    city = known_cities().get(pk=match.city_id)
    proofs = proofs_of([city], vocabulary)[city.pk]
    found = []
    for side in sides:
        is_asked = side == Side.CANDIDATE
        other = Side.REQUESTER if is_asked else Side.CANDIDATE
        reader = Reader(
            you=match.city_of(side).pk,
            other=match.city_of(other).pk,
            is_asked=is_asked,
            began_from=match.request.inspired_by_id,
            is_broker=is_broker,
        )
        text = summary(reasons, notes, proofs, labels, reader)
        found.append(Explanation(side, match.city_of(side), match.city_of(other), text))
    return found


def notes_of(match: Match) -> list[str]:
    """Return notes for brokers beside the points."""
    return list(sentences({"reasons": match.ranking.get("notes", [])}, labels_for(match, [])))


def sentences(row: dict[str, Any], labels: Labels) -> Iterator[str]:
    """Yield the sentences of stored reasons in the active language."""
    for reason in row["reasons"]:
        try:
            yield sentence(Reason.read(reason), labels)
        except KeyError:
            continue  # a code of an earlier release that no longer has a sentence


def labels_for(match: Match, reasons: list[dict[str, Any]]) -> Labels:
    """Return display names of the two cities and of the practices and themes in the reasons, and
    what they quote."""
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
        quotes=quotes_of(map(Reason.read, reasons)),
    )
