from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from repository.cases.preview_cache import draw_later
from repository.desk.base import CollectionAdmin, KnownChoicesInline
from repository.desk.drafts import HidesDrafts
from repository.models import CaseStatus, Evidence

FIGURE = (
    None,
    {
        "fields": [
            ("label", "position", "is_headline"),
            ("qualifier", "value", "value_to", "unit", "currency"),
            ("numerator", "denominator", "stated", "display"),
            ("period", "group", "is_missing"),
            ("case_section", "practice"),
            ("is_cover", "drawn_as"),
            ("reference", "webinar", "place"),
        ]
    },
)


class EvidenceInline(KnownChoicesInline, admin.StackedInline):
    model = Evidence
    autocomplete_fields = ["practice", "reference", "webinar"]
    fieldsets = [FIGURE]
    classes = ["collapse"]
    verbose_name = _("figure")
    verbose_name_plural = _("figures")


@admin.register(Evidence)
class EvidenceAdmin(HidesDrafts, CollectionAdmin):
    """All figures of the collection, filtered by source or missing data."""

    list_display = ["sentence", "owner", "period", "reference", "is_headline", "is_missing"]
    list_filter = [
        "is_headline",
        "is_missing",
        "currency",
        ("series", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["case", "series", "section", "reference"]
    search_fields = ["label", "group", "place", "case__title", "reference__key"]
    search_help_text = _("Search by label, case or reference key.")
    ordering = ["case__title", "position", "pk"]
    autocomplete_fields = ["case", "series", "section", "practice", "reference", "webinar"]
    fieldsets = [
        (
            _("Case, series or section of the landscape"),
            {"fields": [("case", "series", "section")]},
        ),
        FIGURE,
    ]
    view_on_site = False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if obj.case is not None:
            draw_later(obj.case)

    def public(self, rows):
        return rows.filter(Q(case=None) | Q(case__status=CaseStatus.PUBLISHED))

    def case_of(self, obj):
        return obj.case

    @admin.display(description=_("belongs to"), ordering="case__title")
    def owner(self, evidence):
        return evidence.case or evidence.series or evidence.section

    @admin.display(description=_("figure"), ordering="label")
    def sentence(self, evidence):
        return evidence.sentence
