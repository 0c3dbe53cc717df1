"""Demo data of the partnership desk: its focal point represents a city."""

from django.utils import timezone

from community.accounts import demo as accounts_demo
from community.models import User
from partnerships.models import Representation, RepresentationStatus
from repository.models import City

# The sample city, or a real one in a demo without the sample data set.
CITIES = ("sample-nyavuma", "zhengzhou")


def represent_a_city() -> None:
    """Let the focal point of the demo represent a city, unless it represents one already."""
    account = next(account for account in accounts_demo.ACCOUNTS if account.handle == "focal-point")
    member = User.objects.filter(email__iexact=account.email).first()
    cities = City.objects.in_bulk(CITIES, field_name="slug")
    city = next((cities[slug] for slug in CITIES if slug in cities), None)
    if member is None or city is None or member.representations.exists():
        return
    today = timezone.localdate()
    Representation.objects.create(
        member=member,
        city=city,
        place=city.name,
        country=city.country,
        position="Sample account",
        status=RepresentationStatus.APPROVED,
        since=today,
        decided_at=timezone.now(),
    )
