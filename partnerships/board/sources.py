"""Texts of the board that are compared in meaning.

All are public except requests: compare these with `among`, those that the reader may see.
"""

from django.db.models import QuerySet, Value

from partnerships.board.entries import board_rows
from partnerships.models import PartnershipRequest, RequestStatus, Suggestion
from partnerships.requests.similar import TEXTS
from repository.embeddings.sources import Source, described, sources


def listing_rows(kind: str) -> QuerySet:
    """Offers or needs as on the board."""
    return described(board_rows()[kind], kind, title="title", body=["description"])


def request_rows() -> QuerySet:
    """Every request that was submitted: brokers compare new ones with those of all states."""
    return described_requests(PartnershipRequest.objects.exclude(status=RequestStatus.DRAFT))


def public_request_rows() -> QuerySet:
    return described_requests(PartnershipRequest.objects.public())


def described_requests(rows: QuerySet) -> QuerySet:
    return described(rows, "request", title="title", body=TEXTS)


def partnership_rows() -> QuerySet:
    return described(
        board_rows()["partnership"],
        "partnership",
        title="title",
        body=["summary", "baseline", "outcome"],
    )


def suggestion_rows() -> QuerySet:
    return described(
        Suggestion.objects.open(),
        "suggestion",
        title="title",
        body=["description"],
        language=Value("en"),
    )


def declare() -> None:
    sources.append(Source(("offer",), lambda: listing_rows("offer")))
    sources.append(Source(("need",), lambda: listing_rows("need")))
    sources.append(Source(("request",), request_rows, public=public_request_rows))
    sources.append(Source(("partnership",), partnership_rows))
    sources.append(Source(("suggestion",), suggestion_rows))
