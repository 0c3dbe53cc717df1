"""Public pages that show an offer or a need, and the members for whom they change."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse

from community.models import Experience
from community.pages.stamps import touch_members
from partnerships.desk.notices import focal_points
from partnerships.models import Listing, Need, Offer
from repository.models import PageStamp


def show(listing: Listing, *, also: Iterable[str] = ()) -> None:
    """Mark all pages that show or showed the listing as changed, also for its focal points.

    Pages are left alone for a listing that was never published: a new ETag would reveal it.
    """
    touch_members(speakers(listing))
    changed = paths(listing).union(also) if listing.published_at else {listing.get_absolute_url()}
    PageStamp.objects.touch(*changed)


def speakers(listing: Any) -> list[int]:
    """Return the primary keys of the current focal points of its owner."""
    found = {
        name: [key] if (key := getattr(listing, f"{name}_id", None)) else []
        for name in ("city", "organization")
    }
    return focal_points(*found["city"], organizations=found["organization"])


def paths(listing: Any) -> set[str]:
    """Return the paths of the pages that show it."""
    subjects: list[models.Model] = [listing, *listing.practices.all()]
    subjects += [owner for owner in (listing.city, listing.country) if owner is not None]
    found = {subject.get_absolute_url() for subject in subjects}
    lists = ("partnerships:board", "repository:home", "repository:search")
    return found.union(map(reverse, lists))


def paths_citing(experience: Experience) -> set[str]:
    """Return the paths of published offers and needs that name a report as evidence."""
    kinds: tuple[Any, ...] = (Offer, Need)
    return {
        listing.get_absolute_url()
        for model in kinds
        for listing in model.objects.published().filter(experiences=experience)
    }
