from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from repository.models import Goal

from .base import KnownSelection
from .drafts import number_of_cases


@admin.register(Goal)
class GoalAdmin(KnownSelection, admin.ModelAdmin):
    """The 17 Goals: there to see which cases serve them, not to change."""

    list_display = ["__str__", "cases"]
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
    def cases(self, goal):
        return goal.number_of_cases
