from django.contrib import admin

from repository.desk.base import CollectionAdmin
from repository.models import InterfaceReview


@admin.register(InterfaceReview)
class InterfaceReviewAdmin(CollectionAdmin):
    """The about page of each language says whether a native speaker has reviewed it."""

    list_display = ["language", "reviewed_on"]
    fields = ["language", "reviewed_on"]
