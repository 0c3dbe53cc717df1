from import_export import fields

from repository.desk.resources.base import CollectionResource, text
from repository.desk.resources.widgets import ListWidget, OneWidget
from repository.models import Country, Organization, Speaker


class SpeakerResource(CollectionResource):
    """Speakers without their appearances, which belong to the webinars."""

    slug = text("slug")
    name = text("name")
    aliases = fields.Field(attribute="aliases", column_name="aliases", widget=ListWidget())
    country = fields.Field(
        attribute="country", column_name="country", widget=OneWidget(Country, field="iso2")
    )
    organization = fields.Field(
        attribute="organization",
        column_name="organization",
        widget=OneWidget(Organization, field="slug"),
    )

    class Meta(CollectionResource.Meta):
        abstract = False
        model = Speaker
        fields = ["slug", "name", "aliases", "country", "organization"]
