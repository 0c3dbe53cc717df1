"""Template tags for flagging."""

from django import template
from django.db import models

from community.discussion.subjects import FLAGGED, word_of

register = template.Library()


@register.inclusion_tag("community/moderation/_flag_link.html", takes_context=True)
def flag_link(context, subject: models.Model) -> dict:
    """A link to the page where a member flags `subject`; none for its author."""
    user, word = context["user"], word_of(subject)
    author = getattr(subject, "author_id", None)
    if word not in FLAGGED or (author and user.is_authenticated and user.pk == author):
        return {}
    return {"subject": subject, "word": word}
