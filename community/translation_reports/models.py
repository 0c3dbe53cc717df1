import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.translating.models import LanguageReviewer
from repository.dates.clock import MomentField
from repository.translations.languages import site_languages


class ReportStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("report of a translation", "Open")
    DONE = "done", _("Done")


class ReportedTextQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status=ReportStatus.OPEN)

    def done(self):
        return self.filter(status=ReportStatus.DONE)

    def visible_to(self, user):
        """Staff who review translations see all, language reviewers those of their languages."""
        if user.has_perm("community.view_reportedtext"):
            return self
        return self.in_languages_of(user)

    def in_languages_of(self, user):
        """Those in languages that a member reviews. Read each time: a role can be revoked."""
        return self.filter(language__in=LanguageReviewer.objects.by(user).values("language"))


# Not the text: it may be a member's words, which go with the account.
@pghistory.track(exclude=["text"])
class ReportedText(models.Model):
    """A message of the interface that members report, or other text that they quote."""

    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    is_message = models.BooleanField(
        _("part of the interface"),
        help_text=_("Otherwise it is a text that a reader quoted."),
    )
    context = models.CharField(_("context"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    status = models.CharField(
        _("status"), max_length=4, choices=ReportStatus, default=ReportStatus.OPEN
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("done by"),
        null=True,
        blank=True,
    )
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)

    objects = ReportedTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("reported translation")
        verbose_name_plural = _("reported translations")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            # By digest: a message can be longer than a key of an index.
            models.UniqueConstraint(
                "language", "is_message", "context", MD5("text"), name="reported_text_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(language="en"), name="reported_text_is_translation"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="reported_text_has_text"),
            models.CheckConstraint(
                condition=models.Q(status=ReportStatus.OPEN, done_at__isnull=True)
                | models.Q(status=ReportStatus.DONE, done_at__isnull=False),
                name="reported_text_done_has_date",
            ),
        ]

    def __str__(self):
        return self.text[:80]


class TranslationReport(models.Model):
    """What a member says of one text: one report per member and text, which can be sent again."""

    text = models.ForeignKey(
        ReportedText, models.CASCADE, related_name="reports", verbose_name=_("text")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="translation_reports",
        verbose_name=_("reported by"),
    )
    quoted = models.TextField(_("wrong text"), max_length=500)
    suggestion = models.TextField(_("suggestion"), max_length=1000, blank=True)
    page = models.CharField(_("page"), max_length=300, blank=True)
    created_at = MomentField(_("sent at"), auto_now=True)

    class Meta:
        verbose_name = _("report of a translation")
        verbose_name_plural = _("reports of translations")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["text", "by"], name="translation_report_once"),
            models.CheckConstraint(
                condition=~models.Q(quoted=""), name="translation_report_has_text"
            ),
        ]

    def __str__(self):
        return self.quoted[:80]
