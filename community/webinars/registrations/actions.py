"""Registrations for webinars: seats and a waiting list.

Everything that changes seats locks the row of the webinar: of two concurrent requests for the last
seat one gets it, and the other is first on the waiting list.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.bounces import addresses as bounces
from community.discussion.trust import lock_author
from community.models import Registration, RegistrationStatus, User
from community.webinars import time_zones as webinars_time_zones
from community.webinars.registrations import emails as mails
from repository.dates import clock
from repository.models import Webinar
from repository.workflow import ActionRefused, action, lock, lock_all

# The minimum time between two messages to the same address.
AGAIN_AFTER = timedelta(minutes=3)

# What guests enter about themselves, besides the address.
SAID = ("name", "organization", "city", "place", "country", "gender")

REGISTERED, WAITING = RegistrationStatus.REGISTERED, RegistrationStatus.WAITING


@action
def register(*, webinar: Webinar, by: User) -> Registration:
    """Give a member a seat, or a place on the waiting list. Idempotent."""
    by = lock_author(by)
    webinar = lock_open(webinar)
    profile = getattr(by, "membership", None)
    city, place, country = (
        (profile.city, profile.place, profile.country) if profile else (None, "", None)
    )
    registration, _is_new = Registration.objects.get_or_create(
        webinar=webinar,
        member=by,
        defaults={
            "city": city,
            "place": place,
            "country": country,
            "language": get_language() or settings.LANGUAGE_CODE,
            "time_zone": webinars_time_zones.zone_of(country, city=city, place=place)
            or webinar.time_zone,
        },
    )
    return give_place(webinar, registration)


@action
def ask(*, webinar: Webinar, data: dict[str, Any]) -> None:
    """Store a guest's unconfirmed registration, and mail the confirmation link.

    `data` are the fields of a guest. If the address is registered already, its owner gets the link
    to that registration: nobody else can change it, and the response is always the same.
    """
    webinar = lock_open(webinar)
    email = data["email"].lower()
    known = Registration.objects.filter(webinar=webinar, email__iexact=email).first()
    if known and known.asked_at and known.asked_at > clock.now() - AGAIN_AFTER:
        return
    if known is None:
        zone = webinars_time_zones.zone_of(data["country"], city=data["city"], place=data["place"])
        known = Registration(
            webinar=webinar,
            email=email,
            language=get_language() or settings.LANGUAGE_CODE,
            time_zone=zone or webinar.time_zone,
            **{name: data[name] for name in SAID},
        )
    known.asked_at = clock.now()
    known.save()
    mails.send(known, "already" if known.has_seat or known.is_waiting else "confirm")


@action
def confirm(*, registration: Registration) -> Registration:
    """Give the holder of a confirmation link a seat, or a place on the waiting list."""
    if registration.member is not None:
        lock_author(registration.member)
    webinar = lock_open(registration.webinar)
    registration = lock(Registration, registration.pk)
    if registration.address:
        # The link was in an email that arrived.
        bounces.clear(email=registration.address)
    return give_place(webinar, registration)


@action
def cancel(*, registration: Registration) -> Registration:
    """Cancel a registration; its seat goes to the first on the waiting list. Idempotent."""
    webinar = lock(Webinar, registration.webinar_id)
    registration = lock(Registration, registration.pk)
    if registration.is_cancelled:
        return registration
    if not webinar.takes_registrations:
        raise ActionRefused(_("Registration for this webinar is closed."))
    registration.status = RegistrationStatus.CANCELLED
    registration.placed_at = None
    registration.save(update_fields=["status", "placed_at"])
    fill(webinar)
    return registration


@action
def erase(*, registration: Registration) -> None:
    """Delete a guest's registration without a place: it is wrong, or made by someone else."""
    registration = lock(Registration, registration.pk)
    if registration.member_id or registration.has_seat or registration.is_waiting:
        raise ActionRefused(_("Cancel your registration first."))
    registration.delete()


@action
def choose_zone(*, registration: Registration, time_zone: str) -> None:
    """Set the time zone for messages. ValueError if it is not one of `zones_for`."""
    if time_zone not in zones_for(registration):
        raise ValueError(time_zone)
    Registration.objects.filter(pk=registration.pk).update(time_zone=time_zone)


def zones_for(registration: Registration) -> list[str]:
    """The time zones to choose from: of the country, of the webinar, and UTC."""
    zones = [
        *webinars_time_zones.zones_of(registration.country),
        registration.time_zone,
        registration.webinar.time_zone,
        "UTC",
    ]
    return list(dict.fromkeys(filter(None, zones)))


# Under the lock of the webinar


def lock_open(webinar: Webinar) -> Webinar:
    """Lock the webinar; ActionRefused if registration is closed."""
    webinar = lock(Webinar, webinar.pk)
    if not webinar.takes_registrations:
        raise ActionRefused(_("Registration for this webinar is closed."))
    return webinar


def lock_webinars(member: User) -> list[Webinar]:
    """Lock the webinars in which a member has a seat, which is free once the account is deleted."""
    seats = member.registrations.seated().values("webinar")
    return lock_all(Webinar.objects.filter(pk__in=seats))


def give_place(webinar: Webinar, registration: Registration) -> Registration:
    """Assign a free seat or the last place on the waiting list, and mail the result."""
    if registration.has_seat or registration.is_waiting:
        return registration
    is_free = free_seats(webinar) != 0 and not webinar.registrations.waiting().exists()
    registration.status = REGISTERED if is_free else WAITING
    registration.placed_at = clock.now()
    registration.save(update_fields=["status", "placed_at"])
    mails.send(registration, "registered" if is_free else "waiting")
    return registration


def free_seats(webinar: Webinar) -> int | None:
    """The number of free seats, never below 0; None if there is no limit."""
    if webinar.capacity is None:
        return None
    return max(0, webinar.capacity - webinar.registrations.seated().count())


def ahead_of(registration: Registration) -> int:
    """The number of people ahead on the waiting list; 0 for a registration with a seat."""
    if not registration.is_waiting:
        return 0
    waiting = registration.webinar.registrations.waiting()
    return waiting.filter(placed_at__lt=registration.placed_at).count()


def fill(webinar: Webinar) -> None:
    """Assign free seats to the waiting list in order."""
    if not webinar.takes_registrations:
        return
    rows = Registration.objects.filter(webinar=webinar).waiting().select_related("member")
    promoted = list(rows.select_for_update(of=("self",))[: free_seats(webinar)])
    for registration in promoted:
        registration.status = REGISTERED
        registration.save(update_fields=["status"])
    mails.send_to_all(promoted, "promoted")


def own(registration: Registration) -> Iterable[int]:
    return [registration.member_id] if registration.member_id else []


# When staff change the webinar itself


def after_change(webinar: Webinar, verb: str) -> None:
    """Notify the registered people of a moved or cancelled webinar, and assign added seats.

    Call it in the transaction that changed the webinar.
    """
    if verb == "capacity":
        fill(webinar)
    if verb in ("announced", "moved", "cancelled"):
        # Registrations for a cancelled webinar are still valid when it is announced again.
        mails.send_to_all(webinar.registrations.placed().select_related("member"), verb)
    if verb in ("announced", "moved"):
        mails.plan_reminders(webinar)
