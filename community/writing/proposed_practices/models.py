import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.models import CaseStatus


class ProposalOutcome(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("practice", "Accepted")
    DECLINED = "declined", _("Declined")


class ProposedPracticeQuerySet(models.QuerySet):
    def waiting(self):
        """Unanswered proposals whose case the moderators can read."""
        read = [CaseStatus.SUBMITTED, CaseStatus.PUBLISHED]
        return self.filter(outcome="", case__status__in=read)


@pghistory.track()
class ProposedPractice(models.Model):
    """A practice that an author proposes for the collection; a moderator decides about it."""

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="proposed_practices",
        verbose_name=_("case study"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="proposed_practices",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    name = models.CharField(_("name"), max_length=90)
    summary = models.CharField(_("summary"), max_length=260, blank=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=ProposalOutcome, blank=True, editable=False
    )
    # The outcome: the practice that was created, or the existing one.
    practice = models.ForeignKey(
        "repository.Practice",
        models.SET_NULL,
        related_name="+",
        verbose_name=_("practice"),
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("proposed"), auto_now_add=True)

    objects = ProposedPracticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed practice")
        verbose_name_plural = _("proposed practices")
        ordering = ["pk"]
        default_permissions = ("change", "view")
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(outcome=""),
                name="proposed_practice_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "name"],
                name="proposed_practice_unique",
                violation_error_message=_("This practice has already been proposed."),
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="proposed_practice_has_name",
                violation_error_message=_("Enter a name for the practice."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", *ProposalOutcome.values]),
                name="proposed_practice_outcome_known",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return self.case.get_absolute_url()
