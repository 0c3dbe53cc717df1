"""Sitemaps for search engines (sitemaps.org, protocol 0.9)."""

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.db.models import Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from repository.models import (
    CaseStudy,
    City,
    Country,
    Practice,
    Recommendation,
    Series,
    Speaker,
    Tag,
    Webinar,
)
from repository.pages.http import public_page


class PageSitemap(Sitemap):
    """Pages that do not belong to an object."""

    def items(self):
        names = ("home", "case_list", "practice_list", "city_list", "webinar_list", "speaker_list")
        return [*names, "recommendation_list", "landscape", "reference_list", "glossary", "about"]

    def location(self, item):
        return reverse(f"repository:{item}")


class CaseSitemap(Sitemap):
    def items(self):
        return CaseStudy.objects.published().only("slug", "updated_at").order_by("pk")

    def lastmod(self, item):
        return item.updated_at


class ObjectSitemap(Sitemap):
    """Objects of one model, each with a public page."""

    def __init__(self, rows):
        self.rows = rows

    def items(self):
        return self.rows.all()


class TagSitemap(Sitemap):
    """Tags of public objects."""

    def items(self):
        return Tag.objects.public().only("slug").order_by("pk")


class TranscriptSitemap(Sitemap):
    """Transcripts of webinars whose speakers have all consented."""

    def items(self):
        webinars = Webinar.objects.public().showing_recordings()
        return webinars.filter(transcript__isnull=False).only("slug").order_by("pk")

    def location(self, item):
        return reverse("repository:webinar_transcript", args=[item.slug])


SECTIONS = {
    "pages": PageSitemap(),
    "cases": CaseSitemap(),
    "practices": ObjectSitemap(Practice.objects.only("slug").order_by("pk")),
    "cities": ObjectSitemap(City.objects.only("slug").order_by("pk")),
    "countries": ObjectSitemap(
        Country.objects.filter(
            Q(pk__in=City.objects.values("country"))
            | Q(pk__in=CaseStudy.objects.published().values("countries"))
            | Q(pk__in=Webinar.objects.public().values("countries"))
            | Q(pk__in=Speaker.objects.public().values("country"))
        )
        .only("iso2")
        .order_by("iso2")
    ),
    "series": ObjectSitemap(Series.objects.public().only("slug").order_by("pk")),
    "webinars": ObjectSitemap(Webinar.objects.public().only("slug").order_by("pk")),
    "recommendations": ObjectSitemap(Recommendation.objects.only("slug").order_by("pk")),
    "speakers": ObjectSitemap(Speaker.objects.public().only("slug").order_by("pk")),
    "tags": TagSitemap(),
    "transcripts": TranscriptSitemap(),
}
# Pages that also show what higher apps add to the sections; a change to one invalidates the map.
BESIDE: list[str] = []
mapped = public_page(parameters=["p"], also=BESIDE)


def filled_sections() -> dict[str, Sitemap]:
    """Return the sections with at least one page, as the protocol requires, using one query."""
    rows = {name: section.items() for name, section in SECTIONS.items()}
    first, *others = [
        found.order_by().values_list(Value(name))[:1]
        for name, found in rows.items()
        if isinstance(found, QuerySet)
    ]
    filled = {name for (name,) in first.union(*others, all=True).order_by()}
    return {
        name: section
        for name, section in SECTIONS.items()
        if name in filled or not isinstance(rows[name], QuerySet)
    }


@mapped
def index(request: HttpRequest) -> HttpResponse:
    """Show the index of the sections."""
    return sitemap_views.index(request, filled_sections(), sitemap_url_name="sitemap_section")


@mapped
def section(request: HttpRequest, section: str) -> HttpResponse:
    """Show the URLs of one section, up to 50,000 on a page, the limit of the protocol."""
    return sitemap_views.sitemap(request, SECTIONS, section=section)
