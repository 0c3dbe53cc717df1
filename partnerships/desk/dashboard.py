"""Parts of a member's own desk (`/desk/`) about the partnership desk."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, ExtractYear
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from community.dashboard import dashboard as member_desk
from community.dashboard.dashboard import Found
from community.dashboard.entries import Day, Entry, Part, Progress, Waiting
from community.dashboard.rows import NEWEST_FIRST, SHOWN
from community.models import Adoption, Experience, Standing, User
from community.moderation.queue.entries import totals
from partnerships.agreements.models.progress import ASKED_BEFORE
from partnerships.desk import queue
from partnerships.invitations import links as invitations_links
from partnerships.models import (
    CityInvitation,
    ClusterApplication,
    ListingStatus,
    Match,
    MatchStatus,
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
from partnerships.permissions import can_broker
from partnerships.representation.cards import answers_of
from repository.dates import clock
from repository.models import CaseStudy, Practice
from repository.text.lists import with_commas

# Matches that are shown with their request: those that ended are listed on its page.
CURRENT = (MatchStatus.PROPOSED, MatchStatus.INTRODUCED)

# The rows: a queryset for each kind.


def own_representations(user: User) -> QuerySet[Representation]:
    """The representations and pending requests of a member, with the profiles of the cities."""
    mine = Representation.objects.of(user)
    found = (mine.asked() | mine.current()).select_related("city__profile")
    return found.order_by("asked_at", "pk")


def returned_offers(user: User) -> QuerySet[Offer]:
    return returned(Offer.objects.of_those_of(user))


def returned_needs(user: User) -> QuerySet[Need]:
    return returned(Need.objects.of_those_of(user))


def returned(listings: QuerySet) -> QuerySet:
    """Listings returned by a broker for changes."""
    found = listings.filter(status=ListingStatus.CHANGES_REQUESTED)
    return found.order_by("-changed_at", "-pk")[:SHOWN]


def offers_given_up(user: User) -> QuerySet[Offer]:
    """Open offers of a practice that the same city reported later to have abandoned.

    The ranking counts the abandonment instead of the offer (`ranking/facts.py`), by the same dates.
    """
    offer = OuterRef(OuterRef("pk"))
    practices = Practice.objects.filter(offers=offer).values("pk")
    cases = CaseStudy.objects.published().filter(practices__offers=offer).values("pk")
    about = Q(content_type__model=Practice._meta.model_name, object_id__in=practices) | Q(
        content_type__model=CaseStudy._meta.model_name, object_id__in=cases
    )
    year = ExtractYear(OuterRef("changed_at"))
    is_later = Q(year__gt=year) | Q(year=year, created_at__gt=OuterRef("changed_at"))
    abandoned = Experience.objects.filter(
        about,
        is_later,
        city=OuterRef("city"),
        standing=Standing.PUBLISHED,
        status=Adoption.ABANDONED,
    )
    found = Offer.objects.open().of_those_of(user).filter(Exists(abandoned))
    return found.order_by("-changed_at", "-pk")[:SHOWN]


def own_invitations(user: User) -> QuerySet[CityInvitation]:
    """Invitations to represent a city, sent to an address of the member."""
    found = CityInvitation.objects.addressed_to(user).select_related("city")
    return found.order_by("-written_at", "-pk")[:SHOWN]


def suggestions(user: User) -> QuerySet[Suggestion]:
    """Open suggestions of the editors for the member's cities."""
    found = Suggestion.objects.open().of_cities_of(user)
    return found.order_by("-published_at", "-pk")[:SHOWN]


def request_copies(user: User) -> QuerySet[RequestCopy]:
    """Texts of new requests that are kept and not saved; those of existing ones have a base."""
    base = Coalesce(KT("sent__base__0"), Value("", TextField()))
    found = RequestCopy.objects.filter(member=user).alias(base=base).filter(base="")
    found = found.annotate(title=KT("sent__title__0")).defer("sent")
    return found.order_by("-kept_at", "-pk")[:SHOWN]


def own_requests(user: User) -> QuerySet[PartnershipRequest]:
    """All requests of the member's cities."""
    found = PartnershipRequest.objects.of_cities_of(user).select_related("city")
    read = ("title", "status", "warned_at", "expires_at", "created_at", "updated_at")
    return found.only(*read, "city__name", "city__names").order_by(*NEWEST_FIRST)


def own_matches(user: User) -> QuerySet[Match]:
    """All matches known to the member's cities: which side is theirs, and whether they answered."""
    mine = Representation.objects.cities_of(user)
    is_asking, is_asked = Q(request__city__in=mine), Q(city__in=mine)
    unanswered = is_asking & Q(requester_answer="") | is_asked & Q(candidate_answer="")
    found = Match.objects.visible_to(user).filter(is_asking | is_asked)
    found = found.annotate(is_asking=is_asking, is_unanswered=unanswered)
    read = ("status", "reply_by", "request__title")
    names = ("city__name", "city__names", "request__city__name", "request__city__names")
    found = found.select_related("city", "request__city").only(*read, *names)
    return found.order_by(*NEWEST_FIRST)


def open_questions(user: User) -> QuerySet[Question]:
    """Questions that were passed on to a city of the member."""
    mine = Representation.objects.cities_of(user)
    open_matches = Match.objects.proposed().filter(reply_by__gte=clock.today())
    found = Question.objects.filter(
        Q(side=Side.CANDIDATE, match__request__city__in=mine)
        | Q(side=Side.REQUESTER, match__city__in=mine),
        match__in=open_matches.values("pk"),
        passed_at__isnull=False,
        answered_at=None,
        returned_at=None,
    )
    found = found.select_related("match__request").only("match__request__title")
    return found.order_by("created_at", "pk")[:SHOWN]


def agreements_to_confirm(user: User) -> QuerySet[RecordedAgreement]:
    found = RecordedAgreement.objects.unconfirmed_by(user)
    return found.order_by("updated_at", "pk")[:SHOWN]


def own_applications(user: User) -> QuerySet[ClusterApplication]:
    """Applications of the member's cities to join a cluster."""
    found = ClusterApplication.objects.of_cities_of(user).select_related("cluster", "city")
    return found.order_by("-asked_at", "-pk")[:SHOWN]


def own_partnerships(user: User) -> QuerySet[Partnership]:
    """Partnerships of the member's cities and organisations."""
    return Partnership.objects.of_those_of(user).order_by(*NEWEST_FIRST)[:SHOWN]


def open_reports(user: User) -> QuerySet[ProgressReport]:
    """Reports to write on running partnerships of the member's cities and organisations."""
    running = Partnership.objects.running().of_those_of(user)
    found = ProgressReport.objects.filter(submitted_at=None, partnership__in=running)
    return found.select_related("partnership").order_by("due_on", "pk")[:SHOWN]


def meetings(user: User) -> QuerySet[Meeting]:
    """Planned calls and visits of the member's cities that lie ahead."""
    mine = own_matches(user).order_by().values("pk")
    found = Meeting.objects.planned().filter(match__in=mine, at__gt=clock.now())
    found = found.select_related("match__request").only("title", "at", "match__request__title")
    return found.order_by("at", "pk")[:SHOWN]


# What they look like.


def review(found: Found) -> list[Waiting]:
    """One card for the queue of brokers, if anything is in it."""
    if not can_broker(found.user):
        return []
    total, late = totals(queue.kinds())
    url = reverse("admin:pipeline")
    return [member_desk.queue_card(_("Partnerships"), total, late, url)] if total else []


def listings(found: Found) -> list[Waiting]:
    """Offers and needs returned by a broker, offers to review, then suggestions to decide about."""
    return [
        *(
            Waiting(
                _("A broker has requested changes"),
                row.title,
                row.get_absolute_url(),
                found.decision(row),
                act=_("Make changes"),
                ink="people",
            )
            for row in found.rows[returned_offers] + found.rows[returned_needs]
        ),
        *(
            Waiting(
                _("Your city reported later that it abandoned this. Do you still offer it?"),
                row.title,
                reverse("partnerships:offer_edit", args=[row.pk]),
                act=_("Review offer"),
                ink="people",
            )
            for row in found.rows[offers_given_up]
        ),
        *(
            Waiting(
                _("Suggested by the editors: adopt or decline it"),
                row.title,
                row.get_absolute_url(),
                act=_("View suggestion"),
                ink="soil",
            )
            for row in found.rows[suggestions]
        ),
    ]


def invitations(found: Found) -> list[Waiting]:
    return [
        Waiting(
            _("You’re invited to represent this city: accept or decline"),
            row.city.localized_name,
            invitations_links.path(row),
            act=_("View invitation"),
            ink="people",
        )
        for row in found.rows[own_invitations]
    ]


def unanswered(found: Found) -> list[Match]:
    """Matches that a city of the member has not answered, the first that is due first."""
    open_ones = (row for row in found.rows[own_matches] if row.is_proposed and not row.is_late)
    rows = [row for row in open_ones if row.is_unanswered]
    return sorted(rows, key=lambda row: (row.reply_by, row.pk))[:SHOWN]


def to_answer(found: Found) -> list[Waiting]:
    """Matches, questions and agreements that a city of the member has not answered."""
    return [
        *(
            Waiting(
                _("A city is proposed to you as a partner. Accept or decline the proposal."),
                row.request.title,
                row.get_absolute_url(),
                act=_("View proposal"),
                due=row.reply_by,
                ink="people",
            )
            for row in unanswered(found)
        ),
        *(
            Waiting(
                _("The other city has a question"),
                row.match.request.title,
                row.match.get_absolute_url(),
                act=_("Answer question"),
                ink="people",
            )
            for row in found.rows[open_questions]
        ),
        *(
            Waiting(
                _("An agreement has been recorded: confirm or correct it"),
                row.title,
                reverse("partnerships:partnership_new", args=[row.match_id]),
                act=_("View agreement"),
                ink="border",
            )
            for row in found.rows[agreements_to_confirm]
        ),
    ]


def requests_to_do(found: Found) -> list[Waiting]:
    """Requests of the member's cities that were returned for changes, or that expire soon."""
    rows = [
        row
        for row in found.rows[own_requests]
        if row.status == RequestStatus.CHANGES_REQUESTED or (row.is_open and row.warned_at)
    ]
    shown = []
    for row in sorted(rows, key=lambda row: (row.updated_at, row.pk), reverse=True)[:SHOWN]:
        page = row.get_absolute_url()
        if row.is_open:
            what = _("Your request expires. Renew it if you’re still looking for a partner.")
            act, due = _("Renew request"), localtime(row.expires_at).date()
            shown.append(Waiting(what, row.title, page, act=act, due=due, ink="people"))
        else:
            what, act = _("A broker has requested changes"), _("Make changes")
            shown.append(Waiting(what, row.title, page, found.decision(row), act, ink="people"))
    return shown


def reports_to_do(found: Found) -> list[Waiting]:
    """Progress reports that are due soon, from the day of the first reminder, or late."""
    soon = clock.today() + ASKED_BEFORE
    return [
        Waiting(
            _("How is your partnership going? Write a progress report."),
            row.partnership.title,
            report_page(row),
            act=_("Write report"),
            due=row.due_on,
            ink="border",
        )
        for row in found.rows[open_reports]
        if row.due_on <= soon
    ]


def report_page(row: ProgressReport) -> str:
    return reverse("partnerships:report", args=[row.partnership_id, row.pk])


def days(found: Found) -> list[Day]:
    """Answers and reports that are due, calls and visits, and the ends of open requests."""
    answer, report, expires = (
        _("Answer: %(title)s"),
        _("Report: %(title)s"),
        _("Request expires: %(title)s"),
    )
    return [
        *(
            Day(row.reply_by, answer % {"title": row.request.title}, row.get_absolute_url())
            for row in unanswered(found)
        ),
        *(
            Day(row.due_on, report % {"title": row.partnership.title}, report_page(row))
            for row in found.rows[open_reports]
        ),
        *(
            Day(
                localtime(row.at).date(),
                f"{row.title}: {row.match.request.title}",
                row.match.get_absolute_url(),
            )
            for row in found.rows[meetings]
        ),
        *(
            Day(
                localtime(row.expires_at).date(),
                expires % {"title": row.title},
                row.get_absolute_url(),
            )
            for row in found.rows[own_requests][:SHOWN]
            if row.is_open
        ),
    ]


def call(found: Found) -> Entry | None:
    """A request for a partner, for members who represent a city."""
    if all(row.status == RepresentationStatus.ASKED for row in of_cities(found)):
        return None
    return Entry(_("Request a partner"), reverse("partnerships:request_new"))


def of_cities(found: Found) -> list[Representation]:
    rows = found.rows[own_representations]
    return [row for row in rows if not row.is_of_organization][:SHOWN]


def cities(found: Found) -> Part | None:
    """The cities that a member represents, or has requested to represent; None without any."""
    rows = of_cities(found)
    if not rows:
        return None
    entries = [
        with_progress(entry, row.city) if row.status == RepresentationStatus.APPROVED else entry
        for row, entry in zip(rows, spoken_for(rows), strict=True)
    ]
    more = Entry(_("Your cities"), reverse("partnerships:representation_list"))
    return Part("cities", _("Cities"), entries, "", more, is_in_rail=True)


def with_progress(entry: Entry, city: Any) -> Entry:
    """The line of a city that the member represents, with the progress of its profile."""
    filled, total, missing = answers_of(city, getattr(city, "profile", None))
    url = reverse("partnerships:city_profile_edit", args=[city.slug])
    benefit = missing[0].benefit if missing else ""
    progress = Progress(filled, total, benefit, url)
    return replace(entry, is_sample=city.is_sample, progress=progress)


def organizations(found: Found) -> Part | None:
    """The organisations that a member represents, or has requested to represent."""
    rows = [row for row in found.rows[own_representations] if row.is_of_organization]
    entries = spoken_for(rows[:SHOWN])
    may_offer = not all(entry.waits for entry in entries)
    more = Entry(_("Add offer"), reverse("partnerships:offer_new")) if may_offer else None
    return Part("organizations", _("Organisations"), entries, "", more) if entries else None


def spoken_for(rows: Iterable[Representation]) -> list[Entry]:
    entries = []
    for row in rows:
        name = row.city.localized_name if row.city else row.place
        waits = row.status == RepresentationStatus.ASKED
        state = row.get_status_display() if waits else ""
        entries.append(Entry(name, row.get_absolute_url(), state, waits, row.position))
    return entries


def requests(found: Found) -> Part | None:
    """Requests of the member's cities, newest first, each with its proposed partners in one line.

    None for members without a city.
    """
    partners = defaultdict[int, list[Match]](list)
    for match in found.rows[own_matches]:
        if match.is_asking and match.status in CURRENT:
            partners[match.request_id].append(match)
    waiting = (RequestStatus.SUBMITTED, RequestStatus.CHANGES_REQUESTED)
    new = reverse("partnerships:request_new")
    entries = [
        Entry(
            title=row.title or _("Untitled"),
            url=f"{new}?copy={row.token}",
            words=_("Saved %(when)s, not submitted yet")
            % {"when": date_format(localtime(row.kept_at), "DATETIME_FORMAT")},
        )
        for row in found.rows[request_copies]
    ] + [
        entry_of(
            row,
            row.title,
            with_partners(row, partners[row.pk]),
            waits=row.status in waiting or any(match.is_proposed for match in partners[row.pk]),
        )
        for row in found.rows[own_requests][:SHOWN]
    ]
    return part_of("requests", _("Partnership requests"), entries)


def with_partners(row: PartnershipRequest, partners: Iterable[Match]) -> str:
    """Return the city of a request and its current partners with the state of each."""
    named = (f"{match.city.localized_name} ({match.get_status_display()})" for match in partners)
    return " · ".join(filter(None, [row.city.localized_name, with_commas(named)]))


def matches(found: Found) -> Part | None:
    """Requests of others that were proposed to the member's cities, newest first, with the city
    that asks; None without any."""
    entries = [
        entry_of(row, row.request.title, row.request.city.localized_name, waits=row.is_proposed)
        for row in found.rows[own_matches]
        if not row.is_asking
    ]
    return part_of("matches", _("Proposed to your cities"), entries[:SHOWN])


def partnerships(found: Found) -> Part | None:
    """Partnerships of the member's cities and organisations, newest first."""
    entries = [entry_of(row, row.title) for row in found.rows[own_partnerships]]
    return part_of("partnerships", _("Partnerships"), entries)


def clusters(found: Found) -> Part | None:
    """Applications of the member's cities to join a cluster, newest first; None without any."""
    entries = [
        entry_of(row, row.cluster.name, row.city.localized_name, waits=row.is_pending)
        for row in found.rows[own_applications]
    ]
    return part_of("clusters", _("Applications to join clusters"), entries)


def entry_of(row: Any, title: str, words: str = "", *, waits: bool = False) -> Entry:
    return Entry(title, row.get_absolute_url(), row.get_status_display(), waits, words)


def part_of(word: str, title: str, entries: list[Entry]) -> Part | None:
    """Return a part of the page; None without entries."""
    return Part(word, title, entries, "") if entries else None


ROWS: list[Callable[[User], QuerySet]] = [
    own_representations,
    returned_offers,
    returned_needs,
    offers_given_up,
    own_invitations,
    suggestions,
    request_copies,
    own_requests,
    own_matches,
    open_questions,
    agreements_to_confirm,
    own_applications,
    own_partnerships,
    open_reports,
    meetings,
]
WAITING = [review, invitations, listings, to_answer, requests_to_do, reports_to_do]
PARTS = [cities, organizations, requests, matches, partnerships, clusters]


def declare() -> None:
    """Register these parts for the desk of members. Idempotent."""
    if cities not in member_desk.ADDED_PARTS:
        member_desk.ADDED_ROWS += ROWS
        member_desk.ADDED_WAITING += WAITING
        member_desk.ADDED_PARTS += PARTS
        member_desk.ADDED_DAYS += [days]
        member_desk.ADDED_CALLS += [call]
