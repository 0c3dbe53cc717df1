from django.contrib import admin
from django.utils.translation import gettext

from repository.models import Appearance, Consent

from .base import KnownChoicesForm, KnownChoicesInline

CONSENTS = ("recording_consent", "slides_consent")


class AppearanceForm(KnownChoicesForm):
    """What speakers said themselves stays theirs: staff take a yes back, but never give one."""

    def clean(self):
        given = super().clean()
        for name in CONSENTS:
            is_new = name in given and given[name] != getattr(self.instance, name)
            if self.instance.answered_at and is_new and given[name] != Consent.NO:
                self.add_error(
                    name,
                    gettext("The speaker answered this. Send the link, so that they change it."),
                )
        return given


class AppearanceInline(KnownChoicesInline, admin.StackedInline):
    model = Appearance
    form = AppearanceForm
    readonly_fields = ["answered_at"]


class AppearanceOfSpeakerInline(AppearanceInline):
    autocomplete_fields = ["webinar"]
    fields = [("webinar", "honorific", "title"), (*CONSENTS, "answered_at")]
    ordering = ["webinar__series", "webinar__number"]


class AppearanceInWebinarInline(AppearanceInline):
    autocomplete_fields = ["speaker"]
    fields = [("position", "honorific", "speaker", "title"), (*CONSENTS, "answered_at")]
