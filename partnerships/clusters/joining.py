"""Cities that ask to join a cluster: their focal points ask, brokers decide.

Rows are locked in this order: the author's lock; the cluster; the application; a claim; members and
pages. A pending application is unique for a city and a cluster.
"""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.discussion.trust import check_rate, lock_author
from community.models import Decision, NoticeKind, User, Verb
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words
from community.notices.notify import notify
from partnerships import permissions
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import checked
from partnerships.models import ApplicationStatus, Cluster, ClusterApplication
from partnerships.representation.rights import as_now, check_broker, check_speaks
from repository.dates import clock
from repository.models import City
from repository.samples import check_samples_apart
from repository.workflow import ActionRefused, Step, action, lock, lock_all

MAX_PER_DAY = 5

PENDING = frozenset({ApplicationStatus.PENDING})
DECIDED = gettext_lazy("This application has already been decided. Its status is “%(status)s”.")
STEPS = {
    Verb.APPROVE: Step(
        PENDING, ApplicationStatus.ACCEPTED, DECIDED, by="a broker", event="cluster.joined"
    ),
    Verb.DECLINE: Step(
        PENDING, ApplicationStatus.DECLINED, DECIDED, by="a broker", event="cluster.declined"
    ),
    "withdraw": Step(PENDING, ApplicationStatus.WITHDRAWN, DECIDED, by="a focal point of the city"),
}


@action
def ask_to_join(*, cluster: Cluster, city: City, by: User, note: str = "") -> ClusterApplication:
    """Ask for a city to join a cluster, as one of its focal points.

    The pending application is returned if there is one, also one by a colleague.
    """
    by = lock_author(by)
    # Two focal points may ask at the same moment, or a broker may add the city.
    cluster = lock(Cluster, cluster.pk)
    check_speaks(by, city)
    check_samples_apart(city, cluster)
    known = cluster.applications.pending().filter(city=city).first()
    if known is not None:
        return known
    if cluster.cities.filter(pk=city.pk).exists():
        raise ActionRefused(_("Your city is already in the cluster."))
    check_rate(
        ClusterApplication.objects.filter(by=by), most=MAX_PER_DAY, hours=24, field="asked_at"
    )
    application = ClusterApplication(cluster=cluster, city=city, by=by)
    application.note = checked(application, "note", note)
    application.save()
    notify(
        set(brokers()) - {by.pk},
        kind=NoticeKind.BROKERING,
        event="cluster.asked",
        subject=cluster,
        key=f"cluster-asked-{application.pk}",
        joining=str(application.pk),
        city=str(city.pk),
        country=city.country.iso2,
    )
    return application


@action
def withdraw(*, application: ClusterApplication, by: User) -> ClusterApplication:
    """Take an application back, as a focal point of its city."""
    application = lock_for(application)
    check_speaks(by, application.city)
    application.status = STEPS["withdraw"].check(application)
    application.decided_at = clock.now()
    application.save(update_fields=["status", "decided_at"])
    return application


@action
def decide(
    *,
    application: ClusterApplication,
    verb: Verb,
    by: User,
    reason: str = "",
    message: str = "",
) -> Decision:
    """Accept or decline an application, as a broker who does not represent the city."""
    if verb not in (Verb.APPROVE, Verb.DECLINE):
        raise ActionRefused(_("You can’t do this here."))
    application = lock_for(application)
    check_broker(by)
    if permissions.is_own_application(as_now(by), application):
        raise ActionRefused(_("You represent this city, so another broker must decide."))
    status = STEPS[verb].check(application)
    check_words(verb, reason, message)
    end_claim(application, by)
    return conclude(application, status, verb, by, reason=reason, message=message)


def accept_added(cluster: Cluster, cities: Collection[int], *, by: User) -> set[int]:
    """Accept the pending applications of cities that a broker has just added at the desk.

    Return the cities that had one, by primary key. The caller has a transaction, has locked
    the members, and leaves cities of the broker to others.
    """
    rows = cluster.applications.pending().filter(city__in=cities).select_related("cluster", "city")
    found = lock_all(rows)
    for application in found:
        conclude(application, ApplicationStatus.ACCEPTED, Verb.APPROVE, by)
    return {application.city_id for application in found}


def conclude(
    application: ClusterApplication,
    status: ApplicationStatus,
    verb: Verb,
    by: User,
    *,
    reason: str = "",
    message: str = "",
) -> Decision:
    """Save and record a decision, and notify the focal points of the city."""
    before, application.status = application.status, status
    application.decided_at = clock.now()
    application.save(update_fields=["status", "decided_at"])
    if status == ApplicationStatus.ACCEPTED:
        application.cluster.cities.add(application.city_id)
    decision = Decision.objects.create(
        subject=application,
        by=by,
        concerns=application.by,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    notify(
        focal_points(application.city_id),
        kind=NoticeKind.PARTNERSHIP,
        event=STEPS[verb].event,
        subject=application.cluster,
        key=f"decision-{decision.pk}",
        application=str(application.pk),
        reason=decision.reason,
        message=decision.message,
    )
    return decision


def lock_for(application: ClusterApplication) -> ClusterApplication:
    """Lock the cluster, whose cities may change, and the application."""
    lock(Cluster, application.cluster_id)
    rows = ClusterApplication.objects.select_related("cluster", "city__country", "by")
    return lock(rows, application.pk)


def restore_application(application: ClusterApplication, decision: Decision) -> None:
    """Make a decided application pending again; the city leaves the cluster."""
    cluster = application.cluster
    if application.status == ApplicationStatus.ACCEPTED:
        if cluster.is_public and not cluster.cities.exclude(pk=application.city_id).exists():
            raise ActionRefused(
                _("This is the only city in a public cluster. Hide the cluster first.")
            )
        cluster.cities.remove(application.city_id)
    application.status, application.decided_at = ApplicationStatus(decision.before), None
    try:
        with transaction.atomic():
            application.save(update_fields=["status", "decided_at"])
    except IntegrityError:
        raise ActionRefused(
            _("The city has applied again since then. Decide on the new application.")
        ) from None
