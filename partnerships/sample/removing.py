"""Remove the sample data set; the append-only history alone keeps what was written."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from community.models import (
    Comment,
    Decision,
    Experience,
    Flag,
    Follow,
    Notification,
    TagProposal,
    User,
)
from partnerships.models import (
    Cluster,
    ClusterApplication,
    ClusterNews,
    Match,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    Representation,
    Round,
)
from partnerships.sample.people import DOMAIN
from repository.models import CaseStudy, City, Series, Webinar

# Rows that point to another row of any model.
POINTING = (Notification, Decision, Flag, Follow, TagProposal)


@transaction.atomic
def remove() -> int:
    """Delete all samples and what members wrote about them; return the number of rows."""
    cities = City.objects.samples()
    cases = CaseStudy.objects.samples()
    members = User.objects.filter(email__endswith=DOMAIN, is_sample=True)
    requests = PartnershipRequest.objects.samples()
    rounds = Round.objects.filter(requests__in=requests).exclude(
        requests__in=PartnershipRequest.objects.real()
    )
    webinars = Webinar.objects.samples()
    experiences = Experience.objects.filter(
        models.Q(city__in=cities) | models.Q(author__in=members)
    )
    number = 0
    for rows in (
        rounds,
        Partnership.objects.samples(),
        Match.objects.filter(request__in=requests),
        requests,
        Offer.objects.samples(),
        Need.objects.samples(),
        ClusterNews.objects.filter(city__in=cities),
        ClusterApplication.objects.filter(city__in=cities),
        Representation.objects.filter(models.Q(city__in=cities) | models.Q(member__in=members)),
        Cluster.objects.samples(),
        comments(members, cases, webinars),
        experiences,
        cases,
        webinars,
        Series.objects.samples(),
        members,
        cities,
    ):
        number += delete(rows)
    return number


def comments(members: models.QuerySet, *subjects: models.QuerySet) -> models.QuerySet[Comment]:
    """Return the comments of sample members, those on samples, and the answers to any."""
    about = models.Q(author__in=members)
    for rows in subjects:
        kind = ContentType.objects.get_for_model(rows.model)
        about |= models.Q(content_type=kind, object_id__in=rows.values("pk"))
    found = Comment.objects.filter(about)
    return Comment.objects.filter(models.Q(pk__in=found.values("pk")) | models.Q(parent__in=found))


def delete(rows: models.QuerySet) -> int:
    """Delete rows, after what points to them; return how many rows of any model."""
    keys = list(rows.values_list("pk", flat=True))
    number = forget(rows.model, keys)
    return number + rows.model._default_manager.filter(pk__in=keys).delete()[0]


def forget(model: type[models.Model], keys: Iterable[int]) -> int:
    kind = ContentType.objects.get_for_model(model)
    pointing = [each.objects.filter(content_type=kind, object_id__in=keys) for each in POINTING]
    return sum(found.delete()[0] for found in pointing)
