import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.clock import MomentField


@pghistory.track()
class Submission(models.Model):
    """An author hands a case to the moderators, with a word to them."""

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="submissions",
        verbose_name=_("case study"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="submissions",
        verbose_name=_("by"),
        null=True,
        blank=True,
    )
    note = models.CharField(_("word to the moderators"), max_length=1000, blank=True)
    created_at = MomentField(_("submitted"), auto_now_add=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["by", "-created_at"], name="submission_of_member")]

    def __str__(self):
        return str(self.case)
