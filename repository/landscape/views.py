from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render

from repository.evidence.arrangement import evidence_group, evidence_groups
from repository.glossary.marking import marker
from repository.models import Evidence, LandscapeSection, Reference
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import public_page
from repository.pages.lists import page_of
from repository.translations.reading import languages_of, translate

PAGE_SIZE = 20


@public_page(parameters=["page"])
def landscape(request: PublicHttpRequest) -> HttpResponse:
    """Show the landscape sections of a series' report, each figure with its source."""
    figures = Evidence.objects.select_related("reference", "webinar")
    rows = LandscapeSection.objects.select_related("series__report").prefetch_related(
        Prefetch("evidence", figures), Prefetch("references", Reference.objects.public())
    )
    page = page_of(rows, request, size=PAGE_SIZE)
    page.object_list = list(page.object_list)
    for section in page.object_list:
        section.evidence_list = list(section.evidence.all())
    languages = ["en", *languages_of("landscape")]
    translate(
        ("landscape", page.object_list),
        ("series", [section.series for section in page.object_list]),
    )
    bodies = {section.slug: section.rendered.get("body", "") for section in page.object_list}
    for language in {row.language for row in page.object_list}:
        written = {
            row.slug: bodies[row.slug] for row in page.object_list if row.language == language
        }
        bodies |= marker(request.edition, language).mark(written)
    sections = [
        {
            "section": section,
            "html": bodies[section.slug],
            "headlines": evidence_group("", [row for row in evidence if is_shown_large(row)]),
            "groups": evidence_groups(
                [row for row in evidence if not is_shown_large(row)], is_drawn=True
            ),
            "missing": [row for row in evidence if row.is_missing],
        }
        for section in page.object_list
        for evidence in (section.evidence_list,)
    ]
    series = page.object_list[0].series if sections else None
    return render(
        request,
        "repository/landscape/detail.html",
        {
            "section": "landscape",
            "page": page,
            "sections": sections,
            "series": series,
            "languages": languages,
        },
    )


def is_shown_large(row: Evidence) -> bool:
    return row.is_headline and not row.is_missing and not row.group
