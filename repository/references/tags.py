from django import template

register = template.Library()


@register.filter
def full_stop(text: str) -> str:
    """The stop after a part of a reference: none after a title that is a question, as in APA."""
    return "" if text.endswith((".", "?", "!", "…")) else "."
