"""Template tags for tags: the existing ones, and the form to propose one."""

from django import template
from django.db import models

from community.discussion.subjects import word_of
from community.tagging import actions
from repository.models import Tag

register = template.Library()


@register.inclusion_tag("community/tagging/_tag_box.html")
def tag_box(subject: models.Model) -> dict:
    """The link to propose a tag."""
    return {"subject": subject, "word": word_of(subject)} if actions.is_open(subject) else {}


@register.inclusion_tag("community/tagging/_tags.html")
def tags_of(subject: models.Model) -> dict:
    """The tags of a subject whose page does not fetch them itself."""
    return {"tags": Tag.objects.for_object(subject)}
