from django.contrib import admin

from repository.models import Appearance

from .base import KnownChoicesInline


class AppearanceOfSpeakerInline(KnownChoicesInline, admin.StackedInline):
    model = Appearance
    autocomplete_fields = ["webinar"]
    fields = [("webinar", "honorific", "title")]
    ordering = ["webinar__series", "webinar__number"]


class AppearanceInWebinarInline(KnownChoicesInline, admin.StackedInline):
    model = Appearance
    autocomplete_fields = ["speaker"]
    fields = [("position", "honorific", "speaker", "title")]
