from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from repository.models import Series

from .base import CollectionAdmin
from .evidence import EvidenceInline


@admin.register(Series)
class SeriesAdmin(CollectionAdmin):
    list_display = ["title", "start", "end", "webinars"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["organizers", "supporters", "report"]
    prepopulated_fields = {"slug": ["title"]}
    fields = [
        "title",
        "slug",
        "summary",
        ("start", "end"),
        "organizers",
        "supporters",
        "framework",
        "report",
    ]
    inlines = [EvidenceInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_webinars=Count("webinars"))

    @admin.display(description=_("webinars"), ordering="number_of_webinars")
    def webinars(self, series):
        return series.number_of_webinars
