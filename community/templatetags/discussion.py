"""The discussion below a case, practice, webinar, recommendation or city."""

from datetime import timedelta

from django import template
from django.db import models
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from community import discussions, mentions, permissions
from community.actions.comment import EDITABLE_FOR
from community.forms.comment import CommentForm
from community.models import Comment, Standing
from community.subjects import word_of
from repository.languages import marked
from repository.models import City

register = template.Library()


@register.inclusion_tag("community/_discussion.html", takes_context=True)
def discussion(context, subject: models.Model) -> dict:
    """The comments on one page of a subject and, for members, the form for a new one."""
    if not discussions.is_open(subject):
        return {}
    request, user = context["request"], context["request"].user
    newest = request.GET.get("sort") == discussions.NEWEST
    page = discussions.page_of(subject, user, number=request.GET.get("comments"), newest=newest)
    shown = {
        "request": request,
        "user": user,
        "subject": subject,
        "word": word_of(subject),
        "page": page,
        "newest": newest,
        "threads": discussions.threads(page.object_list),
        "readable": {row.pk for row in page.object_list if is_readable(row, user)},
    }
    if permissions.can_comment(user):
        form = CommentForm(user=user, auto_id="comment-%s")
        # Signed in alone: visitors get no token, so that caches may keep their page.
        shown |= {"form": form, "csrf_token": context.get("csrf_token")}
    return shown


@register.inclusion_tag("community/_comment.html", takes_context=True)
def one_comment(context, row: Comment) -> dict:
    """One comment, with what the reader may do with it; or the tombstone of one."""
    user = context["user"]
    is_own = user.is_authenticated and row.author_id == user.pk
    is_fresh = timezone.now() - row.created_at < EDITABLE_FOR + timedelta(minutes=1)
    return {
        "comment": row,
        "is_readable": is_readable(row, user),
        "can_reply": user.is_authenticated and row.is_published,
        "can_mark": row.is_published and permissions.can_mark_helpful(user, row),
        "can_edit": is_own and is_fresh and (row.is_published or row.is_pending),
        "can_withdraw": is_own and (row.is_published or row.is_pending),
        "user": user,
        "request": context["request"],
    }


def is_readable(row: Comment, user) -> bool:
    """Whether the reader sees the words of a comment that stands on the page."""
    is_own = user.is_authenticated and row.author_id == user.pk
    return row.is_published or (is_own and row.standing in (Standing.PENDING, Standing.HIDDEN))


@register.filter
def with_mentions(row: Comment) -> str:
    """The words of a comment, cleaned when it was saved, with links to those it mentions."""
    return mark_safe(mentions.linked(row.rendered.get("body", ""), row.handles))  # noqa: S308


@register.filter
def subject_title(subject: models.Model) -> str:
    """What a discussion is about, in words, marked with their language."""
    if isinstance(subject, City):
        return marked(subject.localized_name, get_language())
    return marked(str(subject), getattr(subject, "language", "en"))
