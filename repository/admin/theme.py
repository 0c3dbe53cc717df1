from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from repository.models import Theme

from .base import CollectionAdmin
from .drafts import number_of_cases


@admin.register(Theme)
class ThemeAdmin(CollectionAdmin):
    list_display = ["name", "slug", "cases"]
    search_fields = ["name", "slug", "description"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "names", "description"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=number_of_cases(request))

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def cases(self, theme):
        return theme.number_of_cases
