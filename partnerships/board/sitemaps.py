"""The pages of the partnership desk in the map of the site for search engines."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from partnerships.models import Cluster, Need, Offer, Partnership, PartnershipRequest, Suggestion
from partnerships.requests.pages import BOARD
from repository.pages.sitemaps import BESIDE, SECTIONS, ObjectSitemap


class PageSitemap(Sitemap):
    """The pages that stand for themselves."""

    def items(self):
        names = ("board", "suggestion_list", "cluster_list", "monitoring")
        pages = [f"partnerships:{name}" for name in names]
        # What programs can read, these figures among it.
        return [*pages, "api:docs"]

    def location(self, item):
        return reverse(item)


def declare() -> None:
    """Add what everybody may read here to the sections of the map."""
    SECTIONS["partnership-pages"] = PageSitemap()
    for name, rows in {
        "offers": Offer.objects.published(),
        "needs": Need.objects.published(),
        "suggestions": Suggestion.objects.open(),
        "requests": PartnershipRequest.objects.public(),
        "partnerships": Partnership.objects.filter(is_public=True),
        "clusters": Cluster.objects.filter(is_public=True).only("slug"),
    }.items():
        SECTIONS[name] = ObjectSitemap(rows.order_by("pk"))
    if BOARD not in BESIDE:
        BESIDE.append(BOARD)
