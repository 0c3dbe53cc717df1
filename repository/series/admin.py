from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin
from repository.desk.samples import sample_mark
from repository.evidence.admin import EvidenceInline
from repository.models import ExternalFigure, Series


class ExternalFigureForm(forms.ModelForm):
    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise ValidationError(gettext("The date must not be in the future."))
        return day


@admin.register(ExternalFigure)
class ExternalFigureAdmin(CollectionAdmin):
    """Figures from other platforms, with date and source."""

    form = ExternalFigureForm
    list_display = ["platform", "kind", "owner", "day", "value", "source"]
    list_filter = ["kind", "day", "platform"]
    list_select_related = ["series", "webinar"]
    search_fields = ["platform", "source", "webinar__title", "series__title"]
    search_help_text = _("Search by platform, source or title.")
    date_hierarchy = "day"
    autocomplete_fields = ["series", "webinar"]
    fieldsets = [
        (_("Choose either a webinar or a series"), {"fields": [("series", "webinar")]}),
        (None, {"fields": [("platform", "kind"), ("day", "value"), "source"]}),
    ]
    view_on_site = False

    @admin.display(description=_("webinar or series"))
    def owner(self, figure):
        return figure.webinar or figure.series


@admin.register(Series)
class SeriesAdmin(CollectionAdmin):
    list_display = ["title", sample_mark, "start", "end", "webinars"]
    search_fields = ["title", "slug"]
    autocomplete_fields = ["organizers", "supporters", "report"]
    prepopulated_fields = {"slug": ["title"]}
    fields = [
        "title",
        "slug",
        "summary",
        ("start", "end"),
        "organizers",
        "supporters",
        "framework",
        "report",
    ]
    inlines = [EvidenceInline]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_webinars=Count("webinars"))

    @admin.display(description=_("webinars"), ordering="number_of_webinars")
    def webinars(self, series):
        return series.number_of_webinars
