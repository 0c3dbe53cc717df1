from django.contrib import admin

from repository.desk.base import CollectionAdmin
from repository.models import SitePage


@admin.register(SitePage)
class SitePageAdmin(CollectionAdmin):
    list_display = ["title", "topic", "language"]
    list_filter = ["topic", "language"]
    search_fields = ["title", "summary", "body"]
    fields = [("topic", "language"), "title", "summary", "body"]
