"""The progress of a partnership: milestones and reports."""

from datetime import timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.agreements.models.partnerships import Partnership
from repository.dates import days

# Reports are asked for this long before they are due.
ASKED_BEFORE = timedelta(days=14)
# Months after the agreement at which reports are due.
REPORT_MONTHS = (6, 12, 24)


class Light(models.TextChoices):
    """The progress of a partnership as a traffic light."""

    ON_TRACK = "on-track", _("On track")
    DELAYED = "delayed", _("At risk")
    STUCK = "stuck", _("Off track")
    DONE = "done", _("Completed")


class Progress(models.TextChoices):
    """The progress of a partnership as shown: a light, or that nothing was reported yet."""

    NOT_REPORTED = "not-reported", _("Not reported yet")
    ON_TRACK = "on-track", _("On track")
    DELAYED = "delayed", _("At risk")
    STUCK = "stuck", _("Off track")
    DONE = "done", _("Completed")


@pghistory.track()
class Milestone(models.Model):
    """A planned step of a partnership with its due date."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="milestones", verbose_name=_("partnership")
    )
    title = models.CharField(_("milestone"), max_length=160)
    due_on = models.DateField(_("due"), validators=[days.check_day])
    done_on = models.DateField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]
        default_permissions = ("view",)
        constraints = [
            days.day_in_range("due_on", name="milestone_due_in_range"),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="milestone_has_title",
                violation_error_message=_("Enter the milestone."),
            ),
        ]

    def __str__(self):
        return self.title


class ProgressReportQuerySet(models.QuerySet):
    def submitted(self):
        return self.filter(submitted_at__isnull=False)

    def due(self, *, on):
        return self.filter(submitted_at=None, due_on__lte=on)


@pghistory.track()
class ProgressReport(models.Model):
    """A report on a partnership 6, 12 or 24 months after the agreement."""

    partnership = models.ForeignKey(
        Partnership, models.CASCADE, related_name="reports", verbose_name=_("partnership")
    )
    month = models.PositiveSmallIntegerField(_("months since the agreement"))
    due_on = models.DateField(_("due"))
    light = models.CharField(_("progress"), max_length=8, choices=Light, blank=True)
    progress = models.TextField(_("what has been done"), max_length=3000, blank=True)
    problems = models.TextField(_("problems"), max_length=2000, blank=True)
    figure = models.CharField(
        _("figure today"),
        max_length=300,
        blank=True,
        help_text=_("Today’s value of the figure you started from."),
    )
    evidence_url = models.URLField(_("link to evidence"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="progress_reports",
        verbose_name=_("by"),
        null=True,
        blank=True,
        editable=False,
    )
    reminded_at = models.DateTimeField(_("reminder sent"), null=True, blank=True, editable=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True, editable=False)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["due_on", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(submitted_at=None), name="report_outstanding"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "month"], name="report_unique_for_month"
            ),
            models.CheckConstraint(
                condition=Q(light__in=["", *Light.values]), name="report_light_known"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | ~Q(light="") & ~Q(progress=""),
                name="report_submitted_is_whole",
                violation_error_message=_("Choose a status and describe what has been done."),
            ),
        ]

    def __str__(self):
        return f"{self.partnership}, {self.month}"
