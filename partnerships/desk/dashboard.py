"""Parts of a member's own desk (`/desk/`) about the partnership desk."""

from collections.abc import Iterable
from functools import partial

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from community.dashboard import dashboard as dashboard_dashboard
from community.dashboard.rows import Row, Source
from community.models import User
from partnerships.invitations import links as invitations_links
from partnerships.models import (
    ApplicationStatus,
    CityInvitation,
    ClusterApplication,
    ListingStatus,
    Match,
    MatchStatus,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    PartnershipStatus,
    Question,
    RecordedAgreement,
    Representation,
    RepresentationStatus,
    RequestCopy,
    RequestStatus,
    Side,
    Suggestion,
)

LISTINGS = {"offer": Offer, "need": Need}


# Querysets


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
]


# Parts of the page


def listings(found: dashboard_dashboard.Found) -> list[dashboard_dashboard.Waiting]:
    """Offers and needs returned by a broker, then suggestions to decide about."""
    shown: list[dashboard_dashboard.Waiting] = []
    for word in LISTINGS:
        page = f"partnerships:{word}_detail"
        shown += [
            dashboard_dashboard.Waiting(
                _("A broker has requested changes"),
                row.title,
                reverse(page, args=[row.key]),
                found.decision(row),
            )
            for row in found.rows[f"{word}-back"]
        ]
    shown += [
        dashboard_dashboard.Waiting(
            _("Suggested by the editors: adopt or dismiss it"),
            row.title,
            reverse("partnerships:suggestion_detail", args=[row.key]),
        )
        for row in found.rows["suggestion"]
    ]
    return shown


def invitations(found: dashboard_dashboard.Found) -> list[dashboard_dashboard.Waiting]:
    """Invitations to speak for a city, sent to an address of the member."""
    return [
        dashboard_dashboard.Waiting(
            _("You are invited to represent this city: accept or decline"),
            row.place,
            invitations_links.path_of(row.key),
        )
        for row in found.rows["city-invitation"]
    ]


def to_answer(found: dashboard_dashboard.Found) -> list[dashboard_dashboard.Waiting]:
    """Matches, questions and agreements that a city of the member has not answered."""
    return (
        [
            dashboard_dashboard.Waiting(
                _("Proposed partner: accept or decline by %(day)s") % {"day": date_format(row.due)},
                row.title,
                match_page(row),
            )
            for row in found.rows["unanswered"]
        ]
        + [
            dashboard_dashboard.Waiting(
                _("The other city has a question"), row.title, match_page(row)
            )
            for row in found.rows["question"]
        ]
        + [
            dashboard_dashboard.Waiting(
                _("An agreement has been recorded: confirm or correct it"),
                row.title,
                reverse("partnerships:partnership_new", args=[row.key]),
            )
            for row in found.rows["agreement-to-confirm"]
        ]
    )


def to_do(found: dashboard_dashboard.Found) -> list[dashboard_dashboard.Waiting]:
    """Requests of the member's cities that were returned for changes, or that expire soon."""
    shown = []
    for row in found.rows["request-to-do"]:
        is_open = row.state == RequestStatus.OPEN
        what = (
            _("Expires on %(day)s: renew it if you are still looking for a partner")
            % {"day": date_format(row.due)}
            if is_open
            else _("A broker has requested changes")
        )
        decision = None if is_open else found.decision(row)
        shown.append(dashboard_dashboard.Waiting(what, row.title, request_page(row), decision))
    return shown


def cities(found: dashboard_dashboard.Found) -> dashboard_dashboard.Part | None:
    """The cities that a member speaks for, or has asked to; None without any."""
    entries = spoken_for(found.rows["city"])
    more = dashboard_dashboard.Entry(_("Your cities"), reverse("partnerships:representation_list"))
    return dashboard_dashboard.Part("cities", _("Cities"), entries, "", more) if entries else None


def organizations(found: dashboard_dashboard.Found) -> dashboard_dashboard.Part | None:
    """The organisations that a member speaks for, or has asked to, which make offers."""
    entries = spoken_for(found.rows["organization"])
    may_offer = not all(entry.waits for entry in entries)
    more = (
        dashboard_dashboard.Entry(_("Add offer"), reverse("partnerships:offer_new"))
        if may_offer
        else None
    )
    return (
        dashboard_dashboard.Part("organizations", _("Organisations"), entries, "", more)
        if entries
        else None
    )


def spoken_for(rows: Iterable[Row]) -> list[dashboard_dashboard.Entry]:
    page = reverse("partnerships:representation_list")
    entries = []
    for row in rows:
        waits = row.state == RepresentationStatus.ASKED
        state = str(RepresentationStatus.ASKED.label) if waits else ""
        entries.append(dashboard_dashboard.Entry(row.place, page, state, waits, row.title))
    return entries


def requests(found: dashboard_dashboard.Found) -> dashboard_dashboard.Part | None:
    """Requests of the member's cities, newest first; None for members without a city."""
    waiting = (RequestStatus.SUBMITTED, RequestStatus.CHANGES_REQUESTED)
    new = reverse("partnerships:request_new")
    entries = [
        dashboard_dashboard.Entry(
            title=row.title or _("Untitled"),
            url=f"{new}?copy={row.state}",
            words=_("Saved %(when)s, not submitted yet")
            % {"when": date_format(localtime(row.at), "DATETIME_FORMAT")},
        )
        for row in found.rows["request-draft"]
    ] + [
        dashboard_dashboard.Entry(
            title=row.title,
            url=request_page(row),
            state=str(RequestStatus(row.state).label),
            waits=row.state in waiting,
            words=row.place,
        )
        for row in found.rows["request"]
    ]
    more = dashboard_dashboard.Entry(_("Request a partner"), new)
    if not entries:
        return None
    return dashboard_dashboard.Part("requests", _("Partnership requests"), entries, "", more)


def matches(found: dashboard_dashboard.Found) -> dashboard_dashboard.Part | None:
    """Matches of the member's cities, newest first; None without any."""
    entries = [
        dashboard_dashboard.Entry(
            title=row.title,
            url=match_page(row),
            state=str(MatchStatus(row.state).label),
            waits=row.state == MatchStatus.PROPOSED,
            words=row.place,
        )
        for row in found.rows["match"]
    ]
    return part_of("matches", _("Proposed partners"), entries)


def partnerships(found: dashboard_dashboard.Found) -> dashboard_dashboard.Part | None:
    """Partnerships of the member's cities and organisations, newest first."""
    entries = [
        dashboard_dashboard.Entry(
            title=row.title,
            url=reverse("partnerships:partnership_detail", args=[row.key]),
            state=str(PartnershipStatus(row.state).label),
        )
        for row in found.rows["partnership"]
    ]
    return part_of("partnerships", _("Partnerships"), entries)


def clusters(found: dashboard_dashboard.Found) -> dashboard_dashboard.Part | None:
    """Applications of the member's cities to join a cluster, newest first; None without any."""
    entries = [
        dashboard_dashboard.Entry(
            title=row.title,
            url=reverse("partnerships:cluster_application", args=[row.key]),
            state=str(ApplicationStatus(row.state).label),
            waits=row.state == ApplicationStatus.PENDING,
            words=row.place,
        )
        for row in found.rows["cluster-application"]
    ]
    return part_of("clusters", _("Applications to join clusters"), entries)


def part_of(
    word: str, title: str, entries: list[dashboard_dashboard.Entry]
) -> dashboard_dashboard.Part | None:
    """Return a part of the page; None without entries."""
    return dashboard_dashboard.Part(word, title, entries, "") if entries else None


def request_page(row: Row) -> str:
    return reverse("partnerships:request_detail", args=[row.key])


def match_page(row: Row) -> str:
    return reverse("partnerships:match_detail", args=[row.key])


PARTS = [cities, organizations, requests, matches, partnerships, clusters]


def declare() -> None:
    """Register these parts for the desk of members. Idempotent."""
    if cities not in dashboard_dashboard.ADDED_PARTS:
        dashboard_dashboard.ADDED_SOURCES += SOURCES
        dashboard_dashboard.ADDED_WAITING += [invitations, listings, to_answer, to_do]
        dashboard_dashboard.ADDED_PARTS += PARTS
