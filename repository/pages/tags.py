"""Template tags of the site."""

import json
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from repository.cases.facets import language_name
from repository.dates.time_zones import told
from repository.evidence import markup as evidence_markup
from repository.maps import markup as maps_markup
from repository.pages import markup
from repository.text.languages import lang_attribute, marked
from repository.themes.models import TITLES

register = template.Library()

ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data: dict) -> str:
    """A schema.org description for machines, safe inside a script element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.filter
def html(text: str) -> str:
    """HTML that repository.markdown made and cleaned when the object was saved."""
    return mark_safe(text)  # noqa: S308


@register.filter(expects_localtime=True)
def machine(moment: datetime | date | None) -> str:
    """A moment or a day for the `datetime` of a `time` element; HTML knows no microseconds."""
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


register.filter("lang", lang_attribute)
register.filter("in_language", marked)


register.filter(evidence_markup.cited)
register.filter(markup.moment)
register.filter(told)
for piece in (
    evidence_markup.evidence,
    evidence_markup.figures,
    evidence_markup.source_line,
    maps_markup.map_marks,
    markup.case_card,
    markup.case_citation,
    markup.case_dates,
    markup.case_facts,
    markup.case_opening,
    markup.case_practices,
    markup.case_sections,
    markup.case_tags,
    markup.goals,
    markup.reference_item,
    markup.reference_items,
    markup.search_hits,
):
    register.simple_tag(piece)


@register.simple_tag
def fixed(template_name: str, **values) -> str:
    """A component that depends on these values and the language alone: rendered once for all."""
    render = render_fixed.__wrapped__ if settings.DEBUG else render_fixed
    return render(template_name, get_language(), tuple(values.items()))


@lru_cache(maxsize=256)
def render_fixed(template_name: str, language: str, values: tuple) -> str:
    return render_to_string(template_name, dict(values))


@register.tag
def once(parser, token) -> template.Node:
    """What stands up to `endonce` depends on the language alone: rendered once for each."""
    nodes = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(nodes)


class Once(template.Node):
    def __init__(self, nodelist: template.NodeList):
        self.nodelist = nodelist
        self.known: dict[str | None, str] = {}

    def render(self, context) -> str:
        language = get_language()
        html = self.known.get(language)
        if html is None:
            # Without the variables of this page: nothing of it may stay for the next one.
            html = self.nodelist.render(context.new())
            if not settings.DEBUG:
                self.known[language] = html
        return html


@register.simple_tag
def facet_links(rows: list[dict]) -> str:
    """Values of a facet as links. A list has over a hundred: tags and filters would take longer."""
    return format_html_join(
        "",
        '<li><a href="{}" rel="nofollow"{}>{} <span>{}</span></a></li>',
        (
            (
                row["url"],
                CURRENT if row["chosen"] else "",
                marked(row["label"], row["language"]),
                localize(row["count"]),
            )
            for row in rows
        ),
    )


CURRENT = mark_safe(' aria-current="true"')


@register.filter
def goal_title(number: int) -> str:
    return TITLES[number]


@register.filter
def language(code: str) -> str:
    return language_name(code)


@register.simple_tag(takes_context=True)
def address(context, **changes) -> str:
    """The query of this page with some parameters set, or left out where they are None."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return "?" + urlencode([(key, value) for key, value in query.lists() for value in value])
