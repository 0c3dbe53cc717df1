"""The list of registrations at the staff desk."""

import pytest
from django.utils import timezone

from community.models import Registration
from tests.desk_client import DeskClient
from tests.factories import WebinarFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db

URL = "/admin/community/registration/"


def cells(user, name: str) -> list[str]:
    """The cells of a column, newest registration first."""
    client = DeskClient()
    client.force_login(user)
    return [cell.text for cell in page_of(client.get(URL)).select(f"td.field-{name}")]


@pytest.fixture
def registrations(member):
    rows = {"webinar": WebinarFactory(), "time_zone": "UTC", "placed_at": timezone.now()}
    guest = {"name": "Afi Dossou", "email": "afi@example.org"}
    Registration.objects.create(status="registered", member=member, **rows)
    Registration.objects.create(status="waiting", **guest, **rows)


def test_show_when_a_seat_was_assigned_only_to_those_who_have_one(moderator, registrations):
    waiting, seated = cells(moderator, "seat_assigned")
    assert (waiting, seated == "-") == ("-", False)


def test_show_addresses_of_members_to_those_who_may_see_accounts(
    moderator, administrator, registrations, member
):
    assert cells(administrator, "address") == ["afi@example.org", member.email]
    assert cells(moderator, "guest_address") == ["afi@example.org", "not shown"]
