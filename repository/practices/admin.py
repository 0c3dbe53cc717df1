from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin
from repository.desk.drafts import number_of_cases
from repository.models import Practice


@admin.register(Practice)
class PracticeAdmin(CollectionAdmin):
    list_display = ["name", "summary", "case_count", "updated_at"]
    list_filter = ["themes"]
    search_fields = ["name", "summary", "slug"]
    autocomplete_fields = ["themes"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "summary", "description", "needs", "themes", "questions"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=number_of_cases(request))

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def case_count(self, practice):
        return practice.number_of_cases
