from import_export import fields

from repository.desk.resources.base import CollectionResource, text
from repository.desk.resources.widgets import (
    ListWidget,
    NamesWidget,
    NumberWidget,
    OneWidget,
    YesNoWidget,
)
from repository.models import City, Country


def cell(name: str, widget) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=widget)


class CityResource(CollectionResource):
    slug = text("slug")
    name = text("name")
    names = cell("names", NamesWidget())
    kind = text("kind")
    country = cell("country", OneWidget(Country, field="iso2"))
    province = text("province")
    summary = text("summary")
    latitude = cell("latitude", NumberWidget(float))
    longitude = cell("longitude", NumberWidget(float))
    population = cell("population", NumberWidget(int))
    population_source = text("population_source")
    population_year = cell("population_year", NumberWidget(int))
    has_sea_port = cell("has_sea_port", YesNoWidget())
    has_dry_port = cell("has_dry_port", YesNoWidget())
    has_rail_hub = cell("has_rail_hub", YesNoWidget())
    has_air_hub = cell("has_air_hub", YesNoWidget())
    spelling_languages = cell("spelling_languages", ListWidget())
    working_languages = cell("working_languages", ListWidget())
    geoname_id = cell("geoname_id", NumberWidget(int))

    class Meta(CollectionResource.Meta):
        abstract = False
        model = City
        fields = [
            "slug",
            "name",
            "names",
            "kind",
            "country",
            "province",
            "summary",
            "latitude",
            "longitude",
            "population",
            "population_source",
            "population_year",
            "has_sea_port",
            "has_dry_port",
            "has_rail_hub",
            "has_air_hub",
            "spelling_languages",
            "working_languages",
            "geoname_id",
        ]
