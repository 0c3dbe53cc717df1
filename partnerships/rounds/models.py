import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundStatus(models.TextChoices):
    DRAFT = "draft", _("In preparation")
    RUNNING = "running", _("Calculating")
    DONE = "done", _("Completed")
    FAILED = "failed", _("Failed")


@pghistory.track(exclude=["progress"])
class Round(models.Model):
    """A matchmaking event in which cities are assigned to requests for the best total."""

    name = models.CharField(_("name"), max_length=120)
    requests = models.ManyToManyField(
        "partnerships.PartnershipRequest",
        related_name="rounds",
        verbose_name=_("partnership requests"),
        blank=True,
    )
    # {primary key of a city, as text: its maximum number of partners}.
    capacities = models.JSONField(_("capacities"), default=dict, blank=True)
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=RoundStatus,
        default=RoundStatus.DRAFT,
        editable=False,
    )
    # {primary key of a request, as text: the cities that a broker has left out for it}.
    left_out = models.JSONField(
        _("excluded"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        blank=True,
        editable=False,
    )
    # A round running for too long was interrupted, and may be started again.
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    # In percent.
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, editable=False)
    # As returned by `assignment.Round.as_data`.
    result = models.JSONField(_("result"), default=dict, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("matchmaking round")
        verbose_name_plural = _("matchmaking rounds")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=RoundStatus.values), name="round_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(progress__range=(0, 100)), name="round_progress_is_share"
            ),
        ]

    def __str__(self):
        return self.name
