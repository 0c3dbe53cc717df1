"""Consent of speakers. Nothing is published without it."""

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class Consent(models.TextChoices):
    """The answer of a speaker to a request for consent."""

    UNSAID = "", _("Not answered")
    YES = "yes", _("Agrees")
    NO = "no", _("Does not agree")
    # For webinars recorded and published before this site asked for consent.
    THEN = "then", _("Published at the time")


GIVEN = (Consent.YES, Consent.THEN)


def refusals(name: str) -> models.QuerySet:
    """Return a subquery: appearances of speakers without consent, for the outer query's webinar."""
    rows = apps.get_model("repository.Appearance").objects.filter(webinar=models.OuterRef("pk"))
    return rows.exclude(**{f"{name}__in": GIVEN})
