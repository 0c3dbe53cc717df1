from django import forms
from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from community.models import User
from partnerships import permissions
from partnerships.clusters.actions import announce_cities
from partnerships.clusters.joining import accept_added
from partnerships.models import Cluster, ClusterApplication
from repository.desk.base import CollectionAdmin
from repository.desk.samples import sample_mark
from repository.samples import MIXED, mixes_samples


class ClusterForm(forms.ModelForm):
    # Set by `ClusterAdmin.get_form`.
    by: User

    def clean_cities(self):
        """Let another broker decide whether a city joins for which this one speaks or has asked."""
        given = self.cleaned_data["cities"]
        before = self.instance.cities.values("pk") if self.instance.pk else []
        asked = self.instance.applications.pending() if self.instance.pk else []
        asked_for = {each.city_id for each in asked if each.by_id == self.by.pk}
        for city in given.exclude(pk__in=before):
            if mixes_samples(city, self.instance):
                raise forms.ValidationError(MIXED)
            if city.pk in asked_for or permissions.speaks_for(self.by, city):
                raise forms.ValidationError(
                    _("You represent %(city)s, so another broker must decide whether it joins."),
                    params={"city": city.localized_name},
                )
        return given

    def clean(self):
        """A public cluster has at least one city."""
        given = super().clean()
        if given.get("is_public") and "cities" in given and not given["cities"]:
            self.add_error("cities", self.fields["cities"].error_messages["required"])
        return given


@admin.register(Cluster)
class ClusterAdmin(CollectionAdmin):
    """Cities that work on the same themes. Maintained by brokers."""

    form = ClusterForm
    list_display = ["name", sample_mark, "is_public", "members", "created_at"]
    list_filter = ["is_public", "themes"]
    search_fields = ["name", "slug", "summary"]
    autocomplete_fields = ["themes", "cities"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "summary", "description", "themes", "cities", "is_public"]

    def get_changeform_initial_data(self, request):
        # The column's default is public: nothing is shown to all without a decision.
        return {"is_public": False} | super().get_changeform_initial_data(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def get_queryset(self, request):
        # Distinct, as the filter by theme adds another join.
        return super().get_queryset(request).annotate(members_count=Count("cities", distinct=True))

    @admin.display(description=_("cities"), ordering="members_count")
    def members(self, cluster):
        return cluster.members_count

    def save_related(self, request, form, formsets, change):
        before = set(form.instance.cities.values_list("pk", flat=True))
        super().save_related(request, form, formsets, change)
        after = set(form.instance.cities.values_list("pk", flat=True))
        # Those that had asked are notified of the decision.
        accepted = accept_added(form.instance, after - before, by=request.user)
        announce_cities(form.instance, after - before - accepted)


@admin.register(ClusterApplication)
class ClusterApplicationAdmin(CollectionAdmin):
    """Cities that ask to join a cluster. Decided on their pages, not by editing rows."""

    list_display = ["city", "cluster", "status", "asked_at", "decide"]
    list_filter = ["status"]
    list_select_related = ["city", "cluster"]
    search_fields = ["city__name", "city__slug", "cluster__name"]
    ordering = ["-asked_at", "-pk"]
    readonly_fields = fields = [
        "cluster",
        "city",
        "by",
        "note",
        "status",
        "asked_at",
        "decided_at",
    ]

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

    @admin.display(description=_("decide"))
    def decide(self, application):
        address = reverse("admin:review", args=["cluster-application", application.pk])
        return format_html('<a href="{}">{}</a>', address, _("Review"))
