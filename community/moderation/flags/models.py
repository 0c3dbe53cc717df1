import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.discussion.contributions import About, SubjectQuerySet
from repository.dates.clock import MomentField


class FlagReason(models.TextChoices):
    SPAM = "spam", _("Spam or advertising")
    ABUSE = "abuse", _("Abusive to a person or group")
    OFF_TOPIC = "off-topic", _("Off topic")
    WRONG = "wrong", _("Wrong facts")
    COPYRIGHT = "copyright", _("Copied without permission")
    OTHER = "other", _("Something else")


class FlagOutcome(models.TextChoices):
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class FlagQuerySet(SubjectQuerySet):
    def open(self):
        """Flags that no moderator has answered."""
        return self.filter(outcome="")


@pghistory.track()
class Flag(About):
    """A member's report to the moderators about a contribution or a case."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="flags", verbose_name=_("flagged by")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=FlagReason)
    note = models.CharField(_("details"), max_length=500, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=FlagOutcome, blank=True, editable=False
    )
    # The decision that answered the flag; undoing it reopens the flag.
    decision = models.ForeignKey(
        "community.Decision",
        models.SET_NULL,
        related_name="flags",
        verbose_name=_("resolved by"),
        null=True,
        blank=True,
        editable=False,
    )
    created_at = MomentField(_("flagged on"), auto_now_add=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["created_at", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(outcome=""), name="flag_waiting"
            ),
            models.Index(
                fields=["content_type", "object_id"],
                condition=models.Q(outcome=""),
                name="flag_open_of_subject",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "by"],
                name="flag_unique",
                violation_error_message=_("You’ve already flagged this."),
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=FlagReason.values), name="flag_reason_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *FlagOutcome.values]),
                name="flag_outcome_known",
            ),
        ]

    def __str__(self):
        return self.get_reason_display()
