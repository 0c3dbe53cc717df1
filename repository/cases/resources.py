from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields

from repository.cases.editorial import suggested_fields
from repository.cases.models import SECTIONS
from repository.desk.resources.base import CollectionResource, LinksField, text
from repository.desk.resources.widgets import DayWidget, ManyWidget, OneWidget, TagsWidget, plain
from repository.models import (
    CaseStatus,
    CaseStudy,
    City,
    Country,
    Goal,
    Organization,
    Practice,
    Reference,
    Series,
    Speaker,
    Theme,
    Webinar,
)


def links(name: str, model, key: str) -> LinksField:
    return LinksField(attribute=name, column_name=name, widget=ManyWidget(model, field=key))


def only_read(name: str, widget=None) -> fields.Field:
    return fields.Field(attribute=name, column_name=name, widget=widget, readonly=True)


class CaseStudyResource(CollectionResource):
    """Cases without their figures. Status and dates are read-only: actions change them."""

    slug = text("slug")
    title = text("title")
    summary = text("summary")
    language = text("language")
    setting = text("setting")
    cities = links("cities", City, "slug")
    countries = links("countries", Country, "iso2")
    organizations = links("organizations", Organization, "slug")
    themes = links("themes", Theme, "slug")
    goals = links("goals", Goal, "number")
    practices = links("practices", Practice, "slug")
    tags = LinksField(attribute="tags", column_name="tags", widget=TagsWidget(CaseStudy))
    series = fields.Field(
        attribute="series", column_name="series", widget=OneWidget(Series, field="slug")
    )
    webinars = links("webinars", Webinar, "slug")
    speakers = links("speakers", Speaker, "slug")
    cost = text("cost")
    time = text("time")
    source = text("source")
    challenge = text("challenge")
    solution = text("solution")
    results = text("results")
    lessons = text("lessons")
    what_did_not_work = text("what_did_not_work")
    preconditions = text("preconditions")
    advice = text("advice")
    references = links("references", Reference, "key")
    status = only_read("status")
    published_at = only_read("published_at", DayWidget())
    verified_at = only_read("verified_at", DayWidget())
    suggested_by_editors = only_read("suggested_by_editors")

    class Meta(CollectionResource.Meta):
        abstract = False
        model = CaseStudy
        fields = [
            "slug",
            "title",
            "summary",
            "language",
            "setting",
            "cities",
            "countries",
            "organizations",
            "themes",
            "goals",
            "practices",
            "tags",
            "series",
            "webinars",
            "speakers",
            "cost",
            "time",
            "source",
            *SECTIONS,
            "references",
            "status",
            "published_at",
            "verified_at",
            "suggested_by_editors",
        ]

    def filter_export(self, queryset, **kwargs):
        # The admin's change list has already prefetched some of this with other querysets.
        rows = super().filter_export(queryset.prefetch_related(None), **kwargs)
        return rows.with_places_and_themes()

    def dehydrate_suggested_by_editors(self, case):
        """Return the names of columns that do not come from the report."""
        return ", ".join(suggested_fields(case))

    def dehydrate_themes(self, case):
        """Return the themes in order; the first is the main one."""
        return ", ".join(theme.slug for theme in case.theme_list)

    def import_instance(self, instance, row, **kwargs):
        errors: dict[str, list[ValidationError]] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if plain(row.get("status")) not in ("", instance.status):
            errors["status"] = [
                ValidationError(
                    _(
                        "A file can’t change the status, which is “%(status)s”. Use an "
                        "action instead."
                    )
                    % {"status": CaseStatus(instance.status).value}
                )
            ]
        if errors:
            raise ValidationError(errors)
