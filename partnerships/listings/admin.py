from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partnerships import permissions
from partnerships.listings import actions
from partnerships.listings.forms import working_languages
from partnerships.models import ListingStatus, Modality, Need, Offer, Representation
from repository.desk.base import CollectionAdmin, OfferedFilters
from repository.desk.samples import sample_mark


class WaitingFilter(admin.SimpleListFilter):
    """Filters by the action that a broker has to take."""

    title = _("to do")
    parameter_name = "todo"

    def lookups(self, request, model_admin):
        return [
            ("review", _("Needs review")),
            ("changed", _("Changed since last review")),
        ]

    def queryset(self, request, queryset):
        chosen = {
            "review": queryset.pending,
            "changed": queryset.changed_since_review,
        }
        return chosen[self.value()]() if self.value() in chosen else queryset


# Listings that brokers write themselves are published when saved.
KEPT = (ListingStatus.PUBLISHED, ListingStatus.CLOSED)


class KeptForm(forms.ModelForm):
    """An offer that brokers maintain for an organisation, or a listing for a country."""

    modalities = forms.MultipleChoiceField(
        label=_("Kinds of cooperation"), choices=Modality, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=working_languages,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self):
        cleaned = super().clean()
        # The city is not a form field, so the constraint of the model is not validated.
        owners = [name for name in ("organization", "country") if cleaned.get(name)]
        if len(owners) != 1 and not self.errors:
            constraints = {row.name: row for row in self.instance._meta.constraints}
            owner = constraints[f"{self.instance._meta.model_name}_of_one_owner"]
            raise forms.ValidationError(owner.violation_error_message)
        body = cleaned.get("organization")
        if body and permissions.is_spoken_for(body):
            self.add_error(
                "organization",
                _("Someone represents this organisation and writes its offers."),
            )
        return cleaned


class ListOfListings(OfferedFilters):
    """Links listings written by their owners to the review page; brokers edit the others."""

    def url_for_result(self, result):
        is_kept = result.city_id is None and not getattr(result, "is_spoken_for", False)
        if is_kept and result.status in KEPT:
            return super().url_for_result(result)
        return reverse("admin:review", args=[self.opts.model_name, result.pk])


class ListingAdmin(CollectionAdmin):
    """Offers and needs. Brokers review them, and maintain those of owners without a focal point."""

    form = KeptForm
    list_display = ["title", sample_mark, "whose", "status", "changed_at"]
    list_filter = [WaitingFilter, "status"]
    list_select_related = ["city__country", "country", "created_by"]
    search_fields = ["title", "city__name", "city__slug"]
    ordering = ["-changed_at", "-pk"]
    autocomplete_fields = ["country", "practices", "themes", "cases"]
    readonly_fields = ["city"]

    def has_view_permission(self, request, obj=None):
        return permissions.can_broker(request.user)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """Unpublished listings written by their owners are reviewed, with a reason, not edited."""
        is_kept = obj is not None and obj.status in KEPT
        return is_kept and permissions.keeps_as_broker(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("owner"))
    def whose(self, listing):
        return listing.owner

    def get_changelist(self, request, **kwargs):
        return ListOfListings

    def save_model(self, request, obj, form, change):
        actions.publish_as_broker(obj, by=request.user)
        super().save_model(request, obj, form, change)


@admin.register(Offer)
class OfferAdmin(ListingAdmin):
    list_select_related = ["city__country", "country", "organization", "created_by"]
    search_fields = [*ListingAdmin.search_fields, "organization__name"]
    autocomplete_fields = ["organization", *ListingAdmin.autocomplete_fields]
    fields = [
        "city",
        "organization",
        "country",
        "title",
        "description",
        "language",
        "modalities",
        "languages",
        "capacity",
        "valid_until",
        "practices",
        "themes",
        "cases",
    ]

    def has_add_permission(self, request):
        """Brokers enter the offers of organisations without a focal point."""
        return permissions.can_broker(request.user)

    def get_queryset(self, request):
        current = Representation.objects.current().filter(member__is_active=True)
        spoken_for = current.filter(organization=OuterRef("organization"))
        return super().get_queryset(request).annotate(is_spoken_for=Exists(spoken_for))


@admin.register(Need)
class NeedAdmin(ListingAdmin):
    fields = [
        "city",
        "country",
        "title",
        "description",
        "language",
        "modalities",
        "languages",
        "valid_until",
        "practices",
        "themes",
        "cases",
    ]
