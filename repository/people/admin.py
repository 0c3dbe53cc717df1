from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin
from repository.desk.import_export import ImportExportAdmin
from repository.models import Organization, Speaker
from repository.people.appearance_admin import AppearanceOfSpeakerInline
from repository.people.resources import SpeakerResource


@admin.register(Organization)
class OrganizationAdmin(CollectionAdmin):
    list_display = ["name", "acronym", "kind", "country", "city"]
    list_filter = ["kind", ("country", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["country", "city"]
    search_fields = ["name", "acronym", "slug"]
    autocomplete_fields = ["country", "city"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "acronym", "slug", "kind", ("country", "city"), "url"]
    # Organisations have no public page.
    view_on_site = False


@admin.register(Speaker)
class SpeakerAdmin(ImportExportAdmin, CollectionAdmin):
    resource_classes = [SpeakerResource]
    list_display = ["name", "organization", "country", "appearances", "updated_at"]
    list_filter = [
        ("country", admin.RelatedOnlyFieldListFilter),
        ("correction", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["country", "organization"]
    search_fields = ["name", "slug", "aliases", "organization__name", "organization__acronym"]
    search_help_text = _("Search by name, other spelling or organisation.")
    autocomplete_fields = ["country", "organization"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "aliases", ("organization", "country")]
    # Hidden from staff with view permission only.
    private_fields = ["email", "bio", "profile", "correction"]
    readonly_fields = ["profile"]
    inlines = [AppearanceOfSpeakerInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_appearances=Count("appearances"))

    def get_fields(self, request, obj=None):
        may_change = self.has_change_permission(request, obj) or self.has_add_permission(request)
        return [*self.fields, *self.private_fields] if may_change else self.fields

    @admin.display(description=_("photo and bio"))
    def profile(self, speaker):
        """Does the speaker publish the profile? Only the speaker can change this."""
        if speaker.shows_profile:
            return gettext("Shown with the speaker’s consent.")
        return gettext("Not shown: no consent from the speaker.")

    @admin.display(description=_("talks"), ordering="number_of_appearances")
    def appearances(self, speaker):
        return speaker.number_of_appearances
