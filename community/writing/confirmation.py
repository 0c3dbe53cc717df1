"""Cases that are due for confirmation: nobody has checked them for a year."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from community.models import Notification
from repository.models import CaseStudy

ASKED_EVERY = timedelta(days=365)
EVENT = "case.verify"


def due() -> models.QuerySet[CaseStudy]:
    """Cases that are due."""
    return CaseStudy.objects.unchecked_since(timezone.localdate() - ASKED_EVERY)


def is_due(case: CaseStudy) -> bool:
    """Whether a case is due, without a query."""
    return case.is_published and case.last_checked < timezone.localdate() - ASKED_EVERY


def unasked() -> models.QuerySet:
    """Authors of due cases who were not asked within a year, as rows (case, author)."""
    asked = Notification.objects.filter(
        member=OuterRef("user"),
        event=EVENT,
        content_type=ContentType.objects.get_for_model(CaseStudy),
        object_id=OuterRef("casestudy"),
        created_at__gt=timezone.now() - ASKED_EVERY,
    )
    authorships = CaseStudy.authors.through.objects
    return authorships.filter(
        ~Exists(asked), casestudy__in=due().values("pk"), user__is_active=True
    ).order_by("casestudy", "user")
