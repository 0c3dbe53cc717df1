from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin
from repository.desk.drafts import NamesCases, number_of_cases
from repository.models import Recommendation


@admin.register(Recommendation)
class RecommendationAdmin(NamesCases, CollectionAdmin):
    list_display = ["title", "kind", "number", "series", "related_cases"]
    list_filter = ["kind", "series"]
    list_select_related = ["series"]
    search_fields = ["title", "summary", "slug"]
    shown_instead = {"cases": "published_cases"}
    autocomplete_fields = ["series", "cases"]
    prepopulated_fields = {"slug": ["title"]}
    fields = [
        ("series", "kind", "number"),
        "title",
        "slug",
        "summary",
        "body",
        "place",
        "cases",
        "questions",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=number_of_cases(request))

    @admin.display(description=_("related cases"), ordering="number_of_cases")
    def related_cases(self, recommendation):
        return recommendation.number_of_cases
