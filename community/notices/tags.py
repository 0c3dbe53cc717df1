"""Template tags for follow buttons and the number of unread notices."""

from django import template
from django.db import models

from community.discussion.subjects import word_of
from community.models import Bounce, Follow
from repository.models import Theme

register = template.Library()

MAX_COUNTED = 99


@register.inclusion_tag("community/notices/_follow.html", takes_context=True)
def follow_button(context, subject: models.Model) -> dict:
    """A button to follow a subject or stop; a link to sign in for visitors; none on one's own
    profile.
    """
    user = context["request"].user
    if not user.is_authenticated:
        return {"sign_in_first": True, "request": context["request"]}
    if subject == user or getattr(subject, "is_published", True) is False:
        return {}
    return {
        "word": word_of(subject),
        "subject": subject,
        "is_followed": Follow.objects.filter(member=user).about(subject).exists(),
    }


@register.inclusion_tag("community/notices/_follow.html", takes_context=True)
def follow_theme(context, chosen: list[dict]) -> dict:
    """The follow button of a theme on the list of cases, if it is the only active filter."""
    if len(chosen) != 1 or chosen[0]["facet"] != "theme" or not chosen[0]["known"]:
        return {}
    theme = None
    if context["request"].user.is_authenticated:
        theme = Theme.objects.filter(slug=chosen[0]["key"]).first()
        if theme is None:
            return {}
    return follow_button(context, theme)


@register.inclusion_tag("community/bounces/_bounce.html", takes_context=True)
def own_bounce(context) -> dict:
    """A message to a member whose address gets no emails, with a button to send them again."""
    user = context["request"].user
    if not user.is_authenticated:
        return {}
    return {
        "bounce": Bounce.objects.active().of(user.email).first(),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def notice_count(context) -> int:
    """The number of unread notices of the member, at most 99."""
    user = context.get("user")
    if user is None or not user.is_authenticated:
        return 0
    count = user.notifications.unread().order_by()[:MAX_COUNTED].count()
    if "request" in context:
        # For ReadNoticesMiddleware, which then needs no query for members without unread notices.
        context["request"].unread_notices = count
    return count
