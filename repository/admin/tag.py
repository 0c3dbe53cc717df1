from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from taggit import models as taggit

from repository.models import Tag

from .base import CollectionAdmin

# The app brings tags of its own, which nothing here uses.
admin.site.unregister(taggit.Tag)


@admin.register(Tag)
class TagAdmin(CollectionAdmin):
    list_display = ["name", "slug", "uses"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_uses=Count("items"))

    @admin.display(description=_("uses"), ordering="number_of_uses")
    def uses(self, tag):
        return tag.number_of_uses
