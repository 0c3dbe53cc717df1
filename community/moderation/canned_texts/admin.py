from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.text import capfirst

from community.models import CannedText, UsedBy
from community.permissions import can_moderate
from repository.desk.base import CollectionAdmin
from repository.desk.languages import LanguageFilter, language


@admin.register(CannedText)
class CannedTextAdmin(CollectionAdmin):
    """Canned responses by reason, shared by all moderators and brokers."""

    list_display = ["title", "used_by", "reason", language]
    list_filter = ["used_by", "reason", ("language", LanguageFilter)]
    search_fields = ["title", "text"]
    view_on_site = False

    def get_changeform_initial_data(self, request):
        own = UsedBy.MODERATORS if can_moderate(request.user) else UsedBy.BROKERS
        initial = {"used_by": own, "language": settings.LANGUAGE_CODE}
        return initial | super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            label = capfirst(db_field.verbose_name)
            return forms.ChoiceField(label=label, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
