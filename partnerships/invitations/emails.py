"""Messages to an invited office, in the language of the invitation."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.notices.digests import one_line
from community.notices.emails import absolute, post
from partnerships.invitations import links
from partnerships.matches.candidates import Rows
from partnerships.models import CityInvitation, PartnershipRequest, Visibility
from partnerships.ranking.loading import gather
from partnerships.ranking.matching import compare
from repository.models import City


def template(
    city: str, partnership_request: PartnershipRequest, language: str, *, reason: str = ""
) -> str:
    """Return the message that brokers start from, with the reason why this city is invited.

    A request that only brokers may read is not named.
    """
    words = invitation_to(city, partnership_request, language)
    if not reason:
        return words
    with override(language):
        why = _("Why we are writing to you: %(reason)s.") % {"reason": reason}
    return f"{words}\n\n{why}"


def invitation_to(city: str, partnership_request: PartnershipRequest, language: str) -> str:
    """Return who is looking for a partner, and the question whether the office would help."""
    asking: City = partnership_request.city
    is_secret = partnership_request.visibility == Visibility.BROKERS
    with override(language):
        names = {
            "city": city,
            "asking": asking.localized_name,
            "title": one_line(partnership_request.title),
        }
        if is_secret:
            return (
                _(
                    "A city on the South-South City Exchange is looking for a partner. We "
                    "think %(city)s could help. Would your office like to represent %(city)s?"
                )
                % names
            )
        return (
            _(
                "%(asking)s is looking for a partner on the South-South City Exchange: "
                "“%(title)s”. We think %(city)s could help. Would your office like to "
                "represent %(city)s and answer?"
            )
            % names
        )


def reason_for(city: City, partnership_request: PartnershipRequest, language: str) -> str:
    """Return what the city has of what is asked, in words; "" if nothing is known of it.

    Of a request that only brokers read, nothing is said: the reason would tell what it asks for.
    """
    if partnership_request.visibility == Visibility.BROKERS:
        return ""
    gathered = gather([partnership_request.pk], cities={city.pk})
    places = [place for place in gathered.places if place.pk == city.pk]
    found = compare(gathered.asks[0], places, gathered.weights, served=gathered.served)
    if not found:
        return ""
    with override(language):
        labels = gathered.vocabulary.labels([city, partnership_request.city], found[0].reasons)
        rows = Rows(partnership_request, [city.pk], gathered, labels)
        summary = rows.row(city, found[0]).summary
        return summary.headline if summary and summary.has else ""


def send(invitation: CityInvitation, *, is_reminder: bool = False) -> None:
    """Queue the message, in the transaction of the caller; answers go to its broker."""
    broker = invitation.created_by
    if broker and not broker.is_active:
        broker = None
    with override(invitation.language):
        city = invitation.city.localized_name
        subject = (
            _("Reminder: would you like to represent %(city)s?")
            if is_reminder
            else _("Would you like to represent %(city)s?")
        ) % {"city": one_line(city)}
        context = {
            "invitation": invitation,
            "name": one_line(invitation.name),
            "city": one_line(city),
            "broker": broker.get_short_name() if broker else "",
            "is_reminder": is_reminder,
            "url": absolute(links.path(invitation)),
            "days": links.HOLDS_FOR.days,
        }
        body = render_to_string("partnerships/invitations/email/invitation.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    if broker:
        headers["Reply-To"] = broker.email
    post(EmailMessage(subject, body.strip() + "\n", to=[invitation.email], headers=headers))
