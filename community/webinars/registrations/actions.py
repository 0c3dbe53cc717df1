"""Registering for webinars: one seat each, and a waiting list where they are taken.

All that changes who has a seat holds the row of the webinar: of two who want the last seat at the
same moment one gets it, and the other is first on the list.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import Registration, RegistrationStatus, User
from community.pages.stamps import touch_members
from community.webinars import time_zones as webinars_time_zones
from community.webinars.registrations import emails as mails
from repository.dates import clock
from repository.models import Webinar
from repository.workflow import ActionRefused, action, lock, lock_all

# A second message to the same address is not sent so soon after the first.
AGAIN_AFTER = timedelta(minutes=3)

# What a guest says of themselves, beside the address.
SAID = ("name", "organization", "city", "place", "country", "gender")

REGISTERED, WAITING = RegistrationStatus.REGISTERED, RegistrationStatus.WAITING


@action
def register(*, webinar: Webinar, by: User) -> Registration:
    """Give a member a seat, or a place on the waiting list. Harmless where they have one."""
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
    """Note that a guest wants to come, and mail the link that confirms it.

    `data` are the fields of a guest. Where an address is known already its owner gets the link to
    what stands: nobody else changes that, and the page that asked says the same in each case.
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
    """Give whoever holds the link from our message a seat, or a place on the waiting list."""
    if registration.member is not None:
        lock_author(registration.member)
    webinar = lock_open(registration.webinar)
    registration = lock(Registration, registration.pk)
    return give_place(webinar, registration)


@action
def cancel(*, registration: Registration) -> Registration:
    """Give a seat back, to whoever waits longest. Harmless where it is cancelled already."""
    webinar = lock(Webinar, registration.webinar_id)
    registration = lock(Registration, registration.pk)
    if registration.is_cancelled:
        return registration
    if not webinar.takes_registrations:
        raise ActionRefused(_("Registration for this webinar is closed."))
    registration.status = RegistrationStatus.CANCELLED
    registration.placed_at = None
    registration.save(update_fields=["status", "placed_at"])
    touch_members(own(registration))
    fill(webinar)
    return registration


@action
def erase(*, registration: Registration) -> None:
    """Delete what a guest gave and has no place by: it is wrong, or somebody else gave it."""
    registration = lock(Registration, registration.pk)
    if registration.member_id or registration.has_seat or registration.is_waiting:
        raise ActionRefused(_("Cancel your registration first."))
    registration.delete()


@action
def choose_zone(*, registration: Registration, time_zone: str) -> None:
    """Say in which time zone messages name the time. ValueError for none of those offered."""
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
    """The webinar as it is now, held; ActionRefused where nobody can register any more."""
    webinar = lock(Webinar, webinar.pk)
    if not webinar.takes_registrations:
        raise ActionRefused(_("Registration for this webinar is closed."))
    return webinar


def lock_webinars(member: User) -> list[Webinar]:
    """The webinars in which a member has a seat, held: it is free once the account is gone."""
    seats = member.registrations.seated().values("webinar")
    return lock_all(Webinar.objects.filter(pk__in=seats))


def give_place(webinar: Webinar, registration: Registration) -> Registration:
    """Put a registration on a free seat or at the end of the list, and mail what it got."""
    if registration.has_seat or registration.is_waiting:
        return registration
    is_free = free_seats(webinar) != 0 and not webinar.registrations.waiting().exists()
    registration.status = REGISTERED if is_free else WAITING
    registration.placed_at = clock.now()
    registration.save(update_fields=["status", "placed_at"])
    touch_members(own(registration))
    mails.send(registration, "registered" if is_free else "waiting")
    return registration


def free_seats(webinar: Webinar) -> int | None:
    """How many seats are left, never below 0; None where there is no limit."""
    if webinar.capacity is None:
        return None
    return max(0, webinar.capacity - webinar.registrations.seated().count())


def ahead_of(registration: Registration) -> int:
    """How many people come before a registration on the waiting list; 0 for one with a seat."""
    if not registration.is_waiting:
        return 0
    waiting = registration.webinar.registrations.waiting()
    return waiting.filter(placed_at__lt=registration.placed_at).count()


def fill(webinar: Webinar) -> None:
    """Give free seats to those who wait, whoever came first first."""
    if not webinar.takes_registrations:
        return
    rows = Registration.objects.filter(webinar=webinar).waiting().select_related("member")
    promoted = list(rows.select_for_update(of=("self",))[: free_seats(webinar)])
    for registration in promoted:
        registration.status = REGISTERED
        registration.save(update_fields=["status"])
    touch_members(member for row in promoted for member in own(row))
    for registration in promoted:
        mails.send(registration, "promoted")


def own(registration: Registration) -> Iterable[int]:
    return [registration.member_id] if registration.member_id else []


# What staff do with the webinar itself


def after_change(webinar: Webinar, verb: str) -> None:
    """Tell those who come, when a webinar is moved or cancelled, and use seats that were added.

    Called in the transaction that changed it.
    """
    if verb == "capacity":
        fill(webinar)
    if verb in ("announced", "moved", "cancelled"):
        # Who was registered for one that was cancelled and is announced again still is.
        for registration in webinar.registrations.placed().select_related("member"):
            mails.send(registration, verb)
    if verb in ("announced", "moved"):
        mails.plan_reminders(webinar)
