import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from repository.evidence.drawings.measures import columns
from repository.evidence.models import Evidence
from repository.text.languages import marked
from repository.text.lists import comma

register = template.Library()

# Between a number and a unit, but not a sign such as “%”.
BEFORE_UNIT = re.compile(r"\u00a0(?=\w)")


register.filter(columns)


@register.filter
def breakable(figure: str) -> str:
    """Let a large figure have a new line before its unit, so that none is broken inside a word."""
    return BEFORE_UNIT.sub(" ", figure)


@register.filter
def sizes(figure: str) -> str:
    """Return the classes for the size of a large figure: by its width, and by its longest word."""
    width, word = columns(figure), max(map(columns, breakable(figure).split(" ")))
    by_width = "long" if width > 11 else "short" if width <= 6 else ""
    return f"{by_width} wordy" if word > 9 else by_width


@register.filter
def cited(row: Evidence) -> SafeString:
    """Render the source of a figure with the page: "UNCTAD (2020), Chapter II"."""
    parts = [row.short_source, row.place and marked(row.place, row.original_language)]
    return format_html_join(comma(), "{}", ((part,) for part in parts if part))
