from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.dates import days


class EntryKind(models.TextChoices):
    CALL = "call", _("Call")
    NOTE = "note", _("Note")
    EMAIL = "email", _("Email")


class TimelineQuerySet(models.QuerySet):
    def due(self, *, on: date):
        """Entries to be followed up by this day."""
        return self.filter(follow_up_on__lte=on, followed_up_at=None)


class TimelineEntry(models.Model):
    """A call, a note or an email of a broker about a request, with a day to follow up.

    Only brokers can read it. An email has the city that it was sent to.
    """

    request = models.ForeignKey(
        "partnerships.PartnershipRequest",
        models.CASCADE,
        related_name="timeline",
        verbose_name=_("partnership request"),
    )
    kind = models.CharField(_("kind"), max_length=5, choices=EntryKind)
    city = models.ForeignKey(
        "repository.City",
        models.PROTECT,
        related_name="+",
        verbose_name=_("city"),
        null=True,
        blank=True,
    )
    words = models.TextField(_("text"), max_length=3000)
    follow_up_on = models.DateField(
        _("follow up on"), null=True, blank=True, validators=[days.check_day]
    )
    followed_up_at = models.DateTimeField(_("followed up"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = TimelineQuerySet.as_manager()

    class Meta:
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline entries")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            days.day_in_range("follow_up_on", name="timeline_follow_up_in_range"),
            models.CheckConstraint(
                condition=models.Q(kind__in=EntryKind.values), name="timeline_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(words=""),
                name="timeline_has_words",
                violation_error_message=_("Write what happened."),
            ),
            models.CheckConstraint(
                condition=models.Q(followed_up_at=None) | models.Q(follow_up_on__isnull=False),
                name="timeline_followed_up_has_day",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.request}"
