"""The comments of a discussion: visibility, order and pagination."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from community.additions import additions
from community.discussion import removed
from community.models import Comment, HelpfulMark, Standing, User
from repository.models import CaseStudy, Webinar
from repository.text.differences import Piece, word_pieces

PAGE_SIZE = 100
NEWEST = "newest"

Reader = User | AnonymousUser


def is_open(subject: models.Model) -> bool:
    """Whether a subject can be discussed: cases only while they are published."""
    if isinstance(subject, Webinar):
        return not subject.is_draft
    return not isinstance(subject, CaseStudy) or subject.is_published


def readable(user: Reader) -> Q:
    """Comments a reader sees on the page; authors also see their own pending or hidden ones."""
    condition = Q(standing=Standing.PUBLISHED)
    if user.is_authenticated:
        condition |= Q(author=user, standing__in=[Standing.PENDING, Standing.HIDDEN])
    return condition


def shown(subject: models.Model, user: Reader) -> models.QuerySet[Comment]:
    """The comments on the page of `subject`, with placeholders for removed ones.

    A placeholder remains for a removed comment that has answers or was removed by a moderator.
    `thread` is the primary key of the comment that starts the thread; `by_moderator` says whether
    a moderator removed it.
    """
    answers = Comment.objects.filter(readable(user), parent=OuterRef("pk"))
    return (
        Comment.objects.about(subject)
        .annotate(by_moderator=removed.by_moderator(Comment))
        .filter(readable(user) | Q(by_moderator=True) | Q(Exists(answers)))
        .annotate(thread=Coalesce("parent_id", "pk"))
    )


def page_of(subject: models.Model, user: Reader, *, number: str | None, newest: bool) -> Page:
    """One page of the discussion: threads by age, and the answers of a thread in order of time.

    Each comment has `helpful`, the number of marks, `is_helpful`, whether the reader has marked
    it, and `handles`, the mentioned handles that still belong to members.
    """
    if not additions(subject).has_comments:
        return Paginator([], PAGE_SIZE).get_page(1)
    rows = shown(subject, user).order_by("-thread" if newest else "thread", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    marks = HelpfulMark.objects.filter(comment=OuterRef("pk")).order_by()
    counts = marks.values("comment").annotate(number=Count("pk")).values("number")
    mine = marks.filter(member=user) if user.is_authenticated else marks.none()
    members = User.objects.filter(is_active=True, mentions=OuterRef("pk")).exclude(handle="")
    page.object_list = list(
        page.object_list.annotate(
            helpful=Coalesce(Subquery(counts), Value(0)),
            is_helpful=Exists(mine),
            handles=ArraySubquery(members.values("handle")),
        ).select_related("author__membership")
    )
    return page


@dataclass
class Thread:
    """A comment with its answers. `head` is None if it is on an earlier page."""

    number: int
    head: Comment | None = None
    answers: list[Comment] = field(default_factory=list)


def threads(comments: Iterable[Comment]) -> list[Thread]:
    """Group the comments of a page, which are ordered by thread."""
    found: list[Thread] = []
    for comment in comments:
        if not found or found[-1].number != comment.thread:
            found.append(Thread(comment.thread))
        if comment.parent_id is None:
            found[-1].head = comment
        else:
            found[-1].answers.append(comment)
    return found


def address(comment: Comment, subject: models.Model, user: Reader) -> str:
    """The URL of a comment: the page of its subject, with a fragment."""
    thread = comment.parent_id or comment.pk
    before = Q(thread__lt=thread) | Q(thread=thread, pk__lt=comment.pk)
    number = shown(subject, user).filter(before).count() // PAGE_SIZE + 1
    query = f"?comments={number}" if number > 1 else ""
    return f"{subject.get_absolute_url()}{query}#comment-{comment.pk}"


@dataclass(frozen=True)
class Version:
    """The text of a comment from `at` on; `pieces` is the difference from the previous version."""

    at: datetime
    is_by_author: bool
    body: str
    pieces: list[Piece] | None


def versions(comment: Comment, *, waiting: bool) -> list[Version]:
    """The versions of a comment, newest first.

    Only published ones; with `waiting`, also those that were pending.
    """
    events = comment.events.exclude(pgh_label="delete").select_related("pgh_context")
    if not waiting:
        events = events.filter(standing=Standing.PUBLISHED)
    found: list[Version] = []
    for event in events.order_by("pgh_id"):
        if found and found[-1].body == event.body:
            continue
        user = event.pgh_context.metadata.get("user") if event.pgh_context else None
        found.append(
            Version(
                at=event.pgh_created_at,
                is_by_author=user in (None, comment.author_id),
                body=event.body,
                pieces=word_pieces(found[-1].body, event.body) if found else None,
            )
        )
    return found[::-1]
