"""What readers see of a discussion: which comments, in which order, on which page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from community.discussion import removed
from community.models import Comment, HelpfulMark, Standing, User
from community.pages.additions import additions
from repository.models import CaseStudy, Webinar
from repository.text.differences import Piece, word_pieces

PAGE_SIZE = 100
NEWEST = "newest"

Reader = User | AnonymousUser


def is_open(subject: models.Model) -> bool:
    """Whether something can be discussed: of cases those that are published, no draft."""
    if isinstance(subject, Webinar):
        return not subject.is_draft
    return not isinstance(subject, CaseStudy) or subject.is_published


def readable(user: Reader) -> Q:
    """What a reader of the page reads; authors also what of theirs waits or was hidden."""
    condition = Q(standing=Standing.PUBLISHED)
    if user.is_authenticated:
        condition |= Q(author=user, standing__in=[Standing.PENDING, Standing.HIDDEN])
    return condition


def shown(subject: models.Model, user: Reader) -> models.QuerySet[Comment]:
    """The comments on the page of `subject`, those that left answers behind, and the places of
    those that a moderator removed.

    `thread` is the number of the comment that others answer, `by_moderator` whether one removed it.
    """
    answers = Comment.objects.filter(readable(user), parent=OuterRef("pk"))
    return (
        Comment.objects.about(subject)
        .annotate(by_moderator=removed.by_moderator(Comment))
        .filter(readable(user) | Q(by_moderator=True) | Q(Exists(answers)))
        .annotate(thread=Coalesce("parent_id", "pk"))
    )


def page_of(subject: models.Model, user: Reader, *, number: str | None, newest: bool) -> Page:
    """One page of the discussion: threads by age, in each thread the answers as they came.

    Each comment comes with `helpful`, how many found it so, `is_helpful`, whether the reader did,
    and `handles`, those mentioned in it who are still members.
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
        ).select_related("author")
    )
    return page


@dataclass
class Thread:
    """A comment with its answers. `head` is None where it stands on an earlier page."""

    number: int
    head: Comment | None = None
    answers: list[Comment] = field(default_factory=list)


def threads(comments: Iterable[Comment]) -> list[Thread]:
    """The comments of a page, which come thread by thread, as threads."""
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
    """Where a comment stands: the page of its subject, and the place on it."""
    thread = comment.parent_id or comment.pk
    before = Q(thread__lt=thread) | Q(thread=thread, pk__lt=comment.pk)
    number = shown(subject, user).filter(before).count() // PAGE_SIZE + 1
    query = f"?comments={number}" if number > 1 else ""
    return f"{subject.get_absolute_url()}{query}#comment-{comment.pk}"


@dataclass(frozen=True)
class Version:
    """The words of a comment from `at` on; `pieces` compares them with those before."""

    at: datetime
    is_by_author: bool
    body: str
    pieces: list[Piece] | None


def versions(comment: Comment, *, waiting: bool) -> list[Version]:
    """The words of a comment through time, the newest first.

    Those that others could read; with `waiting`, also what no moderator had let pass yet.
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
