from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from repository.models import Recommendation

from .base import CollectionAdmin


@admin.register(Recommendation)
class RecommendationAdmin(CollectionAdmin):
    list_display = ["title", "kind", "number", "series", "related_cases"]
    list_filter = ["kind", "series"]
    list_select_related = ["series"]
    search_fields = ["title", "summary", "slug"]
    autocomplete_fields = ["series", "cases"]
    prepopulated_fields = {"slug": ["title"]}
    fields = [("series", "kind", "number"), "title", "slug", "summary", "body", "place", "cases"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=Count("cases"))

    @admin.display(description=_("related cases"), ordering="number_of_cases")
    def related_cases(self, recommendation):
        return recommendation.number_of_cases
