"""Template filters for pages of figures."""

from django import template

from repository.pages.tables import shown

register = template.Library()


@register.filter
def figure(value) -> str:
    """Format a number, or None as "not known yet"; return strings unchanged."""
    return value if isinstance(value, str) else shown(value)


@register.filter
def unlocal(value: float) -> str:
    """Format a number for an SVG attribute, which always uses a decimal point."""
    return f"{value:g}"
