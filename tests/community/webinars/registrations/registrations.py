"""Webinars to register for, and what the form of a guest sends."""

from datetime import timedelta

from django.utils import timezone

from repository.models import WebinarStatus
from tests.factories import WebinarFactory

MEETING_LINK = "https://meet.example/secret"


def announced_webinar():
    """A webinar of next week with two seats."""
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
    page = client.get("/webinars/parcels/register/")
    return {
        "name": "Afi Dossou",
        "email": "afi@example.org",
        "organization": "",
        "where": "Benin",
        "gender": "unsaid",
        "website": "",
        "stamp": page.context["form"].initial["stamp"],
    } | changed
