from django import template

register = template.Library()


@register.filter
def full_stop(text: str) -> str:
    """Return the full stop after a part of a reference; none after a question mark, as in APA."""
    return "" if text.endswith((".", "?", "!", "…")) else "."
