"""The public read-only API of the collection: cases, cities, practices and webinars.

It has only what every visitor can read. Loaded with its first request (`config/lazy_api.py`).
"""

from decimal import Decimal
from typing import Annotated

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest
from ninja import Path, Query, Router, Status
from pydantic import Field

from repository.api.schemas import (
    CaseDetail,
    Cases,
    Cities,
    CityDetail,
    Gone,
    Invalid,
    Landscape,
    PageInput,
    PracticeDetail,
    Practices,
    Problem,
    WebinarDetail,
    Webinars,
)
from repository.cases.case_page import case_page
from repository.cases.editorial import PRACTICE_FIELDS, suggested_fields
from repository.cases.facets import FACETS
from repository.cases.models import SECTIONS
from repository.models import (
    Appearance,
    CaseFacet,
    CaseStudy,
    City,
    Evidence,
    LandscapeSection,
    Practice,
    Reference,
    Webinar,
)
from repository.places.areas import Area
from repository.places.ordering import by_cases
from repository.search import queries
from repository.search.parsing import MAX_CHARACTERS
from repository.translations.reading import CARD, translate

router = Router()

# The most values of one facet in a URL, as on the page.
MAX_CHOSEN, MAX_CHOSEN_LENGTH = 10, 120


def part_of(rows, asked: PageInput) -> tuple[dict, list]:
    """The page that is asked for without its items, and these; none past the end."""
    paginator = Paginator(rows, asked.size)
    has = asked.page <= paginator.num_pages
    page = paginator.page(asked.page) if has else None
    after = asked.page + 1 if page and page.has_next() else None
    head = {"count": paginator.count, "page": asked.page, "next": after}
    return head, list(page.object_list) if page else []


def address(request: HttpRequest, row) -> str:
    return request.build_absolute_uri(row.get_absolute_url())


def named(rows) -> list[dict]:
    return [{"slug": row.slug, "name": str(row)} for row in rows]


Slug = Annotated[str, Path(max_length=MAX_CHOSEN_LENGTH)]
Chosen = Annotated[
    list[Annotated[str, Field(max_length=MAX_CHOSEN_LENGTH)]], Field(max_length=MAX_CHOSEN)
]


class CaseFilter(PageInput):
    """Filters of the list of cases. Values of one filter are alternatives; filters combine."""

    q: str = Field("", max_length=MAX_CHARACTERS, description="Search words.")
    theme: Chosen = Field([], description="Theme slug.")
    practice: Chosen = Field([], description="Practice slug.")
    goal: Chosen = Field([], description="Number of a Sustainable Development Goal.")
    region: Chosen = Field([], description="Africa, Americas, Asia, Europe or Oceania.")
    country: Chosen = Field([], description="Country or area: two capital letters, like CN.")
    city: Chosen = Field([], description="City slug.")
    language: Chosen = Field([], description="Language: two lower-case letters, like en.")
    tag: Chosen = Field([], description="Tag slug.")


@router.get(
    "/cases", response={200: Cases, 422: Invalid}, tags=["Cases"], summary="Published cases"
)
def cases(request: HttpRequest, asked: Query[CaseFilter]):
    """Newest first, or best match first if you search for words."""
    chosen = {facet: [without_nul(key) for key in getattr(asked, facet)] for facet in FACETS}
    # Other programs could not tell samples from real cases.
    rows = CaseFacet.objects.of("all", "").real().matching(chosen)
    pks = rows.newest().cases()
    if asked.q:
        ranked = queries.case_ids(asked.q)
        found = set(rows.filter(case__in=ranked).cases())
        pks = [pk for pk in ranked if pk in found]
    head, shown = part_of(pks, asked)
    cards = CaseStudy.objects.cards_of(shown)
    translate(("case", cards), only=CARD)
    return head | {"items": [card_of(request, case) for case in cards]}


def card_of(request: HttpRequest, case: CaseStudy) -> dict:
    return {
        "slug": case.slug,
        "url": address(request, case),
        "title": case.title,
        "summary": case.summary,
        "language": case.language,
        "published_at": case.published_at,
        "places": [place["name"] for place in case.places],
        "themes": [{"slug": theme.slug, "name": str(theme)} for theme in case.theme_list],
    }


@router.get(
    "/cases/{slug}",
    response={200: CaseDetail, 404: Problem, 410: Gone, 422: Invalid},
    tags=["Cases"],
    summary="One case",
)
def case(request: HttpRequest, slug: Slug):
    """With all sections, figures and references. If it was archived: 410 and the reason."""
    case = CaseStudy.objects.public().real().filter(slug=slug).first()
    if case is None:
        raise Http404
    if case.is_archived:
        return Status(410, {"detail": case.archived_reason, "title": case.title})
    shown = case_page(case)
    translate(("case", [case]), ("practice", shown.practices))
    return card_of(request, case) | {
        "setting": case.setting,
        "sections": {name: case.rendered[name] for name in SECTIONS if case.rendered.get(name)},
        "evidence": [evidence_of(row) for row in shown.evidence],
        "practices": named(shown.practices),
        "goals": shown.goals,
        "tags": named(shown.tags),
        "references": [str(row) for row in shown.references],
        "webinars": [row.slug for row in shown.webinars],
        "cost": case.cost,
        "time": case.time,
        "source": case.source,
        "last_checked": case.last_checked,
        "suggested_by_editors": suggested_fields(case),
    }


def evidence_of(row) -> dict:
    names = ("label", "unit", "currency", "numerator", "denominator")
    return {name: getattr(row, name) for name in names} | {
        "value": number(row.value),
        "value_to": number(row.value_to),
        "text": row.sentence,
        "period": row.period,
        "source": row.source_text,
        "is_missing": row.is_missing,
    }


def number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


class CityFilter(PageInput):
    country: str = Field(
        "", pattern="^([A-Z]{2})?$", description="Country or area: two capital letters, like CN."
    )


@router.get("/cities", response={200: Cities, 422: Invalid}, tags=["Places"], summary="Cities")
def cities(request: HttpRequest, asked: Query[CityFilter]):
    """Cities with the most published cases come first."""
    rows = by_cases(Area(country=asked.country), real=True).select_related("country")
    head, shown = part_of(rows, asked)
    return head | {"items": [city_of(request, row) for row in shown]}


def with_count(rows):
    """With `case_count`, the published cases of each."""
    published = Q(cases__status="published", cases__is_sample=False)
    return rows.annotate(case_count=Count("cases", filter=published, distinct=True))


def city_of(request: HttpRequest, city: City) -> dict:
    names = ("slug", "kind", "province", "latitude", "longitude", "case_count")
    return {name: getattr(city, name) for name in names} | {
        "url": address(request, city),
        "name": city.localized_name,
        "country": {"iso2": city.country_id, "name": city.country.localized_name},
    }


@router.get(
    "/cities/{slug}",
    response={200: CityDetail, 404: Problem, 422: Invalid},
    tags=["Places"],
    summary="One city",
)
def city(request: HttpRequest, slug: Slug):
    """With its names and population. For its cases, use /api/v1/cases?city=…"""
    row = with_count(City.objects.real().select_related("country")).filter(slug=slug).first()
    if row is None:
        raise Http404
    translate(("city", [row]))
    names = ("names", "summary", "population", "population_year", "population_source")
    values = {name: getattr(row, name) for name in names}
    return city_of(request, row) | values | {"languages": row.working_languages}


class PracticeFilter(PageInput):
    theme: str = Field("", max_length=MAX_CHOSEN_LENGTH, description="Theme slug.")


@router.get(
    "/practices", response={200: Practices, 422: Invalid}, tags=["Practices"], summary="Practices"
)
def practices(request: HttpRequest, asked: Query[PracticeFilter]):
    """Sorted by name."""
    rows = with_count(Practice.objects.prefetch_related("themes"))
    if asked.theme:
        rows = rows.filter(themes__slug=without_nul(asked.theme))
    head, shown = part_of(rows.order_by("name", "slug"), asked)
    translate(("practice", shown), only=CARD)
    return head | {"items": [practice_of(request, row) for row in shown]}


def without_nul(text: str) -> str:
    """PostgreSQL holds no NUL: nothing is found by what is left."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def practice_of(request: HttpRequest, practice: Practice) -> dict:
    names = ("slug", "name", "summary", "case_count")
    return {name: getattr(practice, name) for name in names} | {
        "url": address(request, practice),
        "themes": named(practice.themes.all()),
    }


@router.get(
    "/practices/{slug}",
    response={200: PracticeDetail, 404: Problem, 422: Invalid},
    tags=["Practices"],
    summary="One practice",
)
def practice(request: HttpRequest, slug: Slug):
    """With its requirements. For cases that show it, use /api/v1/cases?practice=…"""
    rows = with_count(Practice.objects.prefetch_related("themes"))
    row = rows.filter(slug=slug).first()
    if row is None:
        raise Http404
    translate(("practice", [row]))
    return practice_of(request, row) | {
        "description": row.rendered.get("description", ""),
        "needs": row.needs,
        "suggested_by_editors": list(PRACTICE_FIELDS),
    }


@router.get(
    "/landscape",
    response={200: Landscape, 422: Invalid},
    tags=["Landscape"],
    summary="The landscape of e-commerce",
)
def landscape(request: HttpRequest, asked: Query[PageInput]):
    """The findings of a series’ report on the world and its regions, with figures and sources."""
    figures = Evidence.objects.select_related("reference", "webinar")
    rows = LandscapeSection.objects.select_related("series").prefetch_related(
        Prefetch("evidence", figures), Prefetch("references", Reference.objects.public())
    )
    head, shown = part_of(rows, asked)
    for section in shown:
        section.evidence_list = list(section.evidence.all())
    translate(("landscape", shown), ("series", [section.series for section in shown]))
    return head | {"items": [section_of(request, row) for row in shown]}


def section_of(request: HttpRequest, section: LandscapeSection) -> dict:
    names = ("slug", "title", "summary", "number", "place")
    return {name: getattr(section, name) for name in names} | {
        "url": address(request, section),
        "body": section.rendered.get("body", ""),
        "series": {"slug": section.series.slug, "name": section.series.title},
        "evidence": [evidence_of(row) for row in section.evidence_list],
        "references": [str(row) for row in section.references.all()],
    }


@router.get(
    "/webinars", response={200: Webinars, 422: Invalid}, tags=["Webinars"], summary="Webinars"
)
def webinars(request: HttpRequest, asked: Query[PageInput]):
    """Latest series first, in the order of the webinars’ numbers. Drafts are left out."""
    rows = Webinar.objects.public().real().select_related("series")
    head, shown = part_of(rows.order_by("-series__start", "series", "number"), asked)
    translate(("webinar", shown), ("series", [row.series for row in shown]), only=CARD)
    return head | {"items": [webinar_of(request, row) for row in shown]}


def webinar_of(request: HttpRequest, webinar: Webinar) -> dict:
    names = ("slug", "title", "summary", "number", "status", "date", "starts_at", "minutes")
    lists = ("time_zone", "languages", "interpretation")
    return {name: getattr(webinar, name) for name in (*names, *lists)} | {
        "url": address(request, webinar),
        "series": {"slug": webinar.series.slug, "name": webinar.series.title},
    }


@router.get(
    "/webinars/{slug}",
    response={200: WebinarDetail, 404: Problem, 422: Invalid},
    tags=["Webinars"],
    summary="One webinar",
)
def webinar(request: HttpRequest, slug: Slug):
    """With its speakers, its practices and the cases presented."""
    spoke = Prefetch("appearances", Appearance.objects.select_related("speaker"))
    rows = Webinar.objects.public().real().select_related("series")
    row = rows.prefetch_related(spoke, "practices").filter(slug=slug).first()
    if row is None:
        raise Http404
    presented = CaseStudy.objects.published().real().newest().filter(webinars=row)
    taught = list(row.practices.all())
    translate(("webinar", [row]), ("series", [row.series]), ("practice", taught))
    return webinar_of(request, row) | {
        "speakers": [
            {"slug": one.speaker.slug, "name": one.speaker.name, "title": one.title}
            for one in row.appearances.all()
        ],
        "practices": named(taught),
        "cases": list(presented.values_list("slug", flat=True)),
    }
