from django.contrib import admin

from community.models import LanguageReviewer
from repository.desk.base import CollectionAdmin


@admin.register(LanguageReviewer)
class LanguageReviewerAdmin(CollectionAdmin):
    """Who reviews translations into which language; administrators grant and revoke the role."""

    list_display = ["user", "language", "created_at"]
    list_filter = ["language"]
    list_select_related = ["user"]
    search_fields = ["user__display_name", "user__handle"]
    autocomplete_fields = ["user"]
    fields = ["user", "language"]

    def view_on_site(self, obj):
        return obj.user.get_absolute_url()
