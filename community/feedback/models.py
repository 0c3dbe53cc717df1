from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.translating.models import LanguageReviewer
from repository.dates.clock import MomentField
from repository.translations.languages import site_languages

# What tells the texts apart that members report.
TEXT = ("language", "is_message", "context", "text")


class FeedbackKind(models.TextChoices):
    PAGE = "page", _("About a page")
    TRANSLATION = "translation", _("Reported translation")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")


class ReportStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("report of a translation", "Open")
    DONE = "done", _("Done")


class PageFeedbackQuerySet(models.QuerySet):
    def about_pages(self):
        return self.filter(kind=FeedbackKind.PAGE)

    def reports(self):
        """Reports of wrong translations."""
        return self.filter(kind=FeedbackKind.TRANSLATION)

    def open(self):
        return self.filter(status=ReportStatus.OPEN)

    def done(self):
        return self.filter(status=ReportStatus.DONE)

    def in_languages_of(self, user):
        """Reports in languages that a member reviews. Read each time: a role can be revoked."""
        return self.filter(language__in=LanguageReviewer.objects.by(user).values("language"))

    def reports_visible_to(self, user):
        """Staff who read feedback see all reports, language reviewers those of their languages."""
        if user.has_perm("community.view_pagefeedback"):
            return self.reports()
        return self.reports().in_languages_of(user)

    def about_text_of(self, report):
        """The reports of one text, by all members."""
        return self.reports().filter(**report.reported_text)

    def newest_of_each_text(self):
        same = {name: models.OuterRef(name) for name in TEXT}
        newer = PageFeedback.objects.reports().filter(**same).order_by("-created_at", "-pk")
        return self.filter(pk=models.Subquery(newer.values("pk")[:1]))


is_report = models.Q(kind=FeedbackKind.TRANSLATION)


# Only reports: nothing is stored about who sends feedback about a page. And without the member's
# words, which go with the account.
@pghistory.track(
    pghistory.InsertEvent(condition=pghistory.Q(new__kind=FeedbackKind.TRANSLATION)),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(condition=pghistory.Q(old__kind=FeedbackKind.TRANSLATION)),
    exclude=["page", "answer", "message", "created_at", "by", "quoted", "text"],
)
class PageFeedback(models.Model):
    """What a reader says about a page: whether it was useful, or which translation is wrong.

    Nothing is stored about who says whether a page was useful. A translation is reported by a
    member, `by`, once for each text, and may be reported again. `text` is the English message of
    the interface whose translation was quoted, or else the quoted text itself.
    """

    kind = models.CharField(
        _("type"), max_length=11, choices=FeedbackKind, default=FeedbackKind.PAGE
    )
    page = models.CharField(_("page"), max_length=300, blank=True)
    answer = models.CharField(_("useful"), max_length=6, choices=Answer, blank=True)
    message = models.TextField(_("message"), max_length=2000, blank=True)
    created_at = MomentField(_("sent at"), auto_now_add=True)

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="translation_reports",
        verbose_name=_("reported by"),
        null=True,
        blank=True,
    )
    language = models.CharField(_("language"), max_length=10, choices=site_languages, blank=True)
    quoted = models.TextField(_("wrong text"), max_length=500, blank=True)
    is_message = models.BooleanField(
        _("part of the interface"),
        default=False,
        help_text=_("Otherwise it is a text that a reader quoted."),
    )
    context = models.CharField(_("context"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    status = models.CharField(_("status"), max_length=4, choices=ReportStatus, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        verbose_name=_("done by"),
        null=True,
        blank=True,
    )
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)

    objects = PageFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="feedback_newest")]
        constraints = [
            # By digest: a message can be longer than a key of an index.
            models.UniqueConstraint(
                "by",
                "language",
                "is_message",
                "context",
                MD5("text"),
                condition=is_report,
                name="feedback_translation_once",
            ),
            models.CheckConstraint(
                condition=is_report
                | models.Q(
                    kind=FeedbackKind.PAGE,
                    answer__in=Answer.values,
                    by=None,
                    language="",
                    quoted="",
                    text="",
                    status="",
                ),
                name="feedback_about_page_is_anonymous",
            ),
            models.CheckConstraint(
                condition=~is_report | models.Q(by__isnull=False) & ~models.Q(quoted=""),
                name="feedback_report_has_text",
            ),
            models.CheckConstraint(
                condition=~is_report | ~models.Q(language__in=["", "en"]) & ~models.Q(text=""),
                name="feedback_report_is_translation",
            ),
            models.CheckConstraint(
                condition=~is_report & models.Q(done_at=None)
                | models.Q(status=ReportStatus.OPEN, done_at=None)
                | models.Q(status=ReportStatus.DONE, done_at__isnull=False),
                name="feedback_done_has_date",
            ),
        ]

    def __str__(self):
        return self.text[:80] or f"{self.page}: {self.get_answer_display()}"

    @property
    def is_report(self) -> bool:
        return self.kind == FeedbackKind.TRANSLATION

    @property
    def reported_text(self) -> dict[str, Any]:
        """What identifies the text that is reported."""
        return {name: getattr(self, name) for name in TEXT}
