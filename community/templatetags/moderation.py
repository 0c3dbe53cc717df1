"""What readers see of moderation: the way to flag something."""

from django import template
from django.db import models

from community.subjects import FLAGGED, word_of

register = template.Library()


@register.inclusion_tag("community/_flag_link.html", takes_context=True)
def flag_link(context, subject: models.Model) -> dict:
    """A link to the page where a member flags `subject`; none for its author."""
    user = context["user"]
    is_own = user.is_authenticated and user.pk == getattr(subject, "author_id", None)
    word = word_of(subject)
    return {"subject": subject, "word": word, "is_shown": word in FLAGGED and not is_own}
