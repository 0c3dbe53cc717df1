from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from partnerships import permissions
from partnerships.models import Suggestion
from repository.desk.base import CollectionAdmin
from repository.desk.drafts import NamesCases


@admin.register(Suggestion)
class SuggestionAdmin(NamesCases, CollectionAdmin):
    """Suggestions, read-only: the text is in the files of the series.

    Brokers decline a suggestion on its own page.
    """

    shown_instead = {"cases": "published_cases"}
    list_display = ["title", "kind", "place", "status", "decided_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["city__country", "country"]
    search_fields = ["title", "city__name", "city__slug"]
    ordering = ["-published_at", "-pk"]
    fields = [
        "kind",
        "city",
        "country",
        "title",
        "description",
        "practices",
        "themes",
        "cases",
        "status",
        "decided_at",
        "decided_by",
        "offer",
        "need",
    ]

    @admin.display(description=_("place"))
    def place(self, suggestion):
        return suggestion.place_name

    def has_view_permission(self, request, obj=None):
        return permissions.can_broker(request.user)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
