"""Template tags of the site."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from repository.cases.facets import language_name
from repository.dates.time_zones import told
from repository.maps import markup as maps_markup
from repository.models import CaseStudy, Evidence
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
register.filter(told)
register.simple_tag(maps_markup.map_marks)


@register.inclusion_tag("repository/cases/_case_card.html")
def case_card(case: CaseStudy) -> dict:
    return {"case": case}


@register.inclusion_tag("repository/cases/_goals.html")
def goals(numbers: Iterable[int]) -> dict:
    """Sustainable Development Goals that lead to the cases that serve them."""
    return {"goals": numbers}


@register.filter
def goal_title(number: int) -> str:
    return TITLES[number]


@register.filter
def cited(row: Evidence) -> SafeString:
    """Where a figure is from, to the page: "UNCTAD (2020), Chapter II"."""
    parts = [row.short_source, row.place and marked(row.place, row.language)]
    return format_html_join(", ", "{}", ((part,) for part in parts if part))


@register.filter
def full_stop(text: str) -> str:
    """The stop after a part of a reference: none after a title that is a question, as in APA."""
    return "" if text.endswith((".", "?", "!", "…")) else "."


@register.inclusion_tag("repository/cases/_facet_values.html")
def facet_links(rows: list[dict]) -> dict:
    """Values of a facet as links, each with the number of cases."""
    return {"rows": rows}


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
