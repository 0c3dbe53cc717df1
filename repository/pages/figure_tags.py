"""Numbers on pages of figures."""

from django import template

from repository.pages.tables import shown

register = template.Library()


@register.filter
def figure(value) -> str:
    """A number as the page says it, also where it is not known; words stay as they are."""
    return value if isinstance(value, str) else shown(value)


@register.filter
def unlocal(value: float) -> str:
    """A number for the attribute of a drawing, which knows the decimal point alone."""
    return f"{value:g}"
