from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from repository.models import Practice

from .base import CollectionAdmin


@admin.register(Practice)
class PracticeAdmin(CollectionAdmin):
    list_display = ["name", "summary", "cases", "updated_at"]
    list_filter = ["themes"]
    search_fields = ["name", "summary", "slug"]
    autocomplete_fields = ["themes"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "summary", "description", "needs", "themes"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                # Distinct: the filter by theme joins as well.
                number_of_cases=Count("cases", distinct=True)
            )
        )

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def cases(self, practice):
        return practice.number_of_cases
