"""What speakers agree to. Without their word nothing is shown."""

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class Consent(models.TextChoices):
    """What a speaker said when asked."""

    UNSAID = "", _("Not answered")
    YES = "yes", _("Agrees")
    NO = "no", _("Does not agree")
    # Of webinars that were recorded and published before this site asked.
    THEN = "then", _("Recorded and published then")


GIVEN = (Consent.YES, Consent.THEN)


def refusals(name: str) -> models.QuerySet:
    """Of a webinar in an outer query: the appearances of speakers who have not agreed."""
    rows = apps.get_model("repository.Appearance").objects.filter(webinar=models.OuterRef("pk"))
    return rows.exclude(**{f"{name}__in": GIVEN})
