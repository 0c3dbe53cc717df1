"""Demo data of the partnership desk: its focal point represents a city."""

from django.utils import timezone

from community.accounts import demo as accounts_demo
from community.models import User
from partnerships.models import Representation, RepresentationStatus
from repository.models import City

CITY = "zhengzhou"


def speak_for_a_city() -> None:
    """Let the focal point of the demo represent the city, unless there is such a representation."""
    account = next(account for account in accounts_demo.ACCOUNTS if account.handle == "focal-point")
    member = User.objects.filter(email__iexact=account.email).first()
    city = City.objects.filter(slug=CITY).first()
    if member is None or city is None or member.representations.exists():
        return
    today = timezone.localdate()
    Representation.objects.create(
        member=member,
        city=city,
        position="Sample account",
        status=RepresentationStatus.APPROVED,
        since=today,
        decided_at=timezone.now(),
    )
