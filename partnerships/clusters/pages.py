"""The pages that show a cluster, and the members for whom they change."""

from django.urls import reverse

from community.pages.stamps import touch_members
from partnerships.desk.notices import focal_points
from partnerships.models import Cluster, ClusterApplication
from repository.models import PageStamp


def show(cluster: Cluster) -> None:
    """Mark the pages that show a cluster as changed."""
    PageStamp.objects.touch(cluster.get_absolute_url(), reverse("partnerships:cluster_list"))


def show_application(application: ClusterApplication) -> None:
    """Mark the pages that show an application as changed: also desks of its city's members."""
    touch_members(focal_points(application.city_id))
    show(application.cluster)
