"""Which public pages show a suggestion, and for whom they change with it."""

from django.db import models
from django.urls import reverse

from community.pages.stamps import touch_members
from partnerships.desk.notices import focal_points
from partnerships.models import Suggestion
from repository.models import PageStamp


def show(suggestion: Suggestion) -> None:
    """Renew all pages that show the suggestion, or showed it until now."""
    if suggestion.city_id is not None:
        touch_members(focal_points(suggestion.city_id))
    PageStamp.objects.touch(*paths(suggestion))


def paths(suggestion: Suggestion) -> set[str]:
    """The pages that show it."""
    subjects: list[models.Model] = [suggestion, *suggestion.practices.all(), suggestion.place]
    found = {subject.get_absolute_url() for subject in subjects}
    return found | {reverse("partnerships:board"), reverse("partnerships:suggestion_list")}
