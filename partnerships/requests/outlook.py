"""What a city learns about the prospects of its request: never which cities could answer it."""

from dataclasses import dataclass

from partnerships.matches.starting_points import StartingPointRow, rows_of
from partnerships.models import PartnershipRequest, RequestStatus
from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import ranked
from partnerships.requests.requirements import parse_requirements, words

# States in which the city still looks for a partner.
LOOKING = frozenset(
    {
        RequestStatus.DRAFT,
        RequestStatus.CHANGES_REQUESTED,
        RequestStatus.SUBMITTED,
        RequestStatus.OPEN,
        RequestStatus.EXPIRED,
    }
)


@dataclass(frozen=True)
class Outlook:
    """Who has what is asked, as far as a city may know.

    `starting_points` are countries and organisations, whose records are public. `without` are
    requirements that alone exclude cities, with the number of these cities.
    """

    starting_points: list[StartingPointRow]
    is_unanswered: bool
    has_candidates: bool
    without: list[tuple[str, int]]


def outlook(asked: PartnershipRequest) -> Outlook | None:
    """Return the outlook of a request; None if it no longer looks for a partner."""
    if asked.status not in LOOKING:
        return None
    gathered, ranking = ranked(asked.pk, most=0)
    if not gathered.asks[0].wishes:
        return None
    return Outlook(
        starting_points=rows_of(starting_points_for(gathered), gathered.vocabulary.labels([])),
        is_unanswered=ranking.is_unanswered,
        has_candidates=ranking.count > 0,
        without=[
            (words(each), ranking.without[str(each)])
            for each in parse_requirements(asked.musts)
            if ranking.without.get(str(each))
        ],
    )
