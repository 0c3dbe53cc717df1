from django.conf import settings
from django.contrib import admin

from repository.desk.base import CollectionAdmin
from repository.models import InterfaceReview


@admin.register(InterfaceReview)
class InterfaceReviewAdmin(CollectionAdmin):
    """The about page of each language says whether a native speaker has reviewed it."""

    list_display = ["language", "reviewed_on"]
    fields = ["language", "reviewed_on"]

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "language":
            every = db_field.get_choices()
            kwargs["choices"] = [row for row in every if row[0] != settings.LANGUAGE_CODE]
        return super().formfield_for_choice_field(db_field, request, **kwargs)
