import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class HiddenChange(models.Model):
    """A change of a published case whose text is hidden in the public history.

    For what should never have been public: personal data, abuse. `at` is the time of the change.
    """

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="hidden_changes",
        verbose_name=_("case study"),
    )
    at = models.DateTimeField(_("changed"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("by"),
        null=True,
    )
    created_at = models.DateTimeField(_("hidden"), auto_now_add=True)

    class Meta:
        verbose_name = _("hidden change")
        verbose_name_plural = _("hidden changes")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "at"], name="hidden_change_unique"),
        ]

    def __str__(self):
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"
