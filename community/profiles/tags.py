"""The name of a member with the verified mark."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from community.models import User
from community.profiles.marks import is_verified

register = template.Library()


@register.filter
def with_mark(person: User | None, otherwise: str = "") -> SafeString:
    """The name with the verified mark; without a person `otherwise`, or "Former member"."""
    if not person:
        return format_html("<bdi>{}</bdi>", otherwise or _("Former member"))
    if not is_verified(person):
        return format_html("<bdi>{}</bdi>", person)
    mark = _("verified")
    return format_html('<bdi>{}</bdi> <span class="verified">{}</span>', person, mark)
