from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseSection(models.TextChoices):
    """The sections of a case in page order: field name and heading."""

    CHALLENGE = "challenge", _("Challenge")
    SOLUTION = "solution", _("Solution")
    RESULTS = "results", _("Results")
    LESSONS = "lessons", _("Lessons")
    WHAT_DID_NOT_WORK = "what_did_not_work", _("What didn’t work")
    PRECONDITIONS = "preconditions", _("Preconditions")
    ADVICE = "advice", _("Advice for replication")
