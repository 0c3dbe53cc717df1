import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.dates.clock import MomentField


@pghistory.track(exclude=["document"])
class Submission(models.Model):
    """The submission of a case to the moderators, with a note."""

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
    note = models.CharField(_("note to moderators"), max_length=1000, blank=True)
    # The case as submitted, as in `documents.py`, to compare with the next round. Empty in
    # submissions from before it was recorded.
    document = models.JSONField(_("text"), default=dict, blank=True, editable=False)
    created_at = MomentField(_("submitted"), auto_now_add=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["by", "-created_at"], name="submission_of_member")]

    def __str__(self):
        return str(self.case)


class WorkingCopy(models.Model):
    """The autosaved, unsaved input of a member in the form of a case.

    It is no part of the collection: autosaving every few seconds updates no public page and writes
    no history. `token` is one opened form; `base` is the digest of the text it was opened with.
    """

    token = models.CharField(max_length=32, unique=True)
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="working_copies",
        verbose_name=_("member"),
    )
    # Null for a case that was never saved.
    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="working_copies",
        verbose_name=_("case study"),
        null=True,
        blank=True,
    )
    base = models.CharField(max_length=32, blank=True)
    document = models.JSONField(_("text"))
    kept_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        ordering = ["-kept_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["member", "case"], name="working_copy_of_member")]

    def __str__(self):
        return self.document.get("title") or self.token


class SavedText(models.Model):
    """A version of a case saved by a form: the base for three-way merges.

    `token` is the form that saved it, so that submitting a form twice creates one case.
    """

    case = models.ForeignKey(
        "repository.CaseStudy",
        models.CASCADE,
        related_name="saved_texts",
        verbose_name=_("case study"),
    )
    digest = models.CharField(max_length=32)
    document = models.JSONField(_("text"))
    token = models.CharField(max_length=32, blank=True)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        verbose_name = _("saved text")
        verbose_name_plural = _("saved texts")
        ordering = ["-saved_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["token"], condition=~models.Q(token=""), name="saved_text_of_form")
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "digest"], name="saved_text_unique"),
        ]

    def __str__(self):
        return self.digest
