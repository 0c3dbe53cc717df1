import pghistory
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from repository.dates.clock import MomentField


class InvitationAnswer(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(answer="")


@pghistory.track()
class Invitation(models.Model):
    """An invitation by an author to write a case together."""

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="invitations",
        verbose_name=_("case study"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="invitations_sent",
        verbose_name=_("by"),
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="invitations",
        verbose_name=_("member"),
    )
    answer = models.CharField(
        _("answer"), max_length=10, choices=InvitationAnswer, blank=True, editable=False
    )
    created_at = MomentField(_("invited"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["case", "member"],
                condition=models.Q(answer=""),
                name="invitation_open_once",
                violation_error_message=_("This member has already been invited."),
            ),
            models.CheckConstraint(
                condition=models.Q(answer__in=["", *InvitationAnswer.values]),
                name="invitation_answer_known",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | ~models.Q(answer="") & models.Q(answered_at__isnull=False),
                name="invitation_answer_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("member")),
                name="invitation_to_another",
                violation_error_message=_("You’re already an author of this case."),
            ),
        ]

    def __str__(self):
        return self.case.title

    def get_absolute_url(self):
        return reverse("community:invitation", args=[self.pk])
