from django.contrib import admin

from repository.desk.base import CollectionAdmin
from repository.evidence.admin import EvidenceInline
from repository.models import LandscapeSection


@admin.register(LandscapeSection)
class LandscapeSectionAdmin(CollectionAdmin):
    list_display = ["title", "number", "series", "place"]
    list_filter = ["series"]
    list_select_related = ["series"]
    search_fields = ["title", "summary", "slug"]
    autocomplete_fields = ["series", "references"]
    prepopulated_fields = {"slug": ["title"]}
    fields = [
        ("series", "number"),
        "title",
        "slug",
        "summary",
        "body",
        "place",
        "references",
        "questions",
    ]
    inlines = [EvidenceInline]
