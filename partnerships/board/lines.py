"""Lines between partner cities on maps, and the partnership desk's part of the home page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from partnerships.board import entries
from partnerships.models import Partnership, PartnershipStatus, Party, PartyRole
from repository.maps.atlas import Place, added_lines
from repository.pages.editions import cached_by_edition

# More lines would be illegible, and would make the page too large.
MAX_PARTNERSHIPS = 60
# The number of rows of each kind on the home page.
SHOWN_AT_HOME = 3


@dataclass
class Front:
    """The content of the home page about the partnership desk."""

    rows: list[entries.Row] = field(default_factory=list)
    lines: list[tuple[Place, Place]] = field(default_factory=list)


@cached_by_edition()
def front(_edition: str) -> Front:
    """Return it for the current edition; at most two queries."""
    return Front(entries.newest(entries.public_rows(), most=SHOWN_AT_HOME), lines())


def lines() -> list[tuple[Place, Place]]:
    """Pairs of requesting and helping cities of the newest public partnerships."""
    newest = (
        Partnership.objects.filter(is_public=True)
        .exclude(status=PartnershipStatus.DISCONTINUED)
        .order_by("-agreed_on", "-pk")[:MAX_PARTNERSHIPS]
    )
    parties = Party.objects.filter(
        partnership__in=newest.values("pk"), city__latitude__isnull=False
    ).order_by("-partnership__agreed_on", "-partnership_id", "pk")
    return between(
        parties.values_list(
            "partnership",
            "role",
            "city__slug",
            "city__name",
            "city__names",
            "city__longitude",
            "city__latitude",
            "city__is_sample",
        )
    )


def between(parties: Iterable[Any]) -> list[tuple[Place, Place]]:
    sides: dict[int, tuple[list[Place], list[Place]]] = {}
    for partnership, role, *place in parties:
        asking, helping = sides.setdefault(partnership, ([], []))
        (asking if role == PartyRole.REQUESTER else helping).append(Place(*place))
    return [
        (one, other) for asking, helping in sides.values() for one in asking for other in helping
    ]


def lines_of_page(edition: str) -> list[tuple[Place, Place]]:
    return front(edition).lines


def declare() -> None:
    """Register the lines for the maps of the collection. Idempotent."""
    if lines_of_page not in added_lines:
        added_lines.append(lines_of_page)
