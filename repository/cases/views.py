from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote_plus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from repository.cases.cards import cards
from repository.cases.case_page import case_page
from repository.cases.citations import cite
from repository.cases.covers import INKS
from repository.cases.editorial import suggested_fields
from repository.cases.facets import FACETS, Counts, all_counts, counts_of, named, practice_counts
from repository.cases.models import SECTIONS, CaseFacet
from repository.cases.preview_cache import preview_of
from repository.cases.related_reasons import related_with_reasons
from repository.cases.values import Value, language_name
from repository.evidence.arrangement import evidence_groups, number_figures
from repository.evidence.margins import charts_of, is_beside, place, written_in
from repository.glossary.marking import marker
from repository.models import CaseStudy, TagRedirect
from repository.pages.addresses import original_url, shown_url
from repository.pages.editions import PublicHttpRequest
from repository.pages.http import CONTROL, asked, public_page
from repository.pages.lists import count_text, page_of
from repository.pages.schema_org import case_schema
from repository.search import queries
from repository.search.parsing import MAX_CHARACTERS
from repository.translations.reading import translate

PAGE_SIZE = 20
# How many values of a facet a page shows; the others are found by searching.
SHOWN_VALUES = {"practice": 40, "theme": 20, "goal": 17}
SHOWN_OTHERWISE = 12
# Limits for the selected values of a facet in a URL: a page repeats them in a hundred links.
MAX_CHOSEN = 10
MAX_CHOSEN_LENGTH = 120


# Without "q": there are too many different searches to cache.
@public_page(parameters=[*FACETS, "sort", "page"])
def case_list(request: PublicHttpRequest) -> HttpResponse:
    """List published cases, filtered by search terms and facets."""
    text = asked(request, "q").strip()[:MAX_CHARACTERS]
    chosen = {facet: chosen_keys(request, facet) for facet in FACETS}
    chosen["tag"] = present_tags(chosen["tag"], all_counts(request.edition))
    ranked = queries.case_ids(text) if text else None
    counts = counts_of(request.edition, chosen, ranked)
    rows = CaseFacet.objects.of("all", "").matching(chosen)
    if ranked is not None:
        rows = rows.filter(case__in=ranked)
    sort = request.GET.get("sort", "")
    toggled = Toggle(request.path, text, chosen, sort)
    if ranked is not None and sort not in ("newest", "title"):
        found = set(rows.cases())
        pks = [pk for pk in ranked if pk in found]
        page = page_of(pks, request, size=PAGE_SIZE)
        cases = CaseStudy.objects.cards_of(page.object_list)
    else:
        rows = rows.by_title() if sort == "title" else rows.newest()
        page = page_of(rows, request, size=PAGE_SIZE, count=counts.all.total)
        cases = page.object_list.cards()
    is_plain = not text and page.number == 1 and not any(chosen.values())
    # The newest case is shown large where nothing was searched for.
    page.object_list = cards(cases, is_first_big=is_plain)
    context = {
        "section": "cases",
        "q": text,
        "page": page,
        **facets_of(request.edition, counts, chosen, toggled),
        "sorts": sort_links(toggled, sort, searching=bool(text)),
        "count": ngettext("%(count)s case", "%(count)s cases", counts.all.real)
        % {"count": count_text(counts.all.real)},
        "samples": counts.all.samples,
    }
    return render(request, "repository/cases/list.html", context)


def chosen_keys(request: HttpRequest, facet: str) -> list[str]:
    """Return the values of a facet selected in the query string, without duplicates."""
    keys = (CONTROL.sub(" ", key[:MAX_CHOSEN_LENGTH]) for key in request.GET.getlist(facet) if key)
    return list(dict.fromkeys(keys))[:MAX_CHOSEN]


def present_tags(keys: list[str], known: Counts) -> list[str]:
    """Return the keys of tags, replacing those of renamed and merged tags."""
    if all(key in known["tag"] for key in keys):
        return keys
    old = TagRedirect.objects.filter(slug__in=keys).values_list("slug", "tag__slug")
    became = {slug: now for slug, now in old if slug not in known["tag"]}
    return list(dict.fromkeys(became.get(key, key) for key in keys))


class Toggle:
    """Builds URLs of this page that select or deselect one value of a facet."""

    def __init__(self, path: str, text: str, chosen: dict[str, list[str]], sort: str):
        self.path = path
        self.pairs = [("q", text)] if text else []
        self.pairs += [(facet, key) for facet, keys in chosen.items() for key in keys]
        self.unsorted = urlencode(self.pairs)
        if sort in ("newest", "title"):
            self.pairs.append(("sort", sort))
        # Encoded once: a page has a hundred such links with a common beginning.
        self.start = f"?{urlencode(self.pairs)}&" if self.pairs else "?"

    def __call__(self, facet: str, key: str) -> str:
        pair = (facet, key)
        if pair not in self.pairs:
            return f"{self.start}{facet}={quote_plus(key)}"
        others = [other for other in self.pairs if other != pair]
        return f"?{urlencode(others)}" if others else self.path


def facets_of(
    edition: str, counts: Counts, chosen: dict[str, list[str]], toggled: Toggle
) -> dict[str, list[dict]]:
    """Return the facets with the count of each value, and the values chosen.

    At most one query.
    """
    known = all_counts(edition)
    of_cases = {facet: [key for key in chosen[facet] if key in known[facet]] for facet in FACETS}
    first = {
        facet: counts.most(
            facet, chosen=of_cases[facet], most=SHOWN_VALUES.get(facet, SHOWN_OTHERWISE)
        )
        for facet in FACETS
    }
    names = named(
        edition,
        {
            facet: {*of_cases[facet], *(key for key, _count in values)}
            for facet, (values, _number) in first.items()
        },
    )
    groups = []
    for facet, (values, number) in first.items():
        is_of_all = all(count.total == counts.all.total for _key, count in values)
        if number < 2 and is_of_all and not chosen[facet]:
            continue
        rows = [
            {
                "key": key,
                "label": names[facet, key].label(facet),
                "language": names[facet, key].language(facet),
                "count": count.real,
                "samples": count.samples,
                "ink": INKS.get(key, "") if facet == "theme" else "",
                "chosen": key in chosen[facet],
                "url": toggled(facet, key),
            }
            for key, count in values
        ]
        groups.append(
            {
                "key": facet,
                "title": FACETS[facet],
                "rows": rows,
                "more": number - SHOWN_VALUES.get(facet, SHOWN_OTHERWISE),
                "open": bool(chosen[facet]) or facet == "theme",
            }
        )
    return {"facets": groups, "chosen": chosen_values(names, of_cases, chosen, toggled)}


def chosen_values(names: Mapping[tuple[str, str], Value], of_cases, chosen, toggled) -> list[dict]:
    return [
        {
            "label": names[facet, key].label(facet) if is_known else key,
            "language": names[facet, key].language(facet) if is_known else "",
            "url": toggled(facet, key),
            "facet": facet,
            "key": key,
            "known": is_known,
        }
        for facet, keys in chosen.items()
        for key in keys
        for is_known in [key in of_cases[facet]]
    ]


def sort_links(toggled: Toggle, sort: str, *, searching: bool) -> list[dict]:
    choices = {"": _("Most relevant")} if searching else {}
    choices |= {"newest": _("Newest"), "title": _("Title")}
    current = sort if sort in choices else next(iter(choices))
    start = f"?{toggled.unsorted}&" if toggled.unsorted else "?"
    return [
        {"label": label, "url": f"{start}sort={key}", "current": key == current}
        for key, label in choices.items()
    ]


@public_page
def case_detail(request: PublicHttpRequest, slug: str) -> HttpResponse:
    """Show a case with its places, evidence, story, reusable parts and sources."""
    case = case_for(request.user, slug)
    if case.is_archived:
        return render(request, "repository/cases/archived.html", {"case": case}, status=410)
    shown = case_page(case)
    slugs = tuple(practice.slug for practice in shown.practices)
    counts = practice_counts(request.edition, slugs)
    original = original_url(request, case, case.language)
    citation = cite(case, url=original) if case.published_at else None
    written = None
    if case.language != get_language():
        case.refresh_from_db(fields=list(SECTIONS))
        written = written_in(sections_of(case), shown.evidence)
    found = related_with_reasons(request.edition, case.pk)
    related = cards(CaseStudy.objects.cards_of([*found]), reasons=found)
    languages = [case.language, *shown.translated_into]
    translate(
        ("case", [case]),
        ("practice", shown.practices),
        ("webinar", [*shown.webinars, *shown.webinars_about]),
        ("theme", case.theme_list),
    )
    if citation and hasattr(case, "reading"):
        citation = replace(
            citation, translated_title=case.title, translated_into=language_name(case.language)
        )
    html = marker(request.edition, case.language).mark(sections_of(case))
    url = shown_url(request, case, original)
    number_figures(shown.evidence)
    cover = case.cover
    for figure in cover.key_figures:
        figure.row.is_key = True
    apart = [row for row in shown.evidence if not is_beside(row, html)]
    charts, groups = charts_of(evidence_groups(apart))
    margins = place(
        html, shown.evidence, charts, original=written if hasattr(case, "reading") else None
    )
    context = {
        "section": "cases",
        "case": case,
        "languages": languages,
        "original": original,
        "sections": [
            {
                "key": key,
                "title": title,
                "parts": margins.sections.get(key, []),
                # Beside a list without charts there is room for a second column.
                "is_list": html.get(key, "").startswith(("<ul", "<ol"))
                and not any(part.chart or part.row for part in margins.sections[key]),
                "is_suggested": key in suggested_fields(case),
            }
            for key, title in SECTIONS.items()
            if key in html or key == "what_did_not_work"
        ],
        "cover": cover,
        "charts": margins.others,
        "groups": groups,
        "missing": [row for row in shown.evidence if row.is_missing],
        "practices": list(zip(shown.practices, counts, strict=True)),
        "has_requirements": any(practice.needs for practice in shown.practices),
        "webinars": shown.webinars,
        "webinars_about": shown.webinars_about,
        "chapters": shown.chapters,
        "presenters": shown.presenters,
        "references": shown.references,
        "tags": shown.tags,
        "goals": shown.goals,
        "related": related,
        "citation": citation,
        "schema": case_schema(case, url=url, original=original),
        "url": url,
        "image": request.build_absolute_uri(reverse("repository:case_cover_image", args=[slug])),
    }
    response = render(request, "repository/cases/detail.html", context)
    if not case.is_published:
        response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
def cover_image(request: HttpRequest, slug: str) -> HttpResponse:
    """The cover of a published case as a PNG for previews of links."""
    case = get_object_or_404(CaseStudy.objects.published().for_cards(), slug=slug)
    image = preview_of(case)
    response = HttpResponse(image, content_type="image/png")
    # Shared caches would serve it to others for as long after the case was withdrawn.
    response.headers["Cache-Control"] = "public, max-age=3600, s-maxage=1"
    return response


def case_for(user, slug: str) -> CaseStudy:
    """Return the case with this slug, or raise Http404 if it is not visible to the user."""
    # The page shows the HTML rendered when the case was saved, not the Markdown of the sections.
    cases = CaseStudy.objects.visible_to(user).marking_mine(user).defer(*SECTIONS)
    cases = cases.select_related("photograph")
    return get_object_or_404(cases, slug=slug)


def sections_of(case: CaseStudy) -> dict[str, str]:
    """Return the HTML of the sections that have text, in the order of the page."""
    return {key: case.rendered[key] for key in SECTIONS if case.rendered.get(key)}


# Two cases side by side.

# How many cases the two lists offer; older ones are compared from their own page.
OFFERED = 200
# Without the sections that editors may have suggested.
COMPARED = ("challenge", "solution", "results", "lessons", "what_did_not_work")


@public_page(parameters=["case"])
def compare(request: HttpRequest) -> HttpResponse:
    """Compare the two cases named by `?case=`, or let the reader choose them."""
    asked = [CONTROL.sub("", slug) for slug in request.GET.getlist("case")[:2]]
    found = {case.slug: case for case in CaseStudy.objects.published().filter(slug__in=asked)}
    cases = [found[slug] for slug in dict.fromkeys(asked) if slug in found]
    offered = CaseStudy.objects.published().only("slug", "title", "language", "status")
    choices = list(offered.newest()[:OFFERED])
    pair = [compared_facts(case) for case in cases] if len(cases) == 2 else []
    translate(("case", [*cases, *choices]), *(("practice", each["practices"]) for each in pair))
    context = {
        "section": "cases",
        "cases": cases,
        "offered": choices,
        "chosen": [case.slug for case in cases] + [""] * (2 - len(cases)),
    }
    if pair:
        context |= {"pair": pair, "sections": compared_sections(cases)}
    return render(request, "repository/cases/compare.html", context)


def compared_facts(case: CaseStudy) -> dict:
    """Return a case with its related objects and headline figures."""
    shown = case_page(case)
    headlines = [row for row in shown.evidence if row.is_headline and not row.is_missing]
    return {"case": case, "practices": shown.practices, "figures": headlines}


def compared_sections(cases: list[CaseStudy]) -> list[dict]:
    """Return the sections that any of the cases has, with (case, HTML) of each."""
    return [
        {"title": SECTIONS[key], "texts": [(case, case.rendered.get(key, "")) for case in cases]}
        for key in COMPARED
        if any(case.rendered.get(key) for case in cases)
    ]
