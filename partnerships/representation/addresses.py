"""The state of messages that confirm official addresses, and their signed links.

A link ends after two weeks, with the first confirmation, with the representation, and when the
member's official address changes.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery

from partnerships.models import AddressCheck, Representation, RepresentationStatus
from repository.dates import clock
from repository.pages.signed_links import SignedLink

LASTS = timedelta(days=14)
LINK = SignedLink("partnerships.address_check", "partnerships:address_check", holds=1, lasts=LASTS)


def is_checkable(representation: Representation) -> bool:
    """Whether its address matters: it waits for a broker, or it is in force."""
    return representation.status == RepresentationStatus.ASKED or representation.is_current


def is_current(check: AddressCheck) -> bool:
    """Whether the check is about the address that the member states now."""
    return check.email.lower() == check.representation.official_email.lower()


def is_open(check: AddressCheck) -> bool:
    """Whether the link of the message can still confirm the address."""
    return (
        is_current(check)
        and is_checkable(check.representation)
        and check.sent_at > clock.now() - LASTS
        and confirmed_at(check.representation) is None
    )


def columns() -> dict[str, Subquery]:
    """Columns of representations: when the present address was confirmed, and written to."""
    rows = AddressCheck.objects.filter(
        representation=OuterRef("pk"), email__iexact=OuterRef("official_email")
    )
    return {
        "address_confirmed_at": Subquery(rows.confirmed().values("confirmed_at")[:1]),
        "address_written_to_at": Subquery(rows.values("sent_at")[:1]),
    }


def can_be_sent(representation: Any) -> bool:
    """Whether to offer a message, for a row with `columns`: the address is not yet confirmed."""
    is_confirmed = representation.address_confirmed_at is not None
    return bool(representation.official_email) and is_checkable(representation) and not is_confirmed


def confirmed_at(representation: Representation) -> datetime | None:
    """Return when the present address was confirmed by a message, or None."""
    rows = representation.address_checks.confirmed()
    rows = rows.filter(email__iexact=representation.official_email)
    return rows.values_list("confirmed_at", flat=True).first()


def check_from(token: str) -> AddressCheck | None:
    """Return the check of a signed link; None if the link is invalid or has expired."""
    values = LINK.read(token)
    if values is None:
        return None
    rows = AddressCheck.objects.select_related(
        "representation__member", "representation__city", "representation__organization"
    )
    return rows.filter(pk=values[0]).first()
