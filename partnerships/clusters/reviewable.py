"""The review of applications of cities to join a cluster."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from community.models import Decision, User, Verb
from community.moderation.reviewable import QueueRows
from partnerships import permissions
from partnerships.clusters import joining
from partnerships.desk.reviewable import BrokeredReview
from partnerships.models import ApplicationStatus, ClusterApplication

# The maximum number of cities of the cluster that are named.
SHOWN = 60


class ClusterApplicationReview(BrokeredReview):
    model = ClusterApplication
    word = "cluster-application"
    template = "partnerships/clusters/review.html"
    results = {
        Verb.APPROVE: ApplicationStatus.ACCEPTED,
        Verb.DECLINE: ApplicationStatus.DECLINED,
    }
    lock_to_restore = staticmethod(joining.lock_for)
    restore_subject = staticmethod(joining.restore_application)

    def for_page(self) -> QuerySet:
        return ClusterApplication.objects.select_related(
            "cluster", "city__country", "by__membership"
        )

    def context(self, subject: ClusterApplication) -> dict[str, Any]:
        return {"cities": subject.cluster.cities.select_related("country")[:SHOWN]}

    def language(self, subject: ClusterApplication) -> str:
        return subject.by.language if subject.by else ""

    def verbs(self, found: ClusterApplication) -> list[Verb]:
        return [Verb.APPROVE, Verb.DECLINE] if found.is_pending else []

    def apply(
        self, found: ClusterApplication, verb: Verb, *, by: User, form: Any, words: dict
    ) -> None:
        joining.decide(application=found, verb=verb, by=by, **words)

    def is_own(self, user: User, subject: ClusterApplication) -> bool:
        return permissions.is_own_application(user, subject)

    def can_appeal(self, decision: Decision, subject: ClusterApplication) -> bool:
        # The city can ask again.
        return False

    def page_and_details(self, subject: ClusterApplication) -> dict[str, Any]:
        return {"subject": subject.cluster, "application": str(subject.pk)}

    def waiting(self) -> Iterable[QueueRows]:
        yield QueueRows(
            "cluster-application",
            _("Cluster applications"),
            ClusterApplication.objects.pending(),
            title="cluster__name",
            since="asked_at",
            city="city",
        )
