from django import forms
from django.contrib import admin
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships.clusters.notices import announce_cities
from partnerships.models import Cluster
from repository.desk.base import CollectionAdmin
from repository.models import PageStamp


class ClusterForm(forms.ModelForm):
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
    list_display = ["name", "is_public", "members", "created_at"]
    list_filter = ["is_public", "themes"]
    search_fields = ["name", "slug", "summary"]
    autocomplete_fields = ["themes", "cities"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug", "summary", "description", "themes", "cities", "is_public"]

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
        announce_cities(form.instance, after - before)
        touch(form.instance)

    def delete_model(self, request, obj):
        touch(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for cluster in queryset:
            touch(cluster)
        super().delete_queryset(request, queryset)


def touch(cluster: Cluster) -> None:
    """Mark the pages that show a cluster as changed."""
    PageStamp.objects.touch(cluster.get_absolute_url(), reverse("partnerships:cluster_list"))
