from functools import partial

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin
from repository.desk.import_export import ImportExportAdmin
from repository.desk.samples import sample_mark
from repository.models import City, Country
from repository.places import gazetteer
from repository.places.models import TRANSPORT
from repository.places.resources import CityResource
from repository.text.parsing import whole_number


class GazetteerForm(forms.Form):
    """Search form for the gazetteer."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_(
            "Search in any language or script. The gazetteer has cities of 15,000 people or more."
        ),
    )
    country = forms.ModelChoiceField(
        Country.objects.all(),
        label=_("Country or area"),
        required=False,
        empty_label=_("Any country or area"),
    )


@admin.register(City)
class CityAdmin(ImportExportAdmin, CollectionAdmin):
    resource_classes = [CityResource]
    list_display = [
        "name",
        sample_mark,
        "country",
        "province",
        "kind",
        "population",
        "is_on_map",
        "updated_at",
    ]
    list_filter = [
        "kind",
        ("latitude", admin.EmptyFieldListFilter),
        "has_sea_port",
        "has_dry_port",
        "has_rail_hub",
        "has_air_hub",
        ("country", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["country"]
    search_fields = ["name", "slug", "province", "names", "country__name"]
    search_help_text = _("Search by name (in any language), province, country or area.")
    autocomplete_fields = ["country"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "slug",
                    ("names", "spelling_languages"),
                    ("kind", "country", "province"),
                    "summary",
                ]
            },
        ),
        (_("Map"), {"fields": [("latitude", "longitude", "geoname_id")]}),
        (
            _("People"),
            {
                "fields": [
                    ("population", "population_source", "population_year"),
                    "working_languages",
                ]
            },
        ),
        (
            _("Choose “Unknown” if you don’t have a source."),
            {
                "fields": [tuple(TRANSPORT.values())],
                "description": _("Choose “Unknown” if you have no source."),
            },
        ),
    ]

    def get_urls(self):
        return [
            path(
                "gazetteer/",
                self.admin_site.admin_view(self.gazetteer_view),
                name="repository_city_gazetteer",
            ),
            *super().get_urls(),
        ]

    @admin.display(description=_("on the map"), boolean=True)
    def is_on_map(self, city):
        return city.latitude is not None

    def gazetteer_view(self, request: HttpRequest) -> HttpResponse:
        """Search the gazetteer, and create a city from the selected place."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.create_from_gazetteer(request, request.POST.get("place", ""))
        form = GazetteerForm(request.GET if "name" in request.GET else None)
        places = []
        if form.is_valid():
            country = form.cleaned_data["country"]
            places = gazetteer.find(form.cleaned_data["name"], country.pk if country else None)
        countries = Country.objects.in_bulk({place.country for place in places})
        here = City.objects.filter(geoname_id__in=[place.geoname_id for place in places])
        cities = {city.geoname_id: city for city in here}
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Add a city from the gazetteer"),
            "opts": self.opts,
            "form": form,
            "searched": form.is_valid(),
            "places": [
                (place, countries.get(place.country), cities.get(place.geoname_id))
                for place in places
            ],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "repository/places/gazetteer.html", context)

    def create_from_gazetteer(self, request: HttpRequest, number: str) -> HttpResponse:
        say = partial(self.message_user, request)
        key = whole_number(number)
        place = gazetteer.by_id(key) if key is not None else None
        if place is None:
            say(gettext("This place isn’t in the gazetteer. Search again."), messages.ERROR)
            return redirect("admin:repository_city_gazetteer")
        try:
            with transaction.atomic():
                city = gazetteer.create_city(place)
        except Country.DoesNotExist:
            say(
                gettext(
                    "The country of %(name)s isn’t in the collection yet. Add the country first."
                )
                % {"name": place.name},
                messages.ERROR,
            )
            return redirect("admin:repository_city_gazetteer")
        except IntegrityError:
            # A second click, or a concurrent request: the city exists, which was the aim.
            city = City.objects.get(geoname_id=place.geoname_id)
            say(gettext("%(name)s is already in the collection.") % {"name": city}, messages.INFO)
        else:
            self.log_addition(request, city, [{"added": {}}])
            say(
                gettext("%(name)s added. Fill in what the gazetteer doesn’t provide.")
                % {"name": city},
                messages.SUCCESS,
            )
        return redirect(reverse("admin:repository_city_change", args=[city.pk]))


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
        (_("Region (M49)"), {"fields": [("region", "subregion", "intermediate_region")]}),
        (
            _("Groups"),
            {
                "fields": [
                    ("income_group", "development"),
                    ("is_ldc", "is_lldc", "is_sids"),
                    "sources",
                ],
                "description": _("Give each group’s source and the date it was valid."),
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cities=Count("cities"))

    def get_readonly_fields(self, request, obj=None):
        # The code is the primary key: changing it would create another country.
        return ["iso2"] if obj else []

    @admin.display(description=_("name"), ordering="name")
    def localized_name(self, country):
        return country.localized_name

    @admin.display(description=_("cities"), ordering="number_of_cities")
    def cities(self, country):
        return country.number_of_cities
