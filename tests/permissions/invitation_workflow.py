"""Who may take which step of an invitation to speak for a city that nobody represents."""

from partnerships.invitations import links
from partnerships.models import InvitationStatus
from tests.factories import CityFactory, CityInvitationFactory, PartnershipRequestFactory
from tests.permissions.desk import IMPARTIAL, ROLES
from tests.permissions.workflows import Request, Workflow, at, status_of

OPEN = "written|reminded"
ANYBODY = {*ROLES}
MEMBERS = ANYBODY - {"anonymous"}


def invited(status: str):
    def made(desk):
        is_open = status in OPEN.split("|")
        asked = PartnershipRequestFactory(
            opened=True, city=desk.cities["asking"], created_by=desk.people["requester"]
        )
        invitation = CityInvitationFactory(
            request=asked,
            city=CityFactory(slug="unrepresented"),
            ended=not is_open,
            member=desk.people["member"] if status == InvitationStatus.ANSWERED else None,
        )
        invitation.status = status
        if status == InvitationStatus.REMINDED:
            invitation.reminded_at = invitation.written_at
        invitation.save()
        return invitation

    return made


def by_link(**sent):
    def request(desk, row, role) -> Request:
        return links.path(row), sent

    return request


def at_desk(act: str):
    return at("/admin/partnerships/invitations/{pk}/", act=act)


INVITATION = Workflow(
    states={status: invited(status) for status in InvitationStatus.values},
    verbs={
        "accept": by_link(accept="", position="Head of trade"),
        "decline": by_link(decline="", words=""),
        "remind": at_desk("remind"),
        "revoke": at_desk("revoke"),
    },
    state_of=status_of,
    allowed={
        "accept": {OPEN: ("answered", MEMBERS)},
        "decline": {OPEN: ("declined", ANYBODY)},
        # A representative of the requesting city leaves it to another broker.
        "remind": {"written": ("reminded", IMPARTIAL)},
        "revoke": {OPEN: ("revoked", IMPARTIAL)},
    },
    # The page says that it has ended.
    harmless=frozenset(
        (verb, status, role)
        for verb in ("accept", "decline")
        for status in InvitationStatus.values
        if status not in OPEN.split("|")
        for role in ROLES
    ),
)
