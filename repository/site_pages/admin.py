from django.contrib import admin

from repository.desk.base import CollectionAdmin
from repository.models import SitePage


@admin.register(SitePage)
class SitePageAdmin(CollectionAdmin):
    list_display = ["title", "topic"]
    search_fields = ["title", "summary", "body"]
    fields = ["topic", "title", "summary", "body"]
