from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from repository.cases.covers import ink_of
from repository.cases.facets import all_counts, newest_page
from repository.glossary.marking import marker
from repository.models import Practice, Theme, Webinar
from repository.pages.addresses import original_url, shown_url
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.pages.schema_org import article_schema
from repository.practices.together import companions, scheme, together_with
from repository.translations.reading import show, translate, with_languages

# Cases on each page of a practice.
PAGE_SIZE = 12


@public_page(parameters=["theme", "page"])
def practice_list(request: PublicHttpRequest) -> HttpResponse:
    """List practices, optionally of one theme, with their numbers of cases."""
    counts = all_counts(request.edition)
    practices = Practice.objects.prefetch_related("themes")
    themes = list(Theme.objects.filter(practices__isnull=False).distinct())
    asked = request.GET.get("theme", "")
    theme = next((theme for theme in themes if theme.slug == asked), None)
    if asked:
        practices = practices.filter(themes=theme) if theme else practices.none()
    page = page_of(practices, request)
    page.object_list = list(page.object_list)
    translate(("practice", page.object_list))
    context = {
        "section": "practices",
        "page": page,
        "practices": [
            (
                practice,
                counts.of("practice", practice.slug),
                ink_of(theme.slug for theme in practice.themes.all()),
            )
            for practice in page.object_list
        ],
        "themes": themes,
        "theme": theme,
        "asked": asked,
    }
    return render(request, "repository/practices/list.html", context)


@public_page(parameters=["page"])
def practice_detail(request: PublicHttpRequest, slug: str) -> HttpResponse:
    """Show a practice with its requirements and cases."""
    practices = with_languages("practice", Practice.objects.prefetch_related("themes"))
    practice = get_object_or_404(practices, slug=slug)
    count, page = newest_page(request, "practice", slug, size=PAGE_SIZE, also=["cost", "time"])
    together = together_with(request.edition, slug)
    webinars = list(practice.webinars.public().select_related("series"))
    original = original_url(request, practice, practice.language)
    languages = show("practice", practice, ("case", page.object_list), ("webinar", webinars))
    url = shown_url(request, practice, original)
    html = marker(request.edition, practice.language).mark(practice.rendered)
    context = {
        "section": "practices",
        "practice": practice,
        "scheme": scheme(len(practice.requirements), count.real),
        "companions": companions(together, request.edition, page.object_list),
        "rendered": html,
        "languages": languages,
        "page": page,
        "webinars": webinars,
        "chapters": practice.chapters.filter(
            webinar__in=Webinar.objects.held().showing_recordings()
        )
        .select_related("webinar")
        .order_by(F("webinar__date").desc(nulls_last=True), "webinar", "seconds"),
        "schema": article_schema(
            practice,
            title=practice.name,
            about=practice.themes.all(),
            url=url,
            original=original,
        ),
        "url": url,
        "original": original,
    }
    return render(request, "repository/practices/detail.html", context)
