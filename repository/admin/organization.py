from django.contrib import admin

from repository.models import Organization

from .base import CollectionAdmin


@admin.register(Organization)
class OrganizationAdmin(CollectionAdmin):
    list_display = ["name", "acronym", "kind", "country", "city"]
    list_filter = ["kind", ("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country", "city"]
    search_fields = ["name", "acronym", "slug"]
    autocomplete_fields = ["country", "city"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "acronym", "slug", "kind", ("country", "city"), "url"]
    # An organisation has no page of its own.
    view_on_site = False
