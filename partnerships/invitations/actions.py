"""Invite a city that nobody represents to answer a request.

Rows are locked in this order: the author's lock; the request; the invitation; members and pages.
"""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.trust import lock_author
from community.experiences.actions import city_of
from community.models import NoticeKind, User
from community.moderation.claims.actions import check_free
from community.notices.notify import notify
from partnerships.desk.notices import brokers, focal_points
from partnerships.invitations import emails
from partnerships.invitations.links import HOLDS_FOR
from partnerships.matches.actions import check_open, checked, lock_request
from partnerships.models import (
    CityInvitation,
    InvitationStatus,
    PartnershipRequest,
    Representation,
    RepresentationStatus,
)
from partnerships.permissions import speaks_for_one_of
from partnerships.representation import actions as representation
from partnerships.representation.rights import check_broker
from repository.dates import clock
from repository.models import City
from repository.places import gazetteer
from repository.workflow import ActionRefused, Step, action, lock, lock_all, lock_or_none

# An invitation without an answer is repeated once, after this time.
REMINDED_AFTER = timedelta(days=14)

WHILE_OPEN = frozenset({InvitationStatus.WRITTEN, InvitationStatus.REMINDED})
ENDED = gettext_lazy("This invitation has ended: its status is “%(status)s”.")
STEPS = {
    "remind": Step(
        frozenset({InvitationStatus.WRITTEN}),
        InvitationStatus.REMINDED,
        gettext_lazy("You can’t send a reminder because the status is “%(status)s”."),
        by="a broker, the clock",
    ),
    "accept": Step(WHILE_OPEN, InvitationStatus.ANSWERED, ENDED, by="who has the link"),
    "decline": Step(WHILE_OPEN, InvitationStatus.DECLINED, ENDED, by="who has the link"),
    "revoke": Step(WHILE_OPEN, InvitationStatus.REVOKED, ENDED, by="a broker"),
    "lapse": Step(WHILE_OPEN, InvitationStatus.LAPSED, ENDED, by="the clock"),
}


@action
def write(
    *,
    partnership_request: PartnershipRequest,
    city: City | gazetteer.Place,
    office: str,
    email: str,
    source: str,
    message: str,
    by: User,
    name: str = "",
    language: str = "en",
) -> CityInvitation:
    """Invite an office to represent a city; once at a time for each city and request."""
    partnership_request = lock_request(partnership_request.pk)
    check_broker(by)
    check_free(partnership_request, by)
    check_open(partnership_request)
    city = city_of(city)
    if city.is_sample or partnership_request.city.is_sample:
        raise ActionRefused(_("You can’t invite an office for sample data."))
    if city.pk == partnership_request.city_id:
        raise ActionRefused(_("Choose a different city: this one made the request."))
    check_impartial(partnership_request, city, by)
    if focal_points(city.pk):
        raise ActionRefused(
            _("%(city)s is already represented here. Propose it to both cities instead.")
            % {"city": city.localized_name}
        )
    email = email.lower()
    known = partnership_request.invitations.open().filter(city=city).first()
    if known is not None and known.email == email:
        # A double click submits the same values again.
        return known
    if known is not None:
        raise ActionRefused(
            _(
                "%(city)s has already been invited. Withdraw that invitation before you "
                "send another."
            )
            % {"city": city.localized_name}
        )
    invitation = CityInvitation(
        request=partnership_request, city=city, email=email, language=language, created_by=by
    )
    for column, text in (
        ("office", office),
        ("name", name),
        ("source", source),
        ("message", message),
    ):
        setattr(invitation, column, checked(invitation, column, text))
    if not (invitation.office and invitation.source and invitation.message):
        raise ActionRefused(_("Enter the office and where you found its address."))
    invitation.save()
    emails.send(invitation)
    return invitation


@action
def remind(*, invitation: CityInvitation, by: User) -> CityInvitation:
    """Repeat the message, once."""
    invitation = lock_for("remind", invitation)
    check_broker(by)
    check_impartial(invitation.request, invitation.city, by)
    send_reminder(invitation)
    return invitation


@action
def revoke(*, invitation: CityInvitation, by: User) -> CityInvitation:
    """Take an invitation back, for example to write to another office."""
    invitation = lock_for("revoke", invitation)
    check_broker(by)
    check_impartial(invitation.request, invitation.city, by)
    end(invitation)
    return invitation


@action
def accept(*, invitation: CityInvitation, position: str, by: User) -> Representation:
    """Speak for the city from now on, as a member who has the link.

    A broker chose the address. The right is therefore given at once to the member who has confirmed
    that address here; from anybody else it is a request to the brokers.
    """
    by = lock_author(by)
    known = lock(CityInvitation.objects.select_related("city"), invitation.pk)
    if known.status == InvitationStatus.ANSWERED and known.member_id == by.pk:
        # A double click.
        return Representation.objects.filter(member=by, city=known.city).latest("pk")
    invitation = lock_for("accept", invitation)
    is_own_address = by.emailaddress_set.filter(verified=True, email=invitation.email).exists()
    if is_own_address and invitation.created_by_id != by.pk:
        given = grant(invitation, position, by)
    else:
        given = held(by, invitation.city) or representation.ask(
            place=invitation.city,
            position=position,
            by=by,
            official_email=invitation.email,
            note=_("Invited by a broker: %(office)s.") % {"office": invitation.office},
        )
    invitation.member = by
    end(invitation)
    notify_brokers(invitation, "invitation.accepted")
    return given


@action
def decline(*, invitation: CityInvitation, words: str = "", by: User | None = None) -> None:
    """Say no, as anybody who has the link."""
    invitation = lock_for("decline", invitation)
    invitation.words = checked(invitation, "words", words)
    end(invitation)
    notify_brokers(invitation, "invitation.declined")


# Once a day


def remind_due() -> int:
    """Repeat invitations that were not answered for two weeks; return the number."""
    due = CityInvitation.objects.filter(
        status=InvitationStatus.WRITTEN, written_at__lte=clock.now() - REMINDED_AFTER
    )
    return sum(remind_later(pk=pk) for pk in due.order_by("pk").values_list("pk", flat=True))


@action
def remind_later(*, pk: int) -> bool:
    """Send the reminder of one invitation; return False if it has been answered."""
    rows = CityInvitation.objects.select_related("city", "request__city")
    found = lock_or_none(rows.filter(status=InvitationStatus.WRITTEN), pk)
    if found is None:
        return False
    found.status = InvitationStatus.REMINDED
    send_reminder(found)
    return True


def lapse_due() -> int:
    """End invitations whose last link has expired; return the number."""
    since = clock.now() - HOLDS_FOR
    due = CityInvitation.objects.open().filter(written_at__lte=since)
    due = due.exclude(reminded_at__gt=since)
    return sum(lapse(pk=pk) for pk in due.order_by("pk").values_list("pk", flat=True))


@action
def lapse(*, pk: int) -> bool:
    """End an unanswered invitation; return False if it has just been answered."""
    found = lock_or_none(CityInvitation.objects.open().select_related("request"), pk)
    if found is None:
        return False
    found.status = InvitationStatus.LAPSED
    end(found)
    notify_brokers(found, "invitation.lapsed")
    return True


# Shared by the steps


def lock_for(verb: str, invitation: CityInvitation) -> CityInvitation:
    """Lock the invitation in a state that allows the verb and set its status to the target."""
    rows = CityInvitation.objects.select_related("city", "request__city")
    found = lock(rows, invitation.pk)
    found.status = STEPS[verb].check(found)
    return found


def check_impartial(partnership_request: PartnershipRequest, city: City, by: User) -> None:
    if speaks_for_one_of(by, [partnership_request.city_id, city.pk]):
        raise ActionRefused(_("You represent one of these cities, so another broker must decide."))
    # The author may have resigned as a focal point: see `check_decides`.
    if partnership_request.created_by_id == by.pk:
        raise ActionRefused(_("You wrote this request, so another broker must decide."))


def send_reminder(invitation: CityInvitation) -> None:
    invitation.reminded_at = clock.now()
    invitation.save(update_fields=["status", "reminded_at"])
    emails.send(invitation, is_reminder=True)


def end(invitation: CityInvitation) -> None:
    """Save the end, and erase the contact."""
    invitation.name = invitation.email = invitation.message = ""
    invitation.ended_at = clock.now()
    invitation.save()


def notify_brokers(invitation: CityInvitation, event: str) -> None:
    notify(
        brokers(),
        kind=NoticeKind.BROKERING,
        event=event,
        subject=invitation.request,
        key=f"{event}-{invitation.pk}",
        invitation=str(invitation.pk),
    )


def held(by: User, city: City) -> Representation | None:
    """Return the current representation of the city by a member, or the one that waits."""
    mine = Representation.objects.of(by).filter(city=city)
    return mine.current().first() or mine.asked().first()


def grant(invitation: CityInvitation, position: str, by: User) -> Representation:
    """Give the right to represent the city, with or without an earlier request for it."""
    states = (RepresentationStatus.ASKED, RepresentationStatus.APPROVED)
    rows = Representation.objects.filter(member=by, city=invitation.city, status__in=states)
    given = None
    for row in lock_all(rows):
        if row.is_current:
            return row
        if row.status == RepresentationStatus.APPROVED:
            representation.close(row, RepresentationStatus.ENDED)
        else:
            given = row
    if given is None:
        where: dict[str, Any] = representation.target_fields(invitation.city)
        given = Representation(member=by, **where)
    given.position, given.official_email = position, invitation.email
    given.status = RepresentationStatus.APPROVED
    given.since, given.decided_at = clock.today(), clock.now()
    given.save()
    return given
