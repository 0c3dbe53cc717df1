from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from repository.desk.base import CollectionAdmin
from repository.desk.drafts import HidesDrafts, number_of_cases
from repository.desk.languages import LanguageFilter
from repository.models import Reference


@admin.register(Reference)
class ReferenceAdmin(HidesDrafts, CollectionAdmin):
    list_display = ["key", "byline", "year", "title", "kind", "case_count"]
    list_filter = ["kind", "year", ("language", LanguageFilter)]
    search_fields = ["key", "title", "publisher", "authors", "doi"]
    fieldsets = [
        (None, {"fields": [("kind", "key"), "title", "authors", ("year", "language")]}),
        (_("Where to find it"), {"fields": ["publisher", "url", ("doi", "accessed"), "note"]}),
    ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "authors" in form.base_fields:
            form.base_fields["authors"].help_text = _(
                'A list: [{"family": "Li", "given": "C."}] for people, '
                '[{"literal": "World Bank"}] for organisations.'
            )
        return form

    def public(self, rows):
        return rows.public()

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_cases=number_of_cases(request))

    @admin.display(description=_("authors"))
    def byline(self, reference):
        return reference.byline

    @admin.display(description=_("case studies"), ordering="number_of_cases")
    def case_count(self, reference):
        return reference.number_of_cases
