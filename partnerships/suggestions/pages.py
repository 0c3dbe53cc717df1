"""Public pages that show a suggestion, and the members for whom they change."""

from django.db import models
from django.urls import reverse

from community.pages.stamps import touch_members
from partnerships.desk.notices import focal_points
from partnerships.models import Suggestion
from repository.models import PageStamp


def show(suggestion: Suggestion) -> None:
    """Mark all pages that show or showed the suggestion as changed."""
    if suggestion.city_id is not None:
        touch_members(focal_points(suggestion.city_id))
    PageStamp.objects.touch(*paths(suggestion))


def paths(suggestion: Suggestion) -> set[str]:
    """Return the paths of the pages that show it."""
    subjects: list[models.Model] = [suggestion, *suggestion.practices.all(), suggestion.place]
    found = {subject.get_absolute_url() for subject in subjects}
    return found | {reverse("partnerships:board"), reverse("partnerships:suggestion_list")}
