from django import forms
from django.conf import settings
from django.contrib import admin

from community.models import CannedText, UsedBy
from community.permissions import can_moderate
from repository.desk.base import KnownSelection
from repository.desk.languages import LanguageFilter


@admin.register(CannedText)
class CannedTextAdmin(KnownSelection, admin.ModelAdmin):
    """Canned texts by reason and language, shared by all moderators and brokers."""

    list_display = ["title", "used_by", "reason", "language"]
    list_filter = ["used_by", "reason", ("language", LanguageFilter)]
    search_fields = ["title", "text"]

    def get_changeform_initial_data(self, request):
        own = UsedBy.MODERATORS if can_moderate(request.user) else UsedBy.BROKERS
        return {"used_by": own, **super().get_changeform_initial_data(request)}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
