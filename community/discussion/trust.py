"""Whose words appear at once, whose wait for a moderator, and how many anyone may send."""

import re
from datetime import timedelta

from django.db import connection, models
from django.utils.translation import gettext as _

from community.models import Comment, Experience, Revision, RevisionStatus, Standing, User
from repository.dates import clock
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused

# Links in the first contributions of a newcomer are looked at first.
LINK_FREE = 3
LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|info|biz|ru|cn|io|xyz|top|shop)\b", re.I
)
# Held to the end of the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def accepted(user: User) -> int:
    """How many contributions of the member others read or accepted, counted to three."""
    found = 0
    for rows in (
        CaseStudy.objects.filter(authors=user, status=CaseStatus.PUBLISHED),
        Experience.objects.published().filter(author=user),
        Comment.objects.published().filter(author=user),
        Revision.objects.filter(by=user, status=RevisionStatus.ACCEPTED),
    ):
        found += len(rows.values_list("pk")[: LINK_FREE - found])
        if found == LINK_FREE:
            break
    return found


def first_standing(user: User, *texts: str) -> Standing:
    """The standing of something new: newcomers wait, and so do links in their first three."""
    if user.is_staff:
        return Standing.PUBLISHED
    before = accepted(user)
    if before == 0 or (before < LINK_FREE and any(map(LINK.search, texts))):
        return Standing.PENDING
    return Standing.PUBLISHED


def take_turn(user: User) -> None:
    """Wait until what a member sends in other windows is stored; whoever deletes an account too."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"author {user.pk}"])


def lock_author(user: User) -> User:
    """The member as they are now: what they send twice at once is taken one after the other.

    Not by a lock of the row: two members who answer each other at once each hold their own, and
    would wait for the other's when it comes to the notices. Raises ActionRefused for an account
    that was closed in the meantime.
    """
    take_turn(user)
    found = User.objects.filter(pk=user.pk, is_active=True).first()
    if found is None:
        raise ActionRefused(_("Your account is closed."))
    return found


def check_rate(rows: models.QuerySet, *, most: int, hours: int, field: str = "created_at") -> None:
    """Refuse one more where `rows` of the last `hours` are `most` already.

    Call it under `lock_author`, so that two at once are counted. The limits are not for staff.
    """
    since = clock.now() - timedelta(hours=hours)
    if rows.filter(**{f"{field}__gt": since}).count() >= most:
        raise ActionRefused(
            _("You have sent many of these in a short time. Keep your text and try again later.")
        )
