from django import forms
from django.conf import settings
from django.contrib import admin

from community.models import CannedText
from repository.admin.base import KnownSelection


@admin.register(CannedText)
class CannedTextAdmin(KnownSelection, admin.ModelAdmin):
    """What moderators say often, by reason and language."""

    list_display = ["title", "reason", "language"]
    list_filter = ["reason", "language"]
    search_fields = ["title", "text"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "language":
            return forms.ChoiceField(label=db_field.verbose_name, choices=settings.LANGUAGES)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
