"""Further recordings, chapters and transcripts of webinars."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.places.models import check_language


class RecordingKind(models.TextChoices):
    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio only")


@pghistory.track()
class Recording(models.Model):
    """A further recording of a webinar: another part, another language, or audio only."""

    webinar = models.ForeignKey(
        "repository.Webinar", models.CASCADE, related_name="recordings", verbose_name=_("webinar")
    )
    kind = models.CharField(
        _("kind"), max_length=5, choices=RecordingKind, default=RecordingKind.VIDEO
    )
    label = models.CharField(
        _("label"), max_length=80, help_text=_("For example “In French” or “Part 2”.")
    )
    url = models.URLField(_("link"), max_length=500)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("consent to recording")
        verbose_name_plural = _("more recordings")
        ordering = ["webinar", "position", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=RecordingKind.values), name="recording_kind_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(label=""),
                name="recording_has_label",
                violation_error_message=_("Enter a label."),
            ),
        ]

    def __str__(self):
        return self.label


@pghistory.track()
class Chapter(models.Model):
    """A chapter of a recording, optionally about a case or a practice."""

    webinar = models.ForeignKey(
        "repository.Webinar", models.CASCADE, related_name="chapters", verbose_name=_("webinar")
    )
    seconds = models.PositiveIntegerField(_("time"))
    title = models.CharField(_("title"), max_length=200)
    case = models.ForeignKey(
        "repository.CaseStudy",
        models.SET_NULL,
        related_name="chapters",
        verbose_name=_("case study"),
        null=True,
        blank=True,
    )
    practice = models.ForeignKey(
        "repository.Practice",
        models.SET_NULL,
        related_name="chapters",
        verbose_name=_("practice"),
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ["webinar", "seconds"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["webinar", "seconds"],
                name="chapter_time_once",
                violation_error_message=_("Another chapter starts at the same time."),
            ),
            models.CheckConstraint(
                condition=models.Q(case__isnull=True) | models.Q(practice__isnull=True),
                name="chapter_about_one",
                violation_error_message=_(
                    "Choose either a case or a practice for a chapter, not both."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.clock} {self.title}"

    @property
    def clock(self) -> str:
        """Return its start as players show it: "12:30", "1:02:03"."""
        return clock(self.seconds)

    @property
    def anchor(self) -> str:
        return f"chapter-{self.seconds}"


def clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


# Exclude the text: it is long, and history would store every version of it permanently.
@pghistory.track(exclude=["text"])
class Transcript(models.Model):
    """The transcript of a webinar: WebVTT, or plain text with empty lines between paragraphs."""

    webinar = models.OneToOneField(
        "repository.Webinar", models.CASCADE, related_name="transcript", verbose_name=_("webinar")
    )
    language = models.CharField(
        _("language"), max_length=10, default="en", validators=[check_language]
    )
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("transcript")
        verbose_name_plural = _("transcripts")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="transcript_has_text",
                violation_error_message=_("This file contains no text."),
            ),
        ]

    def __str__(self):
        return str(self.webinar)

    @property
    def is_timed(self) -> bool:
        return self.text.startswith("WEBVTT")
