"""Candidates as pages show them: a summary, the fit, the circumstances and all factors."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import pgettext

from partnerships.models import Match, MatchStatus, PartnershipRequest
from partnerships.ranking.explanations import FACTORS, Labels, Reader, sentences
from partnerships.ranking.loading import Gathered
from partnerships.ranking.matching import Candidate
from partnerships.ranking.proofs import proofs_of
from partnerships.ranking.questions import questions
from partnerships.ranking.quotes import Quote
from partnerships.ranking.summaries import Summary, summary
from repository.models import City
from repository.text.lists import list_of


def width(part: float, whole: float) -> str:
    """The length of a bar for SVG."""
    return f"{100 * part / whole:.1f}%" if whole else "0%"


@dataclass(frozen=True)
class Factor:
    """A factor of a candidate as text."""

    name: str | Promise
    points: float
    most: float
    is_known: bool
    sentences: list[str]
    quotes: list[Quote] = field(default_factory=list)

    @property
    def width(self) -> str:
        return width(self.points, self.most)


@dataclass(frozen=True)
class Circumstances:
    """The points of all factors but the fit; `assumed` where the facts are not known.

    `unknown` names the factors whose points are assumed.
    """

    known: float
    assumed: float
    most: float
    unknown: str

    @property
    def points(self) -> float:
        return self.known + self.assumed

    @property
    def known_width(self) -> str:
        return width(self.known, self.most)

    @property
    def assumed_width(self) -> str:
        return width(self.assumed, self.most)


@dataclass(frozen=True)
class Row:
    """A city as a candidate: its summary and points, and its match if there is one.

    `place` is its place in the ranking, `former` that with the saved weights if others are tried.
    `is_ticked` says whether it was chosen for the comparison.
    """

    city: City
    candidate: Candidate | None = None
    summary: Summary | None = None
    circumstances: Circumstances | None = None
    factors: list[Factor] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    match: Match | None = None
    place: int | None = None
    former: int | None = None
    is_ticked: bool = False


class Rows:
    """Makes the rows of a page; loads what the cities have to show."""

    def __init__(
        self,
        asked: PartnershipRequest,
        cities: Collection[int],
        gathered: Gathered,
        labels: Labels,
    ) -> None:
        self.asked = asked
        self.labels = labels
        known = [gathered.cities[pk] for pk in cities if pk in gathered.cities]
        self.proofs = proofs_of(known, gathered.vocabulary)

    def row(self, city: City, candidate: Candidate | None, match: Match | None = None) -> Row:
        if candidate is None:
            return Row(city, match=match)
        reader = Reader(
            you=self.asked.city_id,
            other=city.pk,
            began_from=self.asked.inspired_by_id,
            is_broker=True,
        )
        reasons = {each.factor: each.reasons for each in candidate.factors}
        proofs = self.proofs.get(city.pk, ())
        return Row(
            city,
            candidate,
            summary(reasons, candidate.notes, proofs, self.labels, reader),
            circumstances_of(candidate),
            factors_of(candidate, self.labels),
            # The other notes are among the questions of the summary.
            sentences(
                (note for note in candidate.notes if note.code == "note.sparse"), self.labels
            ),
            match,
        )

    def questions_about_asker(self, candidates: Sequence[Candidate]) -> list[str]:
        """Return what is not known of the city that asks, as seen from the best candidate."""
        if not candidates:
            return []
        best = candidates[0]
        reader = Reader(you=best.place, other=self.asked.city_id, is_asked=True)
        return list(dict.fromkeys(questions(best.reasons, (), self.labels, reader)))


def circumstances_of(candidate: Candidate) -> Circumstances:
    others = [each for each in candidate.factors if each.factor != "fit"]
    return Circumstances(
        sum(each.tenths for each in others if each.is_known) / 10,
        sum(each.tenths for each in others if not each.is_known) / 10,
        sum(each.most for each in others) / 10,
        list_of(FACTORS[each.factor] for each in others if not each.is_known and each.tenths),
    )


def factors_of(candidate: Candidate, labels: Labels) -> list[Factor]:
    """Return the factors of a candidate as text, in the language of the reader."""
    return [
        Factor(
            FACTORS[each.factor],
            each.tenths / 10,
            each.most / 10,
            each.is_known,
            sentences(each.reasons, labels),
            labels.quotes_in(each.reasons),
        )
        for each in candidate.factors
    ]


def steps_of(asked: PartnershipRequest, matches: Iterable[Match]) -> list[tuple[str, str]]:
    """Return the steps of a request, each with "done", "current" or "" (not yet)."""
    names = [
        pgettext("step of a request", "Open"),
        pgettext("step of a request", "Selecting"),
        pgettext("step of a request", "Proposed"),
        pgettext("step of a request", "Introduced"),
    ]
    states = {match.status for match in matches}
    if MatchStatus.INTRODUCED in states:
        current = len(names)
    elif not asked.is_open:
        current = -1
    else:
        current = 2 if MatchStatus.PROPOSED in states else 1
    marks = ["done" if n < current else "current" if n == current else "" for n in range(4)]
    return list(zip(names, marks, strict=True))
