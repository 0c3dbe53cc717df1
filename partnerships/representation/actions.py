"""Who speaks for a city or an organisation: asked for by members, laid down by them, or over by its
last day.

STEPS is the whole workflow; what brokers decide is in `representation_review.py`. A last day that
is over ends all rights by itself (`current()`); that day or the next the daily upkeep notes it as
well (`lapse`).
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.trust import check_rate, lock_author
from community.models import AttachmentKind, NoticeKind, User
from community.moderation.claims.actions import end_claim
from community.notices.notify import notify
from community.pages.stamps import touch_members, touch_page
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

# One person has so many requests waiting, and sends so many a day.
MOST_WAITING = 3
MOST_A_DAY = 6

ASKED, APPROVED = RepresentationStatus.ASKED, RepresentationStatus.APPROVED


WHILE_ASKED, WHILE_APPROVED = frozenset({ASKED}), frozenset({APPROVED})
ANSWERED = gettext_lazy("This was answered meanwhile: it is “%(status)s”.")
STEPS = {
    "take_back": Step(WHILE_ASKED, RepresentationStatus.WITHDRAWN, ANSWERED, by="the member"),
    "approve": Step(WHILE_ASKED, APPROVED, ANSWERED, by="a broker"),
    "decline": Step(WHILE_ASKED, RepresentationStatus.DECLINED, ANSWERED, by="a broker"),
    "lay_down": Step(WHILE_APPROVED, RepresentationStatus.ENDED, ANSWERED, by="the member"),
    "end": Step(WHILE_APPROVED, RepresentationStatus.ENDED, ANSWERED, by="a broker"),
    "lapse": Step(WHILE_APPROVED, RepresentationStatus.ENDED, ANSWERED, by="the clock"),
    "set_last_day": Step(WHILE_APPROVED, APPROVED, ANSWERED, by="a broker"),
}


@dataclass(frozen=True)
class NewPlace:
    """A place that neither the collection nor the gazetteer has, in words."""

    name: str
    country: Country


@dataclass(frozen=True)
class NewOrganization:
    """An organisation that the collection lacks, in words."""

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
    """Ask to speak for a city or an organisation; ValidationError for a letter that is no PDF."""
    words = {"position": position, "official_email": official_email, "note": note}
    content = prepared_letter(letter)
    with files.removed_on_error() as written, acting(by):
        by = lock_author(by)
        where = where_of(place)
        asked = Representation.objects.filter(member=by, status=ASKED)
        whom = where["city"] or where["organization"]
        twin = asked.filter(**where if whom is None else whose(whom)).first()
        if twin is not None:
            # A second click sends the same words again.
            if all(getattr(twin, name) == value for name, value in words.items()):
                return twin
            raise ActionRefused(
                _(
                    "You have asked for this organisation already. Take that request back to "
                    "change it."
                )
                if where["is_of_organization"]
                else _("You have asked for this city already. Take that request back to change it.")
            )
        if whom is not None:
            refuse_current(by, whom)
        if asked.count() >= MOST_WAITING:
            raise ActionRefused(
                _("Three of your requests wait already. Wait for the answers, or take one back.")
            )
        check_rate(
            Representation.objects.filter(member=by), most=MOST_A_DAY, hours=24, field="asked_at"
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
        touch_members([by.pk])
    return representation


def prepared_letter(letter: UploadedFile | None) -> bytes:
    if letter is None:
        return b""
    prepared = files.prepare(letter)
    if prepared.kind != AttachmentKind.PDF:
        raise ValidationError(_("Send the letter as a PDF."))
    return prepared.content


def where_of(place: Asked) -> dict:
    """The columns that say which city or organisation it is."""
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
            return where_of(city)
        if not Country.objects.filter(pk=place.country).exists():
            raise ActionRefused(_("The country of this city is not in the collection."))
        return where | {"country_id": place.country, "geoname_id": place.geoname_id}
    if isinstance(place, NewOrganization) and (known := organization_called(place.name)):
        return where_of(known)
    return where | {"country_id": place.country.pk if place.country else None}


def refuse_current(member: User, whom: City | Organization) -> None:
    """Nobody needs to ask for what they have; what is over by its date makes room."""
    held = Representation.objects.filter(member=member, status=APPROVED, **whose(whom))
    for representation in lock_all(held):
        if representation.is_current:
            raise ActionRefused(
                _("You speak for this city already.")
                if isinstance(whom, City)
                else _("You speak for this organisation already.")
            )
        close(representation, RepresentationStatus.ENDED)


@action
def take_back(*, representation: Representation, by: User) -> Representation:
    """Take back what was asked and not yet answered. The letter goes at once."""
    representation = lock_for("take_back", representation, by)
    forget_letter(representation)
    close(representation, RepresentationStatus.WITHDRAWN)
    touch_members([by.pk])
    return representation


@action
def lay_down(*, representation: Representation, by: User) -> Representation:
    """Speak for a city or an organisation no longer, by one's own will."""
    representation = lock_for("lay_down", representation, by)
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
    touch_members([by.pk])
    touch_city(representation)
    return representation


@action
def lapse(*, representation: Representation) -> bool:
    """Note that a last day is over, and tell the member; False where that is not so (any more)."""
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
    touch_city(found)
    return True


def lock_for(verb: str, representation: Representation, by: User) -> Representation:
    """The row under its lock, where `by` may take the step `verb` now; ActionRefused otherwise."""
    rows = Representation.objects.select_related("city", "organization", "member")
    found = lock(rows, representation.pk)
    step = STEPS[verb]
    if step.by == "a broker":
        if not permissions.can_broker(as_now(by)):
            raise ActionRefused(_("Brokers decide who speaks for a city or an organisation."))
        if found.member_id == by.pk:
            raise ActionRefused(_("This is yours: another broker decides about it."))
        end_claim(found, by)
    elif found.member_id != by.pk:
        raise ActionRefused(_("Only the member who asked can do this."))
    step.check(found)
    return found


def close(representation: Representation, status: RepresentationStatus) -> None:
    representation.status, representation.decided_at = status, clock.now()
    representation.save(update_fields=["status", "decided_at", "letter"])


def forget_letter(representation: Representation) -> None:
    """Delete the letter, once that the row points to it no more is certain."""
    if representation.letter:
        transaction.on_commit(partial(default_storage.delete, str(representation.letter.name)))
        representation.letter = ""


def touch_city(representation: Representation) -> None:
    """The page of the city says how many speak for it. Members are touched before."""
    if representation.city is not None:
        touch_page(representation.city)
