import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from community.moderation.decisions.models import Reason


class UsedBy(models.TextChoices):
    """Who is offered a text, and for which of their decisions."""

    MODERATORS = "moderators", _("Moderators")
    BROKERS = "brokers", _("Brokers: all decisions")
    REVIEWS = "reviews", _("Brokers: requests, offers and needs")
    PROPOSALS = "proposals", _("Brokers: proposals")
    ENDS = "ends", _("Brokers: ended candidates and introductions")
    REPRESENTATIONS = "represent", _("Brokers: representations")


class CannedTextQuerySet(models.QuerySet):
    def for_moderators(self):
        return self.filter(used_by=UsedBy.MODERATORS)

    def for_brokers(self, decision=None):
        """Those for one of their decisions, such as PROPOSALS; without one, all."""
        if decision is None:
            return self.exclude(used_by=UsedBy.MODERATORS)
        return self.filter(used_by__in=[UsedBy.BROKERS, decision])


@pghistory.track()
class CannedText(models.Model):
    """A message that staff send often, for one reason.

    `language` is that of the original; other languages have translations of it.
    """

    used_by = models.CharField(
        _("used by"), max_length=10, choices=UsedBy, default=UsedBy.MODERATORS
    )
    reason = models.CharField(
        _("reason"), max_length=20, choices=[choice for choice in Reason.choices if choice[0]]
    )
    language = models.CharField(_("language"), max_length=10)
    title = models.CharField(
        _("title"), max_length=60, help_text=_("Helps moderators find it. Members don’t see it.")
    )
    text = models.TextField(_("message"), max_length=2000)

    objects = CannedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned response")
        verbose_name_plural = _("canned responses")
        ordering = ["language", "reason", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["used_by", "reason", "language", "title"],
                name="canned_text_unique",
                violation_error_message=_(
                    "A canned response with this title already exists for this reason and language."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(text="") & ~models.Q(title=""),
                name="canned_text_has_words",
                violation_error_message=_("Enter a title and a message."),
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=[value for value in Reason.values if value]),
                name="canned_text_reason_known",
            ),
            models.CheckConstraint(
                condition=models.Q(used_by__in=UsedBy.values), name="canned_text_user_known"
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("admin:community_cannedtext_change", args=[self.pk])
