"""Decisions of brokers about representations."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from community.experiences.actions import city_of
from community.models import Decision, NoticeKind, User, Verb
from community.moderation.decisions.rules import check_words
from community.notices.notify import notify
from partnerships.listings.keys import whose
from partnerships.models import Representation, RepresentationStatus
from partnerships.representation.actions import APPROVED, close, lock_for
from repository.dates import clock
from repository.free_names import free_name, save_under_free_name
from repository.models import City, Country, Organization
from repository.places import gazetteer
from repository.workflow import ActionRefused, action, lock, lock_all


@dataclass(frozen=True)
class OrganizationToAdd:
    """A new organisation, by name and kind."""

    name: str
    kind: str


Chosen = City | gazetteer.Place | Organization | OrganizationToAdd | str


@action
def approve(
    *,
    representation: Representation,
    by: User,
    choice: Chosen | None = None,
    until: date | None = None,
    message: str = "",
) -> Representation:
    """Grant a representation, with or without a last day.

    `choice` is a city or organisation of the collection, a place of the gazetteer, the name of a
    new city in the country that the member entered, or a new organisation. None means the one that
    the member requested.
    """
    representation = lock_for("approve", representation, by)
    if not representation.member.is_active:
        raise ActionRefused(_("This member’s account is closed."))
    check_last_day(until)
    chosen = (
        chosen_organization(representation, choice)
        if representation.is_of_organization
        else chosen_city(representation, choice)
    )
    refuse_held(representation, chosen)
    before, representation.status = representation.status, APPROVED
    if isinstance(chosen, City):
        representation.city, representation.geoname_id = chosen, chosen.geoname_id
    else:
        representation.organization = chosen
    representation.place, representation.country_id = chosen.name, chosen.country_id
    representation.since, representation.until = clock.today(), until
    representation.decided_at = clock.now()
    try:
        with transaction.atomic():
            representation.save()
    except IntegrityError:
        raise ActionRefused(
            _("The member has two requests for %(city)s. Decide on the other one first.")
            % {"city": chosen}
        ) from None
    record_and_notify(representation, by, Verb.APPROVE, "approved", before=before, message=message)
    return representation


def refuse_held(representation: Representation, represented: City | Organization) -> None:
    others = Representation.objects.exclude(pk=representation.pk)
    approved = others.filter(member=representation.member_id, status=APPROVED, **whose(represented))
    for held in lock_all(approved):
        if held.is_current:
            raise ActionRefused(
                _("This member already represents %(city)s.") % {"city": represented}
            )
        close(held, RepresentationStatus.ENDED)


def chosen_city(representation: Representation, chosen: Chosen | None) -> City:
    if chosen is None:
        chosen = representation.city
    if isinstance(chosen, City | gazetteer.Place):
        return city_of(chosen)
    if isinstance(chosen, str):
        return new_city(chosen.strip(), representation)
    raise ActionRefused(_("Choose the city that the member will represent."))


def chosen_organization(representation: Representation, chosen: Chosen | None) -> Organization:
    if chosen is None:
        chosen = representation.organization
    if isinstance(chosen, Organization):
        return chosen
    if isinstance(chosen, OrganizationToAdd):
        return new_organization(chosen, representation)
    raise ActionRefused(_("Choose the organisation that the member will represent."))


def new_organization(body: OrganizationToAdd, representation: Representation) -> Organization:
    """Find an organisation by name, or create it in the country that the member entered, if any."""
    name = body.name.strip()
    if not name or not body.kind:
        raise ActionRefused(_("Enter the name and type of the new organisation."))
    # Compare names only: the broker has seen that an acronym belongs to another organisation.
    wanted = gazetteer.fold(name)
    stem = slugify(wanted)[:70].strip("-") or "organisation"

    def find_or_create() -> Organization:
        # Two brokers may add the same one concurrently: the second must find it. Names and slugs
        # are read by one query: an organisation committed after it has taken the slug, and saving
        # fails and is retried. One with the same slug but another name must not be used.
        organizations = list(Organization.objects.all())
        for known in organizations:
            if gazetteer.fold(known.name) == wanted:
                return known
        taken = {known.slug for known in organizations if known.slug.startswith(stem)}
        return Organization.objects.create(
            slug=free_name(stem, taken),
            name=name,
            kind=body.kind,
            country_id=representation.country_id,
        )

    return save_under_free_name(find_or_create, "repository_organization_slug_key")


def new_city(name: str, representation: Representation) -> City:
    """Find or create a city missing from the gazetteer, in the country that the member entered."""
    if not name or representation.country_id is None:
        raise ActionRefused(_("Enter the name of the new city."))
    # Two brokers may add the same city concurrently: the second must find it.
    country = lock(Country, representation.country_id, no_key=True)
    wanted = gazetteer.fold(name)
    for city in country.cities.all():
        if gazetteer.fold(city.name) == wanted:
            return city
    return gazetteer.create_under_free_slug(name=name, country=country)


@action
def decline(
    *, representation: Representation, by: User, reason: str, message: str
) -> Representation:
    """Decline a representation with a reason."""
    representation = lock_for("decline", representation, by)
    check_words(Verb.DECLINE, reason, message)
    before = representation.status
    close(representation, RepresentationStatus.DECLINED)
    record_and_notify(
        representation, by, Verb.DECLINE, "declined", before=before, reason=reason,
        message=message,
    )  # fmt: skip
    return representation


@action
def end(*, representation: Representation, by: User, reason: str, message: str) -> Representation:
    """End a representation with a reason, effective from the next request."""
    representation = lock_for("end", representation, by)
    check_words(Verb.END, reason, message)
    before = representation.status
    close(representation, RepresentationStatus.ENDED)
    record_and_notify(
        representation, by, Verb.END, "ended", before=before, reason=reason, message=message
    )
    return representation


@action
def set_last_day(*, representation: Representation, by: User, until: date | None) -> Representation:
    """Change or remove the last day."""
    representation = lock_for("set_last_day", representation, by)
    check_last_day(until)
    if until == representation.until:
        return representation
    representation.until = until
    representation.save(update_fields=["until"])
    record_and_notify(representation, by, Verb.APPROVE, "last-day", before=representation.status)
    return representation


def lock_to_restore(representation: Representation) -> Representation:
    rows = Representation.objects.select_related("city", "organization", "member__membership")
    return lock(rows, representation.pk)


def restore_representation(representation: Representation, decision: Decision) -> None:
    """Make a declined request pending again, or restore a right that a broker ended."""
    if not representation.member.is_active:
        raise ActionRefused(_("This member’s account is closed."))
    check_last_day(representation.until)
    representation.status = RepresentationStatus(decision.before)
    is_given = representation.status == APPROVED
    representation.decided_at = clock.now() if is_given else None
    try:
        with transaction.atomic():
            representation.save(update_fields=["status", "decided_at"])
    except IntegrityError:
        raise ActionRefused(
            _("The member has sent a new request since then. Decide on that one.")
        ) from None


def check_last_day(until: date | None) -> None:
    if until is not None and until < clock.today():
        raise ActionRefused(_("Enter a later end date, or leave it empty."))


def record_and_notify(
    representation: Representation,
    by: User,
    verb: Verb,
    event: str,
    *,
    before: str,
    reason: str = "",
    message: str = "",
) -> None:
    """Record the decision with its message, and notify the member."""
    decision = Decision.objects.create(
        subject=representation,
        by=by,
        concerns=representation.member,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    notify(
        [representation.member_id],
        kind=NoticeKind.DECISION,
        event=f"representation.{event}",
        subject=representation,
        key=f"decision-{decision.pk}",
        decision=str(decision.pk),
        reason=decision.reason,
        message=decision.message,
    )
