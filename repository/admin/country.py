from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from repository.models import Country

from .base import CollectionAdmin


@admin.register(Country)
class CountryAdmin(CollectionAdmin):
    list_display = [
        "localized_name",
        "iso2",
        "region",
        "income_group",
        "development",
        "is_ldc",
        "is_lldc",
        "is_sids",
        "cities",
    ]
    list_filter = ["region", "income_group", "development", "is_ldc", "is_lldc", "is_sids"]
    search_fields = ["name", "iso2", "iso3"]
    fieldsets = [
        (None, {"fields": [("name", "iso2", "iso3", "m49"), ("capital", "latitude", "longitude")]}),
        (_("Region by M49"), {"fields": [("region", "subregion", "intermediate_region")]}),
        (
            _("Groups"),
            {
                "fields": [
                    ("income_group", "development"),
                    ("is_ldc", "is_lldc", "is_sids"),
                    "sources",
                ],
                "description": _("Each group with its source and the day as of which it holds."),
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cities=Count("cities"))

    def get_readonly_fields(self, request, obj=None):
        # The code is the key of the row: with another one it would be another country.
        return ["iso2"] if obj else []

    @admin.display(description=_("name"), ordering="name")
    def localized_name(self, country):
        return country.localized_name

    @admin.display(description=_("cities"), ordering="number_of_cities")
    def cities(self, country):
        return country.number_of_cities
