"""Pieces of which a page holds dozens, put together in Python: template tags take far longer.

Each gives HTML with all that people wrote escaped. The templates use them as tags.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from repository.cases.citations import Citation
from repository.cases.editorial import suggested_fields
from repository.models import (
    Appearance,
    CaseStudy,
    Chapter,
    Practice,
    Reference,
    Tag,
    Webinar,
)
from repository.pages.addresses import address_of
from repository.search.queries import Hit
from repository.text.languages import lang_attribute, marked
from repository.themes.models import TITLES

NOTHING = SafeString()


def sentence(text: str, **values) -> SafeString:
    """A translated sentence as HTML, with the values escaped in their places."""
    return mark_safe(text % {name: conditional_escape(value) for name, value in values.items()})  # noqa: S308


def joined(template: str, rows: Iterable[tuple]) -> SafeString:
    return format_html_join("", template, rows)


# Cases


def card_top(case: CaseStudy) -> SafeString:
    """The case as lists show it, up to where is said why it is shown; needs with_card()."""
    language = lang_attribute(case.language)
    return format_html(
        '<li class="card"><span class="eyebrow">{}</span><h3{}><a href="{}">{}</a></h3><p{}>{}</p>',
        *(case.place, language, case.get_absolute_url(), case.title, language, case.summary),
    )


def card_foot(case: CaseStudy) -> SafeString:
    chips = joined(
        '<span class="chip">{}</span>', ((theme["name"],) for theme in case.theme_chips[:2])
    )
    return format_html('<div class="card-foot chips">{}</div></li>', chips)


def case_card(case: CaseStudy, why: str = "") -> SafeString:
    """A case in a list, and why it is shown if that wants saying."""
    reason = format_html('<p class="why">{}</p>', why) if why else NOTHING
    return card_top(case) + reason + card_foot(case)


def chips(themes: Iterable[dict]) -> SafeString:
    """Themes that lead to the cases on them."""
    cases = address_of("repository:case_list")
    return joined(
        '<a class="chip" href="{}?theme={}">{}</a>',
        ((cases, theme["slug"], theme["name"]) for theme in themes),
    )


def goals(numbers: Iterable[int]) -> SafeString:
    """Sustainable Development Goals that lead to the cases that serve them."""
    cases = address_of("repository:case_list")
    links = joined(
        '<a class="goal g{}" href="{}?goal={}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></a>',
        (
            (
                *(number, cases, number, TITLES[number], number),
                sentence(_("Goal %(number)s: %(title)s"), number=number, title=TITLES[number]),
            )
            for number in numbers
        ),
    )
    return format_html('<span class="goals">{}</span>', links) if links else NOTHING


def case_opening(case: CaseStudy, goal_numbers: Iterable[int]) -> SafeString:
    """The way to a case, where it happened, its title and summary, themes and Goals."""
    cases, themes = address_of("repository:case_list"), case.theme_chips
    crumb = (
        format_html(' › <a href="{}?theme={}">{}</a>', cases, themes[0]["slug"], themes[0]["name"])
        if themes
        else NOTHING
    )
    places = format_html_join(
        ", ",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', place["url"], place["name"]),)
            if place["url"]
            else (place["name"],)
            for place in case.places
        ),
    )
    language = lang_attribute(case.language)
    return format_html(
        '<nav class="crumbs" aria-label="{}"><a href="{}">{}</a>{}</nav>\n'
        '<div class="intro"><p class="eyebrow">{}</p>\n<h1{}>{}</h1>\n<p class="lead"{}>{}</p>\n'
        '<div class="chips">{}{}</div>',
        *(sentence(_("You are here")), cases, sentence(_("Cases")), crumb, places),
        *(
            language,
            case.title,
            language,
            case.summary,
            chips(themes),
            case_goals(case, goal_numbers),
        ),
    )


def case_goals(case: CaseStudy, numbers: Iterable[int]) -> SafeString:
    """The Goals of a case, marked where the editors chose them."""
    links = goals(numbers)
    if not links or not case.is_from_report:
        return links
    return format_html("{}{}", links, by_editors(_("Goals suggested by the editors")))


def by_editors(text: str = "") -> SafeString:
    """The mark of what the editors of this site add to a report."""
    return format_html('<p class="by-editors">{}</p>', text or _("Suggested by the editors"))


def case_facts(
    case: CaseStudy,
    presenters: Iterable[Appearance],
    webinars: Iterable[Webinar],
    webinars_about: Iterable[Webinar] = (),
    chapters: Iterable[Chapter] = (),
) -> SafeString:
    """Facts at a glance, up to the tags."""
    language = lang_attribute(case.language)
    facts = [(_("Setting"), [(language, case.setting)])] if case.setting else []
    bodies = [(lang_attribute("en"), body["name"]) for body in case.belonging["organizations"]]
    facts.append((_("Organisations"), bodies))
    facts.append((_("Presented by"), [(NOTHING, presenter(row)) for row in presenters]))
    facts.append((_("At"), [(NOTHING, place_of_talk(row)) for row in webinars]))
    facts.append((_("Taken up in"), [(NOTHING, place_of_talk(row)) for row in webinars_about]))
    facts.append((_("Discussed"), [(NOTHING, moment(row)) for row in chapters]))
    facts += [
        (title, [(language, text)])
        for title, text in (
            (_("Cost"), case.cost),
            (_("Time it took"), case.time),
            (_("Source"), case.source),
        )
        if text
    ]
    return joined(
        "<dt>{}</dt>{}",
        ((sentence(title), joined("<dd{}>{}</dd>", rows)) for title, rows in facts if rows),
    )


def presenter(row: Appearance) -> SafeString:
    speaker = row.speaker
    return format_html(
        '<a href="{}">{}</a>{}{}',
        *(speaker.get_absolute_url(), speaker.name),
        *((", ", titles(row)) if row.title else ("", "")),
    )


def titles(row: Appearance) -> SafeString:
    """The title held that day; where a report gives two, each with its place in the report."""
    if not row.other_title:
        return format_html("{}", marked(row.title, "en"))
    return format_html(
        '{} <span class="source-inline">({})</span>; {} <span class="source-inline">({})</span>',
        marked(row.title, "en"),
        marked(row.title_source, "en"),
        marked(row.other_title, "en"),
        marked(row.other_title_source, "en"),
    )


def moment(chapter: Chapter) -> SafeString:
    """Where in which webinar something was discussed."""
    text = sentence(
        _("at %(time)s in webinar %(number)s"),
        time=chapter.clock,
        number=localize(chapter.webinar.number),
    )
    address = f"{chapter.webinar.get_absolute_url()}#{chapter.anchor}"
    return format_html('<a href="{}">{}</a>', address, text)


def place_of_talk(webinar: Webinar) -> SafeString:
    name = sentence(
        _("Webinar %(number)s, %(title)s"),
        number=localize(webinar.number),
        title=marked(webinar.title, "en"),
    )
    recording = format_html(
        ' · <a href="{}" rel="external nofollow">{}</a>',
        address_of("repository:recording", webinar.slug),
        sentence(_("Recording")),
    )
    return format_html(
        '<a href="{}">{}</a>{}',
        *(webinar.get_absolute_url(), name, recording if webinar.recording else NOTHING),
    )


def case_tags(case: CaseStudy, tags: Iterable[Tag]) -> SafeString:
    """The tags of a case, for its facts at a glance."""
    language = lang_attribute(case.language)
    links = joined(
        '<a class="chip" href="{}">{}</a>', ((tag.get_absolute_url(), tag.name) for tag in tags)
    )
    return format_html('<dd class="chips"{}>{}</dd>', language, links) if links else NOTHING


def case_dates(case: CaseStudy) -> SafeString:
    """When a case was published and verified, for its facts at a glance."""
    published = case.published_at and timezone.localdate(case.published_at)
    facts = [(_("Published here"), day(published, get_language()))] if published else []
    verified = day(case.verified_at, get_language()) if case.verified_at else _("not yet")
    facts.append((_("Last verified"), verified))
    return joined("<dt>{}</dt><dd>{}</dd>", ((sentence(name), value) for name, value in facts))


@lru_cache(maxsize=1000)
def day(date: date, language: str) -> str:
    """A day in the language of the page, which to format takes as long as a dozen links."""
    return date_format(date)


def case_citation(case: CaseStudy, citation: Citation) -> SafeString:
    """How to cite a case, to copy."""
    language = lang_attribute(case.language)
    kinds = (("APA", citation.apa), ("BibTeX", citation.bibtex), ("RIS", citation.ris))
    return format_html(
        '<details class="cite no-print" data-copy="{}" data-copied="{}"><summary>{}</summary>{}'
        "</details>",
        *(sentence(_("Copy")), sentence(_("Copied")), sentence(_("Cite this case"))),
        joined(
            '<h2>{}</h2><pre tabindex="0"{}>{}</pre>',
            ((name, language, text) for name, text in kinds),
        ),
    )


def case_sections(case: CaseStudy, sections: Iterable[tuple[str, str, SafeString]]) -> SafeString:
    """The story of a case from keys, headings and texts; headings are in the reader's language."""
    language = lang_attribute(case.language)
    heading = format_html(' lang="{}"', get_language()) if language else NOTHING
    unknown = format_html('<p class="source">{}</p>', sentence(_("Not reported by the source.")))
    suggested = suggested_fields(case)
    mark = by_editors()
    return joined(
        '<section id="{}"{}><h2{}>{}</h2>{}{}</section>',
        (
            (key, language, heading, title, mark if key in suggested else NOTHING, html)
            if html
            else (key, NOTHING, NOTHING, title, NOTHING, unknown)
            for key, title, html in sections
        ),
    )


def case_practices(practices: Iterable[tuple[Practice, int]]) -> SafeString:
    """Practices that a case shows, with the number of cases that do."""
    english = lang_attribute("en")
    return joined(
        '<div class="practice"><h3{}><a href="{}">{}</a></h3>'
        '<p>{}{}<span class="source">{}</span></p></div>',
        (
            (
                *(english, practice.get_absolute_url(), practice.name),
                sentence(
                    _("Needs (suggested by the editors): %(needs)s"),
                    needs=marked(practice.needs, "en"),
                )
                if practice.needs
                else NOTHING,
                " " if practice.needs else "",
                sentence(
                    ngettext("Shown in %(count)s case.", "Shown in %(count)s cases.", count),
                    count=localize(count),
                ),
            )
            for practice, count in practices
        ),
    )


# What a search has found


def search_hits(hits: Iterable[Hit]) -> SafeString:
    return joined(
        '<li><p class="eyebrow">{}</p><h3{}><a href="{}">{}</a></h3>{}</li>',
        (
            (hit.eyebrow, language, hit.url, hit.title, paragraph)
            for hit in hits
            for language in (lang_attribute(hit.language),)
            for paragraph in (
                format_html("<p{}>{}</p>", language, hit.text) if hit.text else NOTHING,
            )
        ),
    )


# Works


def reference_items(references: Iterable[Reference]) -> SafeString:
    return joined("{}", ((reference_item(reference),) for reference in references))


def reference_item(reference: Reference, citing: Iterable[Model] = ()) -> SafeString:
    """A work in a list of works, and the pages that cite it where they are given."""
    english = lang_attribute("en")
    title = format_html("<cite{}>{}</cite>", english, reference.title)
    if reference.url:
        language = reference.language
        title = format_html(
            '<a href="{}" rel="external nofollow"{}>{}</a>',
            reference.url,
            format_html(' hreflang="{}"', language) if language else NOTHING,
            title,
        )
    further = []
    if reference.publisher:
        further.append(format_html(" {}{}", reference.publisher, full_stop(reference.publisher)))
    if reference.doi:
        link = ' <a href="https://doi.org/{}" rel="external nofollow">doi:{}</a>.'
        further.append(format_html(link, reference.doi, reference.doi))
    if reference.accessed:
        read = day(reference.accessed, get_language())
        text = sentence(_("Read on %(date)s."), date=read)
        further.append(format_html(' <span class="source">{}</span>', text))
    if reference.note:
        further.append(format_html(' <span class="source"{}>{}</span>', english, reference.note))
    if citing:
        pages = format_html_join(", ", "{}", ((page_link(page),) for page in citing))
        cited_by = sentence(_("Cited by:"))
        further.append(format_html(' <span class="source">{} {}</span>', cited_by, pages))
    byline = reference.byline
    return format_html(
        '<li id="{}">{}{}({}). {}{}{}</li>',
        *(reference.key, byline, " " if byline else ""),
        *(reference.year_text or sentence(_("no date")), title, full_stop(reference.title)),
        joined("{}", ((part,) for part in further)),
    )


def full_stop(text: str) -> str:
    """What ends a part of a reference: nothing after a title that is a question, as in APA."""
    return "" if text.endswith((".", "?", "!", "…")) else "."


def page_link(page: Model) -> SafeString:
    """A link to a page of the collection; all but cases are in English."""
    language = lang_attribute(getattr(page, "language", "en"))
    return format_html('<a href="{}"{}>{}</a>', page.get_absolute_url(), language, page)
