"""What readers see of moderation: the way to flag something."""

from django import template
from django.db import models
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community.discussion.subjects import FLAGGED, word_of
from repository.pages.markup import sentence

register = template.Library()


@register.simple_tag(takes_context=True)
def flag_link(context, subject: models.Model) -> str:
    """A link to the page where a member flags `subject`; none for its author."""
    user, word = context["user"], word_of(subject)
    author = getattr(subject, "author_id", None)
    if word not in FLAGGED or (author and user.is_authenticated and user.pk == author):
        return ""
    # Put together here: a discussion has a hundred of them.
    address = reverse("community:flag_new", args=[word, subject.pk])
    if word == "case":
        what = sentence(_("Flag what is wrong here"))
    else:
        whose = '{}<span class="visually-hidden"> {}</span>'
        what = format_html(whose, sentence(_("Flag")), subject.author or "")
    return format_html('<a class="flag" href="{}" rel="nofollow">{}</a>', address, what)
