"""What a series says its places can teach or lack: `offers.yaml` and `needs.yaml` of its folder.

It is published at once, under the date of the series, and marked as not yet confirmed. What a city
has confirmed, changed or closed is the city's own, and never written again.
"""

from datetime import datetime, time

from django.utils import timezone

from partnerships.listing_pages import show
from partnerships.models import ListingStatus, Modality, Need, Offer
from repository.loading import Field, Further, Kind, Wanted, add_kind, names, slug, text
from repository.loading.entries import Entry

FIELDS = {
    "key": slug(120),
    "city": Field(str, names="city"),
    "country": Field(str, names="country"),
    "title": text(120, required=True),
    "description": text(3000),
    "modalities": Field(list, required=True, each=Field(str, choices=Modality.values)),
    "practices": names("practice"),
    "themes": names("theme", required=True),
    "cases": names("case", required=True),
}


def wanted(entry: Entry, series: Entry) -> Wanted:
    links = {name: (name, entry.get(name)) for name in ("city", "country")}
    published = series["published"]
    day = published and timezone.make_aware(datetime.combine(published, time(9)))
    return Wanted(
        fields={
            "title": entry["title"],
            "description": entry.get("description") or "",
            "modalities": list(entry["modalities"] or []),
        },
        links=links,
        many={
            "practices": ("practice", entry.get("practices") or []),
            "themes": ("theme", entry["themes"] or []),
            "cases": ("case", entry["cases"] or []),
        },
        once={"status": ListingStatus.PUBLISHED, "published_at": day, "changed_at": day},
    )


def is_kept(listing: Offer | Need) -> bool:
    """Whether it is the city's own by now."""
    return not listing.is_unconfirmed or listing.status != ListingStatus.PUBLISHED


def declare() -> None:
    """Let series folders hold offers and needs."""
    for name, model in (("offer", Offer), ("need", Need)):
        about = Kind(f"{name}s.yaml", "key", FIELDS, optional=True)
        add_kind(name, Further(about, model, "report_key", wanted, is_kept, show))
