"""The discussion on the page of a case, practice, webinar, recommendation or city."""

from datetime import timedelta

from django import template
from django.db import models
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from community import permissions
from community.discussion import mentions, threads
from community.discussion.actions import EDITABLE_FOR
from community.discussion.forms import CommentForm
from community.discussion.subjects import word_of
from community.models import Comment, Standing
from repository.dates import clock
from repository.models import City
from repository.text.languages import marked
from repository.translations.reading import translate_all

register = template.Library()


@register.inclusion_tag("community/discussion/_discussion.html", takes_context=True)
def discussion(context, subject: models.Model) -> dict:
    """One page of comments on a subject and, for members, the form for a new one."""
    if not threads.is_open(subject):
        return {}
    request, user = context["request"], context["request"].user
    newest = request.GET.get("sort") == threads.NEWEST
    page = threads.page_of(subject, user, number=request.GET.get("comments"), newest=newest)
    for comment in page.object_list:
        set_available_actions(comment, user)
    return {
        "request": request,
        "user": user,
        "subject": subject,
        "word": word_of(subject),
        "page": page,
        "newest": newest,
        "threads": threads.threads(page.object_list),
        "form": CommentForm(user=user, auto_id="comment-%s")
        if permissions.can_comment(user)
        else None,
    }


def set_available_actions(comment: Comment, user) -> None:
    """Set attributes on a comment: whether this reader sees its text, and the available actions."""
    is_own = permissions.can_edit_comment(user, comment)
    is_fresh = clock.now() - comment.created_at < EDITABLE_FOR + timedelta(minutes=1)
    may_change = is_own and (comment.is_published or comment.is_pending)
    comment.is_readable = comment.is_published or (
        is_own and comment.standing in (Standing.PENDING, Standing.HIDDEN)
    )
    comment.can_reply = comment.is_published and permissions.can_comment(user)
    comment.can_mark = comment.is_published and permissions.can_mark_helpful(user, comment)
    comment.can_flag = comment.can_mark
    comment.can_edit = may_change and is_fresh
    comment.can_withdraw = may_change


@register.filter
def with_mentions(comment: Comment) -> str:
    """The rendered comment, with links to the members mentioned in it."""
    # Sanitised when it was saved.
    return mark_safe(mentions.linked(comment.rendered.get("body", ""), comment.handles))  # noqa: S308


@register.filter
def subject_title(subject: models.Model) -> str:
    """The title of a subject, marked with its language."""
    if isinstance(subject, City):
        return marked(subject.localized_name, get_language())
    return marked(str(subject), getattr(subject, "language", "en"))


@register.filter
def translated_title(subject: models.Model) -> str:
    """The title of the subject of a page, in the language of the reader if it is translated."""
    translate_all([subject])
    return subject_title(subject)
