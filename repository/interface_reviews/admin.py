from django.conf import settings
from django.contrib import admin
from django.db.models.fields import BLANK_CHOICE_DASH

from repository.desk.base import CollectionAdmin
from repository.models import InterfaceReview


@admin.register(InterfaceReview)
class InterfaceReviewAdmin(CollectionAdmin):
    """The about page of each language says whether a native speaker has reviewed it."""

    list_display = ["language", "reviewed_on"]
    fields = ["language", "reviewed_on"]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "language":
            translated = [row for row in settings.LANGUAGES if row[0] != settings.LANGUAGE_CODE]
            kwargs["choices"] = [*BLANK_CHOICE_DASH, *translated]
        return super().formfield_for_choice_field(db_field, request, **kwargs)
