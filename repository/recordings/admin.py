"""Inlines for recordings, chapters and transcript on the admin page of a webinar."""

import re

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.desk.base import KnownChoicesForm, KnownChoicesInline
from repository.desk.drafts import NamesCases
from repository.models import Chapter, Recording, Transcript
from repository.recordings import transcripts
from repository.recordings.models import clock

CLOCK = re.compile(r"(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)", re.ASCII)


class OfWebinar:
    """Mixin for inlines that grants the permissions held on the webinar."""

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("repository.view_webinar") or self.may_change(request)

    def may_change(self, request) -> bool:
        return request.user.has_perm("repository.change_webinar")

    def has_add_permission(self, request, obj=None):
        return self.may_change(request)

    def has_change_permission(self, request, obj=None):
        return self.may_change(request)

    def has_delete_permission(self, request, obj=None):
        return self.may_change(request)


class RecordingInline(OfWebinar, admin.TabularInline):
    model = Recording
    fields = ["position", "kind", "label", "url"]
    extra = 0


class ClockField(forms.Field):
    """A playback position as players show it ("12:30"), stored in seconds."""

    def prepare_value(self, value):
        return clock(value) if isinstance(value, int) else value

    def to_python(self, value):
        value = str(value or "").strip()
        if not value:
            return None
        found = CLOCK.fullmatch(value)
        if not found:
            raise ValidationError(
                gettext("Enter minutes and seconds, like %(example)s.") % {"example": "12:30"}
            )
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return (hours * 60 + minutes) * 60 + seconds

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != initial
        except ValidationError:
            return True


class ChapterForm(KnownChoicesForm):
    seconds = ClockField(
        label=_("Time"),
        widget=forms.TextInput(attrs={"size": 8}),
        help_text=_("Minutes and seconds from the start of the recording, with hours if needed."),
    )


class ChapterInline(NamesCases, OfWebinar, KnownChoicesInline, admin.StackedInline):
    model = Chapter
    form = ChapterForm
    shown_instead = {"case": "published_case"}
    autocomplete_fields = ["case", "practice"]
    fields = [("seconds", "title"), ("case", "practice")]
    ordering = ["seconds"]


class AgendaInline(ChapterInline):
    """The chapters of a webinar to come."""

    verbose_name = _("item of the agenda")
    verbose_name_plural = _("agenda")


class TranscriptForm(forms.ModelForm):
    """A transcript, typed or uploaded as a file."""

    file = forms.FileField(
        label=_("Or upload a file"),
        required=False,
        help_text=_("WebVTT (.vtt) or plain text in UTF-8. It replaces the text above."),
    )

    class Meta:
        help_texts = {
            "text": _(
                "WebVTT with times, or plain text with a blank line between paragraphs. "
                "We publish it when all speakers have agreed to the recording."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False

    def clean(self):
        given = super().clean()
        text = given.get("text", "")
        upload = given.get("file")
        if upload:
            if upload.size > 4 * transcripts.MAX_CHARACTERS:
                raise ValidationError({"file": gettext("This file is too large.")})
            try:
                text = upload.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise ValidationError(
                    {"file": gettext("This file is not text in UTF-8.")}
                ) from None
        try:
            given["text"] = transcripts.clean(text)
        except ValidationError as mistake:
            self.add_error("file" if upload else "text", mistake)
        else:
            if not given["text"]:
                self.add_error("text", gettext("This file contains no text."))
        return given


class TranscriptInline(OfWebinar, admin.StackedInline):
    model = Transcript
    form = TranscriptForm
    fields = ["language", "text", "file"]
    extra = 0
