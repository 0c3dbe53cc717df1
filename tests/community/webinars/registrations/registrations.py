"""Webinars to register for, and the form of a guest."""

from datetime import timedelta

from django.utils import timezone

from repository.models import WebinarStatus
from tests.factories import WebinarFactory
from tests.page import page_of

MEETING_LINK = "https://meet.example/secret"


def announced_webinar():
    """A webinar with two seats, in a week."""
    return WebinarFactory(
        status=WebinarStatus.ANNOUNCED,
        slug="parcels",
        title="Parcels by rail, road; and sea",
        starts_at=(timezone.now() + timedelta(days=7)).replace(second=0, microsecond=0),
        minutes=90,
        time_zone="Africa/Nairobi",
        capacity=2,
        meeting_link=MEETING_LINK,
    )


def registration_form(client, **changed) -> dict:
    path = "/webinars/parcels/register/"
    given = page_of(client.get(path)).form(path).fields
    filled = {"name": "Afi Dossou", "email": "afi@example.org", "where": "Benin"}
    return given | filled | {"gender": "unsaid"} | changed
