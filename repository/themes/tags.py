from django import template

from repository.themes.models import TITLES

register = template.Library()


@register.filter
def goal_title(number: int) -> str:
    """Return the short title of a Sustainable Development Goal."""
    return TITLES[number]
