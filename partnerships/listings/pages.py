"""Which public pages show an offer or a need, and for whom they change with it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse

from community.pages.stamps import touch_members
from partnerships.desk.notices import focal_points
from partnerships.models import Listing
from repository.models import PageStamp


def show(listing: Listing, *, also: Iterable[str] = ()) -> None:
    """Make all pages new on which it stands or stood, for all and for who speaks for it.

    What was never published stands on none: a new ETag of theirs would tell of it.
    """
    touch_members(speakers(listing))
    changed = paths(listing).union(also) if listing.published_at else {listing.get_absolute_url()}
    PageStamp.objects.touch(*changed)


def speakers(listing: Any) -> list[int]:
    """Who speaks for its city or organisation now, by primary key."""
    found = {
        name: [key] if (key := getattr(listing, f"{name}_id", None)) else []
        for name in ("city", "organization")
    }
    return focal_points(*found["city"], organizations=found["organization"])


def paths(listing: Any) -> set[str]:
    """The pages on which it stands."""
    subjects: list[models.Model] = [listing, *listing.practices.all()]
    subjects += [owner for owner in (listing.city, listing.country) if owner is not None]
    found = {subject.get_absolute_url() for subject in subjects}
    return found | {reverse("partnerships:board"), reverse("repository:home")}
