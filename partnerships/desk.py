"""What a member's own desk (`/desk/`) shows of the partnership desk."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community import desk
from community.models import User
from partnerships.models import (
    ListingStatus,
    Match,
    Need,
    Offer,
    PartnershipRequest,
    Question,
    Representation,
    RepresentationStatus,
    RequestStatus,
    Side,
)


def cities(user: User) -> desk.Part | None:
    """The cities that a member speaks for, or has asked to; nothing where there are none."""
    rows = Representation.objects.of(user).filter(
        status__in=[RepresentationStatus.ASKED, RepresentationStatus.APPROVED]
    )
    entries = [
        desk.Entry(
            title=row.city.localized_name if row.city else row.place,
            url=row.get_absolute_url(),
            state=row.get_status_display() if row.status == RepresentationStatus.ASKED else "",
            waits=row.status == RepresentationStatus.ASKED,
            words=row.position,
        )
        for row in rows.select_related("city")[: desk.SHOWN]
        if row.is_current or row.status == RepresentationStatus.ASKED
    ]
    if not entries:
        return None
    more = desk.Entry(_("Cities you speak for"), reverse("partnerships:representation_list"))
    return desk.Part("cities", _("Cities"), entries, "", more)


def listings(user: User) -> list[desk.Waiting]:
    """Offers and needs of the member's cities: sent back by a broker, or to be confirmed."""
    mine = Representation.objects.cities_of(user)
    found: list[desk.Waiting] = []
    for model in (Offer, Need):
        rows = model.objects.filter(city__in=mine)
        back = list(rows.filter(status=ListingStatus.CHANGES_REQUESTED)[: desk.SHOWN])
        said = desk.decisions_about(back)
        found += [
            desk.Waiting(
                _("A broker asks for changes"),
                row.title,
                row.get_absolute_url(),
                said.get(desk.key_of(row)),
            )
            for row in back
        ]
        found += [
            desk.Waiting(_("Drawn from the report: is it so?"), row.title, row.get_absolute_url())
            for row in rows.unconfirmed()[: desk.SHOWN]
        ]
    return found


def to_do(user: User) -> list[desk.Waiting]:
    """Requests of the member's cities that brokers want changed, or that run out."""
    rows = PartnershipRequest.objects.of_cities_of(user).filter(
        Q(status=RequestStatus.CHANGES_REQUESTED)
        | Q(status=RequestStatus.OPEN, warned_at__isnull=False)
    )
    found = list(rows.only("title", "status", "expires_at").order_by("-updated_at")[: desk.SHOWN])
    said = desk.decisions_about(found)
    return [
        desk.Waiting(
            _("It expires on %(day)s: renew it if you still look for a partner")
            % {"day": date_format(row.expires_at)}
            if row.is_open
            else _("A broker asks for changes"),
            row.title,
            row.get_absolute_url(),
            None if row.is_open else said.get(desk.key_of(row)),
        )
        for row in found
    ]


def requests(user: User) -> desk.Part | None:
    """What the member's cities ask, the newest first; nothing for who speaks for none."""
    rows = PartnershipRequest.objects.of_cities_of(user).select_related("city")
    newest = rows.only("title", "status", "city__name", "city__names").order_by("-pk")
    entries = [
        desk.Entry(
            title=row.title,
            url=row.get_absolute_url(),
            state=row.get_status_display(),
            waits=row.status in (RequestStatus.SUBMITTED, RequestStatus.CHANGES_REQUESTED),
            words=row.city.localized_name,
        )
        for row in newest[: desk.SHOWN]
    ]
    if not entries:
        return None
    more = desk.Entry(_("Ask for a partner"), reverse("partnerships:request_new"))
    return desk.Part("requests", _("Partnership requests"), entries, "", more)


def to_answer(user: User) -> list[desk.Waiting]:
    """Matches to which a city of the member has not said yes or no, and questions to answer."""
    mine = list(Representation.objects.of(user).current().values_list("city", flat=True))
    if not mine:
        return []
    asks, is_asked = Q(request__city__in=mine), Q(city__in=mine)
    today = timezone.localdate()
    open_ones = Match.objects.proposed().filter(reply_by__gte=today).select_related("request")
    unanswered = open_ones.filter(
        asks & Q(requester_answer="") | is_asked & Q(candidate_answer="")
    ).order_by("reply_by", "pk")
    questions = Question.objects.filter(
        Q(side=Side.CANDIDATE, match__request__city__in=mine)
        | Q(side=Side.REQUESTER, match__city__in=mine),
        match__in=open_ones.values("pk"),
        passed_at__isnull=False,
        answered_at=None,
        returned_at=None,
    ).select_related("match__request")
    return [
        desk.Waiting(
            _("Possible partners: say yes or no until %(day)s")
            % {"day": date_format(match.reply_by)},
            match.request.title,
            match.get_absolute_url(),
        )
        for match in unanswered[: desk.SHOWN]
    ] + [
        desk.Waiting(
            _("The other city has a question"),
            question.match.request.title,
            question.match.get_absolute_url(),
        )
        for question in questions[: desk.SHOWN]
    ]


def matches(user: User) -> desk.Part | None:
    """The matches of the member's cities, the newest first; nothing where there are none."""
    mine = list(Representation.objects.of(user).current().values_list("city", flat=True))
    if not mine:
        return None
    rows = Match.objects.visible_to(user).filter(Q(city__in=mine) | Q(request__city__in=mine))
    found = [
        desk.Entry(
            title=match.request.title,
            url=match.get_absolute_url(),
            state=str(match.get_status_display()),
            waits=match.is_proposed,
            words=(
                match.city if match.request.city_id in mine else match.request.city
            ).localized_name,
        )
        for match in rows.select_related("request__city", "city")[: desk.SHOWN]
    ]
    return desk.Part("matches", _("Possible partners"), found, "") if found else None


def declare() -> None:
    """Add what is shown here to the desk of each member; once."""
    if listings not in desk.ADDED_WAITING:
        desk.ADDED_WAITING.append(listings)
    if to_answer not in desk.ADDED_WAITING:
        desk.ADDED_WAITING.append(to_answer)
    if cities not in desk.ADDED_PARTS:
        desk.ADDED_PARTS += [cities, requests]
        desk.ADDED_WAITING.append(to_do)
    if matches not in desk.ADDED_PARTS:
        desk.ADDED_PARTS.append(matches)
