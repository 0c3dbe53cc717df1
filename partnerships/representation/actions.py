"""Representation of a city or an organisation: requested and withdrawn by members, or expired.

STEPS is the whole workflow; decisions of brokers are in `review.py`. Rights end on the last day
without any action (`current()`); the daily run then records the end (`lapse`).
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.trust import check_rate, lock_author
from community.models import AttachmentKind, NoticeKind, User
from community.moderation.claims.actions import end_claim
from community.notices.notify import notify
from community.profiles.places import organization_called
from community.writing.attachments import files
from partnerships import permissions
from partnerships.desk.notices import brokers
from partnerships.listings.keys import whose
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation.rights import as_now
from repository.dates import clock
from repository.models import City, Country, Organization
from repository.places import gazetteer
from repository.workflow import ActionRefused, Step, acting, action, lock, lock_all, lock_or_none

# The maximum number of pending requests of a person, and of requests a day.
MAX_WAITING = 3
MAX_PER_DAY = 6

ASKED, APPROVED = RepresentationStatus.ASKED, RepresentationStatus.APPROVED


WHILE_ASKED, WHILE_APPROVED = frozenset({ASKED}), frozenset({APPROVED})
ANSWERED = gettext_lazy("This request has already been answered: its status is “%(status)s”.")
STEPS = {
    "withdraw": Step(WHILE_ASKED, RepresentationStatus.WITHDRAWN, ANSWERED, by="the member"),
    "approve": Step(WHILE_ASKED, APPROVED, ANSWERED, by="a broker"),
    "decline": Step(WHILE_ASKED, RepresentationStatus.DECLINED, ANSWERED, by="a broker"),
    "resign": Step(WHILE_APPROVED, RepresentationStatus.ENDED, ANSWERED, by="the member"),
    "end": Step(WHILE_APPROVED, RepresentationStatus.ENDED, ANSWERED, by="a broker"),
    "lapse": Step(WHILE_APPROVED, RepresentationStatus.ENDED, ANSWERED, by="the clock"),
    "set_last_day": Step(WHILE_APPROVED, APPROVED, ANSWERED, by="a broker"),
}


@dataclass(frozen=True)
class NewPlace:
    """A place that is neither in the collection nor in the gazetteer, as entered."""

    name: str
    country: Country


@dataclass(frozen=True)
class NewOrganization:
    """An organisation that is not in the collection, as entered."""

    name: str
    country: Country | None


Asked = City | gazetteer.Place | NewPlace | Organization | NewOrganization


def ask(
    *,
    place: Asked,
    position: str,
    by: User,
    official_email: str = "",
    note: str = "",
    letter: UploadedFile | None = None,
) -> Representation:
    """Request to represent a city or organisation; ValidationError if the letter is not a PDF."""
    words = {"position": position, "official_email": official_email, "note": note}
    content = prepare_letter(letter)
    with files.removed_on_error() as written, acting(by):
        by = lock_author(by)
        where = target_fields(place)
        asked = Representation.objects.filter(member=by, status=ASKED)
        represented = where["city"] or where["organization"]
        twin = asked.filter(**where if represented is None else whose(represented)).first()
        if twin is not None:
            # A double click submits the same values again.
            if all(getattr(twin, name) == value for name, value in words.items()):
                return twin
            raise ActionRefused(
                _(
                    "You’ve already requested to represent this organisation. Withdraw that "
                    "request to change it."
                )
                if where["is_of_organization"]
                else _(
                    "You’ve already requested to represent this city. Withdraw that request to "
                    "change it."
                )
            )
        if isinstance(represented, City) and represented.is_sample and not by.is_sample:
            raise ActionRefused(_("This is a sample city. Only sample accounts can represent it."))
        if represented is not None:
            refuse_current(by, represented)
        if asked.count() >= MAX_WAITING:
            raise ActionRefused(
                _("You have 3 requests in review. Wait for an answer or withdraw one.")
            )
        check_rate(
            Representation.objects.filter(member=by), most=MAX_PER_DAY, hours=24, field="asked_at"
        )
        representation = Representation(member=by, **where, **words)
        if content:
            representation.letter.save("", ContentFile(content), save=False)
            written.append(str(representation.letter.name))
        representation.save()
        notify(
            brokers(),
            kind=NoticeKind.BROKERING,
            event="representation.asked",
            subject=representation,
            actor=by,
            key=f"representation-asked-{representation.pk}",
            representation=str(representation.pk),
        )
    return representation


def prepare_letter(letter: UploadedFile | None) -> bytes:
    if letter is None:
        return b""
    prepared = files.prepare(letter)
    if prepared.kind != AttachmentKind.PDF:
        raise ValidationError(_("The letter must be a PDF."))
    return prepared.content


def target_fields(place: Asked) -> dict:
    """Return the values of the columns for the city or organisation."""
    where: dict[str, Any] = {
        "is_of_organization": isinstance(place, Organization | NewOrganization),
        "city": None,
        "organization": None,
        "place": place.name,
        "country_id": None,
        "geoname_id": None,
    }
    if isinstance(place, City):
        return where | {
            "city": place,
            "country_id": place.country_id,
            "geoname_id": place.geoname_id,
        }
    if isinstance(place, Organization):
        return where | {"organization": place, "country_id": place.country_id}
    if isinstance(place, gazetteer.Place):
        if city := City.objects.filter(geoname_id=place.geoname_id).first():
            return target_fields(city)
        if not Country.objects.filter(pk=place.country).exists():
            raise ActionRefused(_("This city’s country or area isn’t on the exchange yet."))
        return where | {"country_id": place.country, "geoname_id": place.geoname_id}
    if isinstance(place, NewOrganization) and (known := organization_called(place.name)):
        return target_fields(known)
    return where | {"country_id": place.country.pk if place.country else None}


def refuse_current(member: User, represented: City | Organization) -> None:
    """Refuse a request for a right that the member already has; expired ones do not count."""
    held = Representation.objects.filter(member=member, status=APPROVED, **whose(represented))
    for representation in lock_all(held):
        if representation.is_current:
            raise ActionRefused(
                _("You already represent this city.")
                if isinstance(represented, City)
                else _("You already represent this organisation.")
            )
        close(representation, RepresentationStatus.ENDED)


@action
def withdraw(*, representation: Representation, by: User) -> Representation:
    """Withdraw a pending request. The letter is deleted at once."""
    representation = lock_for("withdraw", representation, by)
    forget_letter(representation)
    close(representation, RepresentationStatus.WITHDRAWN)
    return representation


@action
def resign(*, representation: Representation, by: User) -> Representation:
    """End a representation voluntarily."""
    representation = lock_for("resign", representation, by)
    close(representation, RepresentationStatus.ENDED)
    notify(
        brokers(),
        kind=NoticeKind.BROKERING,
        event="representation.laid-down",
        subject=representation,
        actor=by,
        key=f"representation-laid-down-{representation.pk}",
        representation=str(representation.pk),
    )
    return representation


@action
def lapse(*, representation: Representation) -> bool:
    """Record that the last day has passed and notify the member; return False if it has not."""
    found = lock_or_none(Representation.objects.lapsed(), representation.pk)
    if found is None:
        return False
    close(found, RepresentationStatus.ENDED)
    notify(
        [found.member_id],
        kind=NoticeKind.PARTNERSHIP,
        event="representation.lapsed",
        subject=found,
        key=f"representation-lapsed-{found.pk}",
    )
    return True


def lock_for(verb: str, representation: Representation, by: User) -> Representation:
    """Lock the row, if `by` may take the step `verb` now; raise ActionRefused otherwise."""
    rows = Representation.objects.select_related("city", "organization", "member")
    found = lock(rows, representation.pk)
    step = STEPS[verb]
    if step.by == "a broker":
        if not permissions.can_broker(as_now(by)):
            raise ActionRefused(
                _("Only brokers can decide who represents a city or an organisation.")
            )
        if found.member_id == by.pk:
            raise ActionRefused(
                _(
                    "You can’t decide on your own city or contribution. Another broker will "
                    "review it."
                )
            )
        end_claim(found, by)
    elif found.member_id != by.pk:
        raise ActionRefused(_("Only the member who made the request can do this."))
    step.check(found)
    return found


def close(representation: Representation, status: RepresentationStatus) -> None:
    representation.status, representation.decided_at = status, clock.now()
    representation.save(update_fields=["status", "decided_at", "letter"])


def forget_letter(representation: Representation) -> None:
    """Delete the letter once the removal of its reference is committed."""
    if representation.letter:
        files.delete_on_commit(str(representation.letter.name))
        representation.letter = ""
