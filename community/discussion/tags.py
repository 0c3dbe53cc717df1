"""The discussion below a case, practice, webinar, recommendation or city."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django import template
from django.conf import settings
from django.db import models
from django.template.loader import render_to_string
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

register = template.Library()


@register.inclusion_tag("community/discussion/_discussion.html", takes_context=True)
def discussion(context, subject: models.Model) -> dict:
    """The comments on one page of a subject and, for members, the form for a new one."""
    if not threads.is_open(subject):
        return {}
    request, user = context["request"], context["request"].user
    newest = request.GET.get("sort") == threads.NEWEST
    page = threads.page_of(subject, user, number=request.GET.get("comments"), newest=newest)
    shown = {
        "request": request,
        "user": user,
        "subject": subject,
        "word": word_of(subject),
        "page": page,
        "newest": newest,
        "threads": threads.threads(page.object_list),
        "readable": {row.pk for row in page.object_list if is_readable(row, user)},
    }
    if permissions.can_comment(user):
        form = CommentForm(user=user, auto_id="comment-%s")
        # Signed in alone: visitors get no token, so that caches may keep their page.
        shown |= {"form": form, "csrf_token": context.get("csrf_token")}
    return shown


class Seen(NamedTuple):
    """All that the look of one comment depends on, for one reader."""

    pk: int
    author: str
    handle: str
    body: str
    handles: tuple[str, ...]
    language: str
    created_at: datetime
    edited_at: datetime | None
    standing: str
    by_moderator: bool
    helpful: int
    is_helpful: bool
    is_readable: bool
    is_member: bool
    is_own: bool
    is_fresh: bool

    @property
    def is_published(self) -> bool:
        return self.standing == Standing.PUBLISHED

    @property
    def is_pending(self) -> bool:
        return self.standing == Standing.PENDING


@register.simple_tag(takes_context=True)
def one_comment(context, row: Comment) -> str:
    """One comment, with what the reader may do with it; or the tombstone of one."""
    user = context["user"]
    is_own = user.is_authenticated and row.author_id == user.pk
    seen = Seen(
        pk=row.pk,
        author=str(row.author or ""),
        handle=row.author.handle if row.author else "",
        body=row.rendered.get("body", ""),
        handles=tuple(row.handles),
        language=row.language,
        created_at=row.created_at,
        edited_at=row.edited_at,
        standing=row.standing,
        by_moderator=row.by_moderator,
        helpful=row.helpful,
        is_helpful=row.is_helpful,
        is_readable=is_readable(row, user),
        is_member=user.is_authenticated,
        is_own=is_own,
        is_fresh=is_own and clock.now() - row.created_at < EDITABLE_FOR + timedelta(minutes=1),
    )
    render = look_of.__wrapped__ if settings.DEBUG else look_of
    return render(seen, get_language())


# A page of a discussion has up to a hundred, and most of them look as they did a moment ago.
@lru_cache(maxsize=1000)
def look_of(seen: Seen, language: str) -> str:
    may_change = seen.is_own and (seen.is_published or seen.is_pending)
    may_act = seen.is_member and seen.is_published
    return render_to_string(
        "community/discussion/_comment.html",
        {
            "comment": seen,
            # Cleaned when it was saved, with links to those it mentions.
            "body": mark_safe(mentions.linked(seen.body, seen.handles)),  # noqa: S308
            "can_reply": may_act,
            "can_mark": may_act and not seen.is_own,
            "can_flag": may_act and not seen.is_own,
            "can_edit": may_change and seen.is_fresh,
            "can_withdraw": may_change,
        },
    )


def is_readable(row: Comment, user) -> bool:
    """Whether the reader sees the words of a comment that stands on the page."""
    is_own = user.is_authenticated and row.author_id == user.pk
    return row.is_published or (is_own and row.standing in (Standing.PENDING, Standing.HIDDEN))


@register.filter
def subject_title(subject: models.Model) -> str:
    """What a discussion is about, in words, marked with their language."""
    if isinstance(subject, City):
        return marked(subject.localized_name, get_language())
    return marked(str(subject), getattr(subject, "language", "en"))
