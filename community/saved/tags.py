"""The button to save a page."""

from django import template
from django.db import models

from community.discussion.subjects import word_of
from community.models import SavedItem
from community.saved.items import is_public

register = template.Library()


@register.inclusion_tag("community/saved/_save.html", takes_context=True)
def save_button(context, subject: models.Model) -> dict:
    """A button to save a page, or a link to the saved page; visitors are led to sign in."""
    request = context["request"]
    if not is_public(subject):
        return {}
    if not request.user.is_authenticated:
        return {"request": request, "sign_in_first": True}
    return {
        "subject": subject,
        "word": word_of(subject),
        "item": SavedItem.objects.visible_to(request.user).about(subject).first(),
    }
