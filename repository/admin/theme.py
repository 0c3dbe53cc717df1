from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from repository.models import Theme

from .base import CollectionAdmin


@admin.register(Theme)
class ThemeAdmin(CollectionAdmin):
    list_display = ["name", "slug", "cases"]
    search_fields = ["name", "slug", "description"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "names", "description"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=Count("cases"))

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def cases(self, theme):
        return theme.number_of_cases
