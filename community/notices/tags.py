"""Buttons to follow something, and how many notices are unread."""

from urllib.parse import quote

from django import template
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from community.discussion.subjects import word_of
from community.models import Follow
from repository.models import Theme
from repository.pages.addresses import address_of

register = template.Library()

MOST_COUNTED = 99


@register.simple_tag(takes_context=True)
def follow_button(context, subject: models.Model) -> str:
    """Follow a subject or stop; for visitors a link to sign in. Nothing on one's own profile."""
    user = context["request"].user
    if not user.is_authenticated:
        return sign_in_link(context)
    if subject == user or getattr(subject, "is_published", True) is False:
        return ""
    return render_to_string(
        "community/notices/_follow.html",
        {
            "action": reverse("community:follow", args=[word_of(subject), subject.pk]),
            "is_followed": Follow.objects.filter(member=user).about(subject).exists(),
            "csrf_token": context.get("csrf_token"),
        },
    )


def sign_in_link(context) -> str:
    # Put together here: nearly all pages are read by visitors.
    return format_html(
        '<p class="follow"><a class="button quiet" href="{}?next={}" rel="nofollow">{}</a></p>',
        *(address_of("account_login"), quote(context["request"].get_full_path(), safe="")),
        *(_("Follow"),),
    )


@register.simple_tag(takes_context=True)
def follow_theme(context, chosen: list[dict]) -> str:
    """The button of a theme on the list of cases, where one theme is all that was chosen."""
    if len(chosen) != 1 or chosen[0]["facet"] != "theme" or not chosen[0]["known"]:
        return ""
    if not context["request"].user.is_authenticated:
        return sign_in_link(context)
    theme = Theme.objects.filter(slug=chosen[0]["key"]).first()
    return follow_button(context, theme) if theme else ""


@register.simple_tag(takes_context=True)
def notice_count(context) -> int:
    """How many notices of the member are unread, counted to 99."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return 0
    return user.notifications.unread().order_by()[:MOST_COUNTED].count()
