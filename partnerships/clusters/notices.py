"""Notices about clusters to focal points."""

from collections.abc import Collection

from community.models import NoticeKind
from community.notices.notify import notify
from partnerships.desk.notices import focal_points
from partnerships.models import Cluster
from repository.dates import clock


def announce_cities(cluster: Cluster, joined: Collection[int]) -> None:
    """Notify the focal points of cities that a broker has added, by primary key."""
    if joined:
        notify(
            focal_points(*joined),
            kind=NoticeKind.PARTNERSHIP,
            event="cluster.joined",
            subject=cluster,
            key=f"cluster-joined-{cluster.pk}-{clock.now().isoformat()}",
        )
