"""Rows about the partnership desk on a member’s own desk. `dashboard.py` says how they look."""

from functools import partial

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from community.dashboard.rows import Source
from community.models import User
from partnerships.models import (
    CityInvitation,
    ClusterApplication,
    ListingStatus,
    Match,
    Meeting,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    ProgressReport,
    Question,
    RecordedAgreement,
    Representation,
    RepresentationStatus,
    RequestCopy,
    RequestStatus,
    Side,
    Suggestion,
)
from repository.dates import clock

LISTINGS = {"offer": Offer, "need": Need}


def representations(user: User) -> QuerySet:
    """The representations and pending requests of a member."""
    today = timezone.localdate()
    is_current = Q(status=RepresentationStatus.APPROVED) & (Q(until=None) | Q(until__gte=today))
    return Representation.objects.of(user).filter(Q(status=RepresentationStatus.ASKED) | is_current)


def sent_back(user: User, *, model: type[Offer] | type[Need]) -> QuerySet:
    """Listings of the member's owners returned by a broker for changes."""
    return model.objects.of_those_of(user).filter(status=ListingStatus.CHANGES_REQUESTED)


def suggestions(user: User) -> QuerySet:
    """Open suggestions of the editors for the member's cities."""
    return Suggestion.objects.open().of_cities_of(user)


def requests_to_do(user: User) -> QuerySet:
    """Requests of the member's cities that were returned for changes, or that expire soon."""
    return PartnershipRequest.objects.of_cities_of(user).filter(
        Q(status=RequestStatus.CHANGES_REQUESTED)
        | Q(status=RequestStatus.OPEN, warned_at__isnull=False)
    )


def drafts(user: User) -> QuerySet:
    """Texts of new requests that are kept and not saved; those of existing ones have a base."""
    base = Coalesce(KT("sent__base__0"), Value("", TextField()))
    return RequestCopy.objects.filter(member=user).annotate(base=base).filter(base="")


def open_matches() -> QuerySet:
    return Match.objects.proposed().filter(reply_by__gte=timezone.localdate())


def unanswered(user: User) -> QuerySet:
    """Matches that a city of the member has not answered."""
    mine = Representation.objects.cities_of(user)
    return open_matches().filter(
        Q(request__city__in=mine, requester_answer="") | Q(city__in=mine, candidate_answer="")
    )


def questions(user: User) -> QuerySet:
    """Questions that were passed on to a city of the member."""
    mine = Representation.objects.cities_of(user)
    return Question.objects.filter(
        Q(side=Side.CANDIDATE, match__request__city__in=mine)
        | Q(side=Side.REQUESTER, match__city__in=mine),
        match__in=open_matches().values("pk"),
        passed_at__isnull=False,
        answered_at=None,
        returned_at=None,
    )


def matches_of(user: User) -> QuerySet:
    """Matches known to the member's cities, with the other city."""
    mine = Representation.objects.cities_of(user)
    is_asking = Q(request__city__in=mine)
    text = TextField()
    return (
        Match.objects.visible_to(user)
        .filter(Q(city__in=mine) | is_asking)
        .annotate(
            other=Case(When(is_asking, then="city__name"), default="request__city__name"),
            other_names=Case(
                When(is_asking, then=Cast("city__names", text)),
                default=Cast("request__city__names", text),
            ),
        )
    )


def reports(user: User) -> QuerySet:
    """Reports to write on running partnerships of the member's cities and organisations."""
    running = Partnership.objects.running().of_those_of(user)
    return ProgressReport.objects.filter(submitted_at=None, partnership__in=running)


def meetings(user: User) -> QuerySet:
    """Planned calls and visits of the member's cities that lie ahead."""
    mine = matches_of(user).values("pk")
    return Meeting.objects.planned().filter(match__in=mine, at__gt=clock.now())


SOURCES = [
    Source(
        "city",
        lambda user: representations(user).filter(is_of_organization=False),
        at=F("asked_at"),
        newest_first=False,
        title=F("position"),
        words=Coalesce("city__name", "place"),
        names=F("city__names"),
        state=F("status"),
    ),
    Source(
        "organization",
        lambda user: representations(user).filter(is_of_organization=True),
        at=F("asked_at"),
        newest_first=False,
        title=F("position"),
        words=F("place"),
        state=F("status"),
    ),
    *(
        Source(
            f"{word}-back",
            partial(sent_back, model=model),
            at=F("changed_at"),
            title=F("title"),
            is_decided=True,
        )
        for word, model in LISTINGS.items()
    ),
    Source(
        "city-invitation",
        lambda user: CityInvitation.objects.addressed_to(user),
        at=F("written_at"),
        words=F("city__name"),
        names=F("city__names"),
    ),
    Source("suggestion", suggestions, at=F("published_at"), title=F("title")),
    Source(
        "request-to-do",
        requests_to_do,
        at=F("updated_at"),
        title=F("title"),
        state=F("status"),
        due=F("expires_at"),
        is_decided=True,
    ),
    Source(
        "request-draft",
        drafts,
        at=F("kept_at"),
        title=KT("sent__title__0"),
        state=F("token"),
    ),
    Source(
        "request",
        lambda user: PartnershipRequest.objects.of_cities_of(user),
        at=F("created_at"),
        title=F("title"),
        words=F("city__name"),
        names=F("city__names"),
        state=F("status"),
        due=F("expires_at"),
    ),
    Source(
        "unanswered",
        unanswered,
        at=F("reply_by"),
        newest_first=False,
        title=F("request__title"),
        due=F("reply_by"),
    ),
    Source(
        "question",
        questions,
        at=F("created_at"),
        newest_first=False,
        key="match",
        title=F("match__request__title"),
    ),
    Source(
        "agreement-to-confirm",
        lambda user: RecordedAgreement.objects.unconfirmed_by(user),
        at=F("updated_at"),
        newest_first=False,
        key="match",
        title=F("title"),
    ),
    Source(
        "match",
        matches_of,
        at=F("created_at"),
        title=F("request__title"),
        words=F("other"),
        names=F("other_names"),
        state=F("status"),
    ),
    Source(
        "cluster-application",
        lambda user: ClusterApplication.objects.of_cities_of(user),
        at=F("asked_at"),
        title=F("cluster__name"),
        words=F("city__name"),
        names=F("city__names"),
        state=F("status"),
    ),
    Source(
        "partnership",
        lambda user: Partnership.objects.of_those_of(user),
        at=F("created_at"),
        title=F("title"),
        state=F("status"),
    ),
    Source(
        "report",
        reports,
        at=F("due_on"),
        newest_first=False,
        title=F("partnership__title"),
        state=F("partnership"),
        due=F("due_on"),
    ),
    Source(
        "meeting",
        meetings,
        at=F("at"),
        newest_first=False,
        key="match",
        title=F("title"),
        words=F("match__request__title"),
    ),
]
