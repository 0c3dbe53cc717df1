from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from repository.models import Webinar

from .appearance import AppearanceInWebinarInline
from .base import CollectionAdmin


@admin.register(Webinar)
class WebinarAdmin(CollectionAdmin):
    list_display = ["title", "number", "series", "date", "speakers", "has_recording", "views"]
    list_filter = ["series", ("recording", admin.EmptyFieldListFilter)]
    list_select_related = ["series"]
    search_fields = ["title", "slug", "summary", "=number"]
    search_help_text = _("Words of the title or the summary, or the number.")
    ordering = ["series", "number"]
    autocomplete_fields = ["series", "countries", "cities", "practices"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": [("series", "number"), "title", "slug", "summary", "date"]}),
        (_("What it dealt with"), {"fields": ["cities", "countries", "practices", "tags"]}),
        (_("Recording and slides"), {"fields": ["recording", "slides", ("views", "downloads")]}),
    ]
    inlines = [AppearanceInWebinarInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_speakers=Count("appearances"))

    @admin.display(description=_("speakers"), ordering="number_of_speakers")
    def speakers(self, webinar):
        return webinar.number_of_speakers

    @admin.display(description=_("recording"), boolean=True)
    def has_recording(self, webinar):
        return bool(webinar.recording)
