from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin, KnownSelection
from repository.desk.drafts import number_of_cases
from repository.models import Goal, Theme


@admin.register(Goal)
class GoalAdmin(KnownSelection, admin.ModelAdmin):
    """Read-only list of the 17 Goals with their cases."""

    list_display = ["__str__", "case_count"]
    fields = ["number"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=number_of_cases(request))

    def view_on_site(self, goal):
        return goal.get_absolute_url()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def case_count(self, goal):
        return goal.number_of_cases


@admin.register(Theme)
class ThemeAdmin(CollectionAdmin):
    list_display = ["name", "slug", "case_count"]
    search_fields = ["name", "slug", "description"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "names", "description"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=number_of_cases(request))

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def case_count(self, theme):
        return theme.number_of_cases
