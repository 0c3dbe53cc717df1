from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from repository.evidence.drawings.measures import columns
from repository.evidence.models import Evidence
from repository.text.languages import marked
from repository.text.lists import comma

register = template.Library()


register.filter(columns)


@register.filter
def cited(row: Evidence) -> SafeString:
    """Render the source of a figure with the page: "UNCTAD (2020), Chapter II"."""
    parts = [row.short_source, row.place and marked(row.place, row.original_language)]
    return format_html_join(comma(), "{}", ((part,) for part in parts if part))
