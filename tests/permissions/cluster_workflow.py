"""Who may take which step of an application to join a cluster."""

from partnerships.models import ApplicationStatus
from tests.factories import CityFactory, ClusterApplicationFactory, ClusterFactory
from tests.permissions.desk import ASKING, IMPARTIAL, REASONED
from tests.permissions.workflows import Workflow, at, status_of


def asked(status: str):
    def made(desk):
        return ClusterApplicationFactory(
            cluster=ClusterFactory(cities=[CityFactory(slug="first")]),
            city=desk.cities["asking"],
            by=desk.people["requester"],
            decided=status != ApplicationStatus.PENDING,
            status=status,
        )

    return made


def at_desk(verb: str):
    return at("/admin/review/cluster-application/{pk}/", verb=verb, **REASONED)


CLUSTER_APPLICATION = Workflow(
    states={status: asked(status) for status in ApplicationStatus.values},
    verbs={
        "approve": at_desk("approve"),
        "decline": at_desk("decline"),
        "withdraw": at("/partnerships/clusters/applications/{pk}/withdraw/"),
    },
    state_of=status_of,
    allowed={
        # A broker who represents the city leaves it to another broker.
        "approve": {"pending": ("accepted", IMPARTIAL)},
        "decline": {"pending": ("declined", IMPARTIAL)},
        "withdraw": {"pending": ("withdrawn", ASKING)},
    },
)
