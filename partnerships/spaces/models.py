"""The private space of two introduced cities and their broker."""

import re
import secrets
from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from community.models import AttachmentKind, OfficeKind
from community.writing.attachments.models import LARGEST
from repository.dates import clock, days
from repository.fields import RenderedField
from repository.search.excerpts import shortened

FILE_KINDS = [*AttachmentKind.choices, *OfficeKind.choices]


def space_file_name(file: "SpaceFile", filename: str) -> str:
    """Return the storage path of a file, independent of the name of the uploaded file."""
    return f"spaces/{secrets.token_hex(16)}.{file.kind}"


@pghistory.track(exclude=["rendered"])
class Plan(models.Model):
    """The plan of two introduced cities; either can change it until both agree."""

    match = models.OneToOneField(
        "partnerships.Match", models.CASCADE, related_name="plan", verbose_name=_("match")
    )
    text = models.TextField(_("plan"), max_length=10_000, blank=True)
    rendered = RenderedField(sources=["text"])
    # Incremented by each change, so that nobody agrees to a text they have not read.
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    requester_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    candidate_agreed_at = models.DateTimeField(null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        default_permissions = ()

    def __str__(self):
        return str(self.match)

    @property
    def is_agreed(self) -> bool:
        return self.requester_agreed_at is not None and self.candidate_agreed_at is not None


class SpaceMessage(models.Model):
    """A message in the space of an introduction."""

    match = models.ForeignKey(
        "partnerships.Match", models.CASCADE, related_name="messages", verbose_name=_("match")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="space_messages",
        verbose_name=_("by"),
        null=True,
    )
    body = models.TextField(_("message"), max_length=5000)
    rendered = RenderedField(sources=["body"])
    # The form token, so that submitting the same form twice is idempotent.
    token = models.CharField(max_length=40, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(body=""),
                name="space_message_has_body",
                violation_error_message=_("Enter a message or add a file."),
            ),
            models.UniqueConstraint(fields=["match", "token"], name="space_message_once"),
        ]

    def __str__(self):
        return shortened(self.body, 60)


class SpaceFile(models.Model):
    """An image or a document in the space of an introduction."""

    match = models.ForeignKey(
        "partnerships.Match", models.CASCADE, related_name="files", verbose_name=_("match")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="space_files",
        verbose_name=_("by"),
        null=True,
    )
    kind = models.CharField(_("kind"), max_length=4, choices=FILE_KINDS, editable=False)
    file = models.FileField(_("file"), upload_to=space_file_name, max_length=120, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    title = models.CharField(_("description"), max_length=200)
    # Hash of the content, to detect duplicate uploads; empty for files of earlier releases.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ["created_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[*AttachmentKind.values, *OfficeKind.values]),
                name="space_file_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(size__range=(1, LARGEST)),
                name="space_file_size",
                violation_error_message=_("The file must be 8 MB or smaller."),
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="space_file_has_title",
                violation_error_message=_("Enter a short description of the file."),
            ),
            models.UniqueConstraint(
                fields=["match", "by", "title", "digest"],
                condition=~Q(digest=""),
                name="space_file_once",
                violation_error_message=_("This file has already been added."),
            ),
        ]

    def __str__(self):
        return self.title


# The web address of a call, without the punctuation that ends a sentence.
ADDRESS = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


USUAL_MINUTES = 60


class MeetingQuerySet(models.QuerySet):
    def planned(self):
        return self.filter(cancelled_at=None)

    def listed(self):
        """Those of the page: cancelled ones only until their time is over."""
        return self.filter(Q(cancelled_at=None) | Q(at__gt=clock.now()))


@pghistory.track()
class Meeting(models.Model):
    """A call, visit or workshop of two introduced cities."""

    match = models.ForeignKey(
        "partnerships.Match", models.CASCADE, related_name="meetings", verbose_name=_("match")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="meetings",
        verbose_name=_("by"),
        null=True,
    )
    title = models.CharField(_("title"), max_length=120)
    at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        default=USUAL_MINUTES,
        db_default=USUAL_MINUTES,
        editable=False,
    )
    place = models.CharField(_("place"), max_length=300, blank=True)
    # The number of changes, by which calendars recognise the latest version (RFC 5545).
    sequence = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    changed_at = clock.MomentField(_("changed"), auto_now=True, db_default=Now())
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["at", "pk"]
        default_permissions = ()
        constraints = [
            days.moment_in_range("at", name="meeting_moment_in_range"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 24 * 60)), name="meeting_minutes_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(title=""),
                name="meeting_has_title",
                violation_error_message=_("Enter what the meeting is about."),
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def stated_minutes(self) -> int | None:
        """The length of a call of a timetable; None for the usual hour, which nobody has stated."""
        return None if self.minutes == USUAL_MINUTES else self.minutes

    @property
    def ends_at(self) -> datetime:
        return self.at + timedelta(minutes=self.minutes)

    @property
    def place_parts(self) -> tuple[str, str, str]:
        """The place before, as, and after the web address of a call, if it has one."""
        found = ADDRESS.search(self.place)
        if found is None:
            return self.place, "", ""
        return self.place[: found.start()], found[0], self.place[found.end() :]
