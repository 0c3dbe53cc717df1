"""Events of email providers, which django-anymail verifies and normalises.

It is used for its webhooks only: emails are sent by SMTP.
"""

from collections.abc import Callable
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string

from community.bounces.addresses import record
from community.bounces.reports import STATUS, address_failure
from community.models import BounceKind

VIEWS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
}


def view_of(provider: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view for events of a provider; imported here, as it takes megabytes."""
    return import_string(VIEWS[provider]).as_view()


def receive(*, event: AnymailTrackingEvent, **kwargs: Any) -> None:
    """Record an event that says that an address does not work, or that its owner complains."""
    email, kind = event.recipient, kind_of(event)
    if kind is None or not isinstance(email, str) or not email.isprintable():
        return
    at = event.timestamp or timezone.now()
    record(email=email.strip(), kind=kind, at=at, status=address_failure(reply_of(event)))


def kind_of(event: AnymailTrackingEvent) -> BounceKind | None:
    """What an event means for its address; None for nothing."""
    reason = event.reject_reason
    if event.event_type == EventType.COMPLAINED:
        return BounceKind.SPAM
    # The provider sends no more emails to addresses that it knows.
    if event.event_type == EventType.REJECTED and reason == RejectReason.SPAM:
        return BounceKind.SPAM
    if event.event_type not in {EventType.BOUNCED, EventType.REJECTED}:
        return None
    if reason not in {RejectReason.BOUNCED, RejectReason.INVALID} or is_soft(event):
        return None
    return BounceKind.RETURNED


def is_soft(event: AnymailTrackingEvent) -> bool:
    """Whether a later email may arrive: the library does not tell for all providers."""
    raw = event.esp_event
    return (
        raw.get("event") == "soft_bounce"  # Brevo
        or raw.get("Type") == "SoftBounce"  # Postmark
        or raw.get("hard_bounce") is False  # Mailjet
        or bool(STATUS.search(reply_of(event)) and not address_failure(reply_of(event)))
    )


def reply_of(event: AnymailTrackingEvent) -> str:
    return f"{event.mta_response or ''} {event.description or ''}"
