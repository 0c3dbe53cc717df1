"""Sitemaps for search engines (sitemaps.org, protocol 0.9), which leave out samples."""

from typing import NamedTuple

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.db.models import F, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from repository.models import (
    CaseStudy,
    City,
    Country,
    Practice,
    Recommendation,
    Series,
    SitePage,
    SiteTopic,
    Speaker,
    Tag,
    Webinar,
)
from repository.pages.addresses import in_language
from repository.pages.http import public_page
from repository.samples import without_samples
from repository.text.languages import html_language
from repository.translations.reading import languages_of, with_languages


def languages_of_topics() -> dict[str, list[str]]:
    """Return the languages in which each page about the site can be read. One query."""
    pages = with_languages("page", SitePage.objects.all())
    stored = dict(pages.values_list("topic", "translated_into"))
    return {topic: [settings.LANGUAGE_CODE, *stored.get(topic, [])] for topic in SiteTopic.values}


class TranslatedSitemap(Sitemap):
    """Pages that exist in every language of the site; the others are listed in their own."""

    i18n = alternates = x_default = True

    def get_urls(self, page=1, site=None, protocol=None):
        urls = super().get_urls(page, site, protocol)
        for link in (link for url in urls for link in url["alternates"]):
            link["lang_code"] = html_language(link["lang_code"])
        return urls


class ListedPage(NamedTuple):
    name: str
    languages: list[str]


class PageSitemap(TranslatedSitemap):
    """Pages that do not belong to an object."""

    def items(self):
        """Yield the name of each page and its languages; a query only when they are read."""
        names = ("home", "case_list", "practice_list", "city_list", "webinar_list", "speaker_list")
        more = (
            "recommendation_list",
            "landscape",
            "reference_list",
            "glossary",
            "about",
            "compare",
        )
        topics = [topic for topic in SiteTopic.values if topic != SiteTopic.ABOUT]
        every = [code for code, _name in settings.LANGUAGES]
        # The editors write these in English.
        kinds = {"landscape": "landscape", "glossary": "term"}
        written = {
            name: [settings.LANGUAGE_CODE, *languages_of(kind)] for name, kind in kinds.items()
        }
        written |= languages_of_topics()
        for name in (*names, *more, *topics):
            yield ListedPage(name, written.get(name, every))

    def get_languages_for_item(self, item):
        return item.languages

    def location(self, item):
        return reverse(f"repository:{item.name}")


class ObjectSitemap(TranslatedSitemap):
    """Objects of one kind, each with a page in the language of its text and of its translations."""

    def __init__(self, kind: str, rows):
        self.rows = with_languages(kind, without_samples(rows))

    def items(self):
        return self.rows.all()

    def get_languages_for_item(self, item):
        known = dict(settings.LANGUAGES)
        own = item.language if item.language in known else settings.LANGUAGE_CODE
        return [own, *(code for code in item.translated_into if code != own)]


class CaseSitemap(ObjectSitemap):
    def lastmod(self, item):
        return item.updated_at


class TranslatedObjectSitemap(TranslatedSitemap):
    """Objects of one model, each with a page of which all but a summary is translated."""

    def __init__(self, rows):
        self.rows = without_samples(rows)

    def items(self):
        return self.rows.all()


class TagSitemap(TranslatedSitemap):
    """Tags of public objects, without samples."""

    def items(self):
        return Tag.objects.public(samples=False).only("slug").order_by("pk")


class TranscriptSitemap(Sitemap):
    """Transcripts of webinars whose speakers have all consented."""

    def items(self):
        webinars = Webinar.objects.public().real().showing_recordings()
        rows = webinars.filter(transcript__isnull=False).only("slug").order_by("pk")
        return rows.annotate(written_in=F("transcript__language"))

    def location(self, item):
        path = reverse("repository:webinar_transcript", args=[item.slug])
        return in_language(path, item.written_in)


SECTIONS = {
    "pages": PageSitemap(),
    "cases": CaseSitemap(
        "case",
        CaseStudy.objects.published().only("slug", "language", "updated_at").order_by("pk"),
    ),
    "practices": ObjectSitemap("practice", Practice.objects.only("slug").order_by("pk")),
    "cities": TranslatedObjectSitemap(City.objects.only("slug").order_by("pk")),
    "countries": TranslatedObjectSitemap(
        Country.objects.filter(
            Q(pk__in=City.objects.real().values("country"))
            | Q(pk__in=CaseStudy.objects.published().real().values("countries"))
            | Q(pk__in=Webinar.objects.public().real().values("countries"))
            | Q(pk__in=Speaker.objects.public().values("country"))
        )
        .only("iso2")
        .order_by("iso2")
    ),
    "series": ObjectSitemap("series", Series.objects.public().only("slug").order_by("pk")),
    "webinars": ObjectSitemap("webinar", Webinar.objects.public().only("slug").order_by("pk")),
    "recommendations": ObjectSitemap(
        "recommendation", Recommendation.objects.only("slug").order_by("pk")
    ),
    "speakers": TranslatedObjectSitemap(Speaker.objects.public().only("slug").order_by("pk")),
    "tags": TagSitemap(),
    "transcripts": TranscriptSitemap(),
}
mapped = public_page(parameters=["p"])


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
