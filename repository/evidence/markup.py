"""Figures in HTML, put together in Python as the pieces of `markup.py`."""

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from repository.models import Evidence
from repository.pages.markup import NOTHING, joined, sentence
from repository.text.languages import lang_attribute, marked

LONG = mark_safe(' class="long"')
# A figure of more characters is set smaller.
LONGEST_FIGURE = 9


def small(text: str) -> SafeString:
    return format_html("<small>{}</small>", text) if text else NOTHING


def in_small_print(row: Evidence) -> SafeString:
    """The numbers of a share, the period, what was printed."""
    return format_html_join(" · ", "{}", ((detail,) for detail in row.details))


def cited(row: Evidence) -> SafeString:
    """Where a figure is from, to the page: "UNCTAD (2020), Chapter II"."""
    parts = [row.short_source, row.place and marked(row.place, row.language)]
    return format_html_join(", ", "{}", ((part,) for part in parts if part))


def source_line(row: Evidence | None) -> SafeString:
    """The source that figures have in common."""
    if not row:
        return NOTHING
    text = sentence(_("Source: %(source)s"), source=cited(row))
    return format_html('<p class="source">{}</p>', text)


def figures(rows: Iterable[Evidence], source: object = None) -> SafeString:
    """Figures shown large; each with its source, unless `source` stands for all."""
    return joined("{}", ((figure(row, with_source=not source),) for row in rows))


def figure(row: Evidence, *, with_source: bool) -> SafeString:
    language, shown = lang_attribute(row.language), row.figure
    return format_html(
        '<div class="figure"><b{}{}>{}</b><span{}>{}</span>{}{}</div>',
        language if row.display else NOTHING,
        LONG if len(shown) > LONGEST_FIGURE else NOTHING,
        *(shown, language, row.label),
        small(in_small_print(row)),
        small(row.short_source) if with_source else NOTHING,
    )


def evidence(groups: Iterable[dict]) -> SafeString:
    """Groups of figures: as bars if all of one are per cent, else as a table."""
    return joined(
        '<section class="evidence">{}{}</section>',
        (
            (bars(group) if group["bars"] else table(group), source_line(group["source"]))
            for group in groups
        ),
    )


def bars(group: dict) -> SafeString:
    rows = joined(
        '<div class="bar"><span>{}{}{}</span><svg viewBox="0 0 100 8" preserveAspectRatio="none" '
        'aria-hidden="true"><rect width="{}" height="8"/></svg><b{}>{}</b></div>',
        (
            (
                marked(row.label, row.language),
                in_source(in_small_print(row)) if group["has_details"] else NOTHING,
                NOTHING if group["source"] else in_source(cited(row)),
                *(width, language if row.display else NOTHING, row.figure),
            )
            for row, width in zip(group["rows"], group["widths"], strict=True)
            for language in (lang_attribute(row.language),)
        ),
    )
    language = lang_attribute(group["language"])
    return format_html('<h3{}>{}</h3><div class="bars">{}</div>', language, group["title"], rows)


def table(group: dict) -> SafeString:
    rows = joined(
        '<tr><th scope="row"{}>{}</th><td>{}{}{}</td></tr>',
        (
            (
                lang_attribute(row.language) if row.display else NOTHING,
                row.figure,
                marked(row.label, row.language),
                in_source(in_small_print(row)),
                NOTHING if group["source"] else in_source(cited(row)),
            )
            for row in group["rows"]
        ),
    )
    if group["title"]:
        language = lang_attribute(group["language"])
        caption = format_html("<caption{}>{}</caption>", language, group["title"])
    else:
        caption = format_html("<caption>{}</caption>", sentence(_("Further figures")))
    return format_html('<table class="rows">{}<tbody>{}</tbody></table>', caption, rows)


def in_source(text: str) -> SafeString:
    return format_html('<span class="source">{}</span>', text) if text else NOTHING
