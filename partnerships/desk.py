"""What a member's own desk (`/desk/`) shows of the partnership desk."""

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from community import desk
from community.models import User
from partnerships.models import (
    ListingStatus,
    Need,
    Offer,
    PartnershipRequest,
    Representation,
    RepresentationStatus,
    RequestStatus,
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


def declare() -> None:
    """Add what is shown here to the desk of each member; once."""
    if listings not in desk.ADDED_WAITING:
        desk.ADDED_WAITING.append(listings)
    if cities not in desk.ADDED_PARTS:
        desk.ADDED_PARTS += [cities, requests]
        desk.ADDED_WAITING.append(to_do)
