"""Template tags of the site."""

import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from repository.cases.values import language_name
from repository.dates.time_zones import local_and_utc
from repository.pages.addresses import alternates, in_language
from repository.pages.lists import count_text
from repository.pages.tables import shown
from repository.text.languages import lang_attribute, lang_or_auto, marked, page_attributes
from repository.text.lists import comma, list_of, list_separator, sign
from repository.text.parsing import CONTROL
from repository.themes.models import TITLES as GOAL_TITLES

register = template.Library()

PATH = re.compile(r'(?<=href=")/(?!/)[^"]*')
# A letter and a hyphen before a word, with its punctuation: “e-commerce”. Longer words may have to
# break on a phone.
ONE_LETTER = re.compile(r"[“«(]*\b[^\W\d_]-[^\W\d_]{1,15}\b[”»).,:;?!]*")
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def json_ld(data: dict | None) -> str:
    """Render a schema.org description, if there is one, escaped for use in a script element."""
    if data is None:
        return ""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.filter
def html(text: str) -> str:
    """Mark as safe HTML that was rendered from Markdown and cleaned when the object was saved.

    Links to pages of this site lead to the language of the page.
    """
    if (language := get_language() or "") not in ("", settings.LANGUAGE_CODE):
        text = PATH.sub(lambda path: in_language(path[0], language), text)
    return mark_safe(text)  # noqa: S308


@register.filter(expects_localtime=True)
def machine(moment: datetime | date | None) -> str:
    """Format the `datetime` attribute of a `time` element, where HTML allows no microseconds."""
    if isinstance(moment, datetime):
        return moment.isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""


register.filter("lang", lang_attribute)
register.filter("lang_or_auto", lang_or_auto)
register.filter("in_language", marked)
register.filter(local_and_utc)
register.simple_tag(sign)


@register.filter
def listed(words: Iterable[object]) -> str:
    """Join words with the comma of the active language, or with its semicolon."""
    words = [*words]
    return format_html_join(list_separator(map(str, words)), "{}", ((word,) for word in words))


@register.simple_tag
def phrase(*parts: object) -> str:
    """Join the parts of a phrase that are not empty: "Zhengzhou, China"."""
    return format_html_join(comma(), "{}", ((part,) for part in parts if part))


register.filter("counted", count_text)


@register.filter
def unbroken(text: str) -> str:
    """Keep words such as “e-commerce” on one line, in large type.

    The letters stay as they are, or copies and searches would not find them.
    """
    return mark_safe(ONE_LETTER.sub(r'<span class="unbroken">\g<0></span>', escape(text)))  # noqa: S308


@register.filter
def bdi(name: object) -> str:
    """Isolate a name in a sentence: its direction of writing may be another one."""
    return format_html("<bdi>{}</bdi>", name)


@register.filter(is_safe=True)
def printable(text: str) -> str:
    """Show what is wrong with a text that was sent, without its control characters."""
    return CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


@register.filter
def language_names(codes: Iterable[str]) -> str:
    return list_of(language_name(code) for code in codes)


@register.simple_tag
def page_language() -> str:
    """The lang and dir attributes of the page, for a part of a text in another language."""
    return page_attributes()


@register.filter
def other_language(code: str) -> str:
    """Name the language of a text before it, if the page is in another: “(French)”."""
    is_other = code and lang_attribute(code)
    return format_html("<small>({})</small>", language_name(code)) if is_other else ""


@register.filter
def language(code: str) -> str:
    return language_name(code)


@register.inclusion_tag("components/_canonical.html", takes_context=True)
def canonical(context, written_in: str | list[str] = "", page=None) -> dict:
    """Link the canonical URL of this page and its translations; `page` is one of a list.

    `written_in` is the language of the page's text, or the languages, that of the original first;
    leave it out if all of the text is translated.
    """
    query = f"?page={page.number}" if page and page.number > 1 else ""
    return alternates(context["request"], written_in, query)._asdict()


@register.simple_tag(takes_context=True)
def address(context, **changes) -> str:
    """Return the query string of this page with `changes`; None removes a parameter."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return "?" + urlencode([(key, value) for key, value in query.lists() for value in value])


@register.filter
def figure(value) -> str:
    """Format a number, or None as "not known yet"; return strings unchanged."""
    return value if isinstance(value, str) else shown(value)


@register.filter
def unlocal(value: float) -> str:
    """Format a number for an SVG attribute, which always uses a decimal point."""
    return f"{value:g}"


@register.filter
def goal_title(number: int) -> str:
    """Return the short title of a Sustainable Development Goal."""
    return GOAL_TITLES[number]


@register.filter
def full_stop(text: str) -> str:
    """Return the full stop after a part of a reference; none after a question mark, as in APA."""
    return "" if text.endswith((".", "?", "!", "…")) else "."
