from datetime import timedelta

from django.db import models
from django.utils.translation import gettext as _

from community.discussion import mentions, threads
from community.discussion.trust import check_rate, first_standing, lock_author
from community.models import (
    Comment,
    HelpfulMark,
    NoticeKind,
    Notification,
    Standing,
    User,
)
from community.notices.notify import followers, notify
from repository.dates import clock
from repository.models import CaseStudy
from repository.text import markdown
from repository.workflow import ActionRefused, action, lock

MAX_PER_HOUR = 10
EDITABLE_FOR = timedelta(minutes=30)
# Identical comments of one member on one subject within this time are stored once.
DUPLICATE_WITHIN = timedelta(minutes=1)


@action
def post(
    *,
    subject: models.Model,
    body: str,
    by: User,
    answered: Comment | None = None,
    language: str = "",
) -> Comment:
    """Post a comment on a subject, or an answer to a comment on it."""
    by = lock_author(by)
    if not threads.is_open(subject):
        raise ActionRefused(_("You can’t comment on this page."))
    thread = None
    if answered is not None:
        answered = Comment.objects.select_related("parent").get(pk=answered.pk)
        thread = answered.parent or answered
        if not answered.is_published:
            raise ActionRefused(_("The comment you’re replying to no longer exists."))
    now = clock.now()
    own = Comment.objects.filter(author=by)
    same = own.about(subject).filter(
        body=body, parent=thread, created_at__gt=now - DUPLICATE_WITHIN
    )
    if again := same.exclude(standing=Standing.REMOVED).first():
        return again
    if not by.is_staff:
        check_rate(own, most=MAX_PER_HOUR, hours=1)
    comment = Comment.objects.create(
        subject=subject,
        parent=thread,
        author=by,
        body=body,
        language=language,
        standing=first_standing(by, body),
    )
    comment.mentioned.set(mentioned_in(comment))
    if comment.is_published:
        announce(comment, answered=answered)
    return comment


@action
def edit(*, comment: Comment, body: str, by: User) -> Comment:
    """Change the text of a comment within half an hour."""
    by = lock_author(by)
    comment = lock(Comment, comment.pk, no_key=True)
    if comment.author_id != by.pk:
        raise ActionRefused(_("You can only edit your own comments."))
    if comment.standing not in (Standing.PUBLISHED, Standing.PENDING):
        raise ActionRefused(_("You can no longer edit this comment."))
    if comment.body == body:
        return comment
    if clock.now() - comment.created_at > EDITABLE_FOR:
        raise ActionRefused(
            _(
                "You can edit a comment for 30 minutes after posting it. To add something, "
                "reply to it."
            )
        )
    was_published = comment.is_published
    if was_published:
        # Links added later by a newcomer are moderated too.
        before = {*comment.body.split()}
        added = " ".join(word for word in body.split() if word not in before)
        comment.standing = first_standing(by, added)
    comment.body, comment.edited_at = body, clock.now()
    comment.save(update_fields=["body", "rendered", "standing", "edited_at"])
    comment.mentioned.set(mentioned_in(comment))
    if comment.is_published:
        announce(comment)
    return comment


@action
def withdraw(*, comment: Comment, by: User) -> Comment:
    """Withdraw a comment. If it has answers, a placeholder remains."""
    comment = lock(Comment, comment.pk, no_key=True)
    if comment.author_id != by.pk:
        raise ActionRefused(_("You can only delete your own comments."))
    if comment.standing == Standing.REMOVED:
        return comment
    if comment.standing not in (Standing.PUBLISHED, Standing.PENDING):
        # While it is hidden, moderators decide, and the author can appeal.
        raise ActionRefused(
            _("A moderator has hidden or declined this comment, so you can’t delete it.")
        )
    comment.standing = Standing.REMOVED
    comment.save(update_fields=["standing"])
    forget_notices(comment)
    return comment


@action
def mark_helpful(*, comment: Comment, by: User, is_helpful: bool) -> None:
    """Mark a comment as helpful, or remove the mark."""
    comment = lock(Comment, comment.pk, no_key=True)
    if comment.author_id == by.pk:
        raise ActionRefused(_("You can’t mark your own comment as helpful."))
    if not comment.is_published:
        raise ActionRefused(_("This comment no longer exists."))
    if is_helpful:
        HelpfulMark.objects.get_or_create(comment=comment, member=by)
    else:
        HelpfulMark.objects.filter(comment=comment, member=by).delete()


def announce(comment: Comment, *, answered: Comment | None = None) -> None:
    """Notify those concerned that a comment is public.

    Call it whenever a comment becomes public, also by a moderator's approval: each member is
    notified of each comment once.
    """
    for kind, event, found in concerned(comment, answered=answered):
        notify(
            found,
            kind=kind,
            event=event,
            subject=comment.subject,
            actor=comment.author,
            key=notice_key(comment),
            comment=str(comment.pk),
        )


def concerned(
    comment: Comment, *, answered: Comment | None = None
) -> list[tuple[NoticeKind, str, set[int]]]:
    """Members to notify of a comment, by kind and event; each once, for the most specific reason.

    A member who is mentioned gets no second notice that there is an answer.
    """
    subject = comment.subject
    notified: set[int | None] = {comment.author_id, None}
    groups: list[tuple[NoticeKind, str, set[int]]] = []

    def add(kind: NoticeKind, event: str, members: models.QuerySet) -> None:
        found = {*members.values_list("pk", flat=True)} - notified
        notified.update(found)
        groups.append((kind, event, found))

    members = User.objects.filter(is_active=True)
    add(NoticeKind.MENTION, "comment.mention", members.filter(mentions=comment))
    asked = [row.author_id for row in (answered, comment.parent) if row and row.author_id]
    add(NoticeKind.REPLY, "comment.reply", members.filter(pk__in=asked))
    if isinstance(subject, CaseStudy):
        add(NoticeKind.REPLY, "comment.own", members.filter(cases=subject))
    add(NoticeKind.FOLLOWED, "comment.new", members.filter(pk__in=followers(subject)))
    if comment.author is not None:
        add(NoticeKind.FOLLOWED, "comment.by", members.filter(pk__in=followers(comment.author)))
    return groups


def forget_notices(comment: Comment) -> None:
    """Delete unread notices of a comment that is gone."""
    Notification.objects.unread().filter(key=notice_key(comment)).delete()


def notice_key(comment: Comment) -> str:
    return f"comment-{comment.pk}"


def mentioned_in(comment: Comment) -> models.QuerySet[User]:
    """The members mentioned in the text of a comment."""
    handles = mentions.handles_in(markdown.render(comment.body))
    return User.objects.filter(is_active=True, handle__in=handles)
