"""Pages of the partnership desk in sitemap.xml."""

from django.conf import settings
from django.urls import reverse

from partnerships.models import Cluster, Need, Offer, Partnership, PartnershipRequest, Suggestion
from repository.pages.sitemaps import SECTIONS, ObjectSitemap, TranslatedSitemap


class PageSitemap(TranslatedSitemap):
    """Single pages, such as the board."""

    def items(self):
        names = ("board", "suggestion_list", "cluster_list", "monitoring")
        pages = [f"partnerships:{name}" for name in names]
        # The documentation of the API, which includes the figures.
        return [*pages, "api:docs"]

    def get_languages_for_item(self, item):
        has_one = item == "api:docs"
        return [settings.LANGUAGE_CODE] if has_one else super().get_languages_for_item(item)

    def location(self, item):
        return reverse(item)


def declare() -> None:
    """Add the public pages to the sections of the sitemap."""
    SECTIONS["partnership-pages"] = PageSitemap()
    for name, kind, rows in [
        ("offers", "offer", Offer.objects.published()),
        ("needs", "need", Need.objects.published()),
        ("suggestions", "suggestion", Suggestion.objects.open()),
        ("requests", "request", PartnershipRequest.objects.public()),
        ("partnerships", "partnership", Partnership.objects.public()),
        ("clusters", "cluster", Cluster.objects.public().only("slug")),
    ]:
        SECTIONS[name] = ObjectSitemap(kind, rows.order_by("pk"))
