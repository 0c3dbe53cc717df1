"""Messages to an invited office, in the language of the invitation."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.notices.digests import one_line
from community.notices.emails import absolute, post
from partnerships.invitations import links
from partnerships.models import CityInvitation, PartnershipRequest, Visibility
from repository.models import City


def template(city: str, partnership_request: PartnershipRequest, language: str) -> str:
    """Return the message that brokers start from.

    What only brokers may read is not named.
    """
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


def send(invitation: CityInvitation, *, is_reminder: bool = False) -> None:
    """Queue the message, in the transaction of the caller."""
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
            "is_reminder": is_reminder,
            "url": absolute(links.path(invitation)),
            "days": links.HOLDS_FOR.days,
        }
        body = render_to_string("partnerships/invitations/email/invitation.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    post(EmailMessage(subject, body.strip() + "\n", to=[invitation.email], headers=headers))
