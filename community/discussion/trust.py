"""Pre-moderation of newcomers, and limits on the number of contributions."""

import re
from datetime import timedelta

from django.db import connection, models
from django.utils.translation import gettext as _

from community.models import (
    Comment,
    Experience,
    ProposalState,
    Revision,
    RevisionStatus,
    Standing,
    TranslationProposal,
    User,
)
from repository.dates import clock
from repository.models import CaseStatus, CaseStudy
from repository.workflow import ActionRefused

# Number of accepted contributions below which links are moderated first.
LINK_FREE = 3
LINK = re.compile(
    r"https?://|www\.|\b[\w-]+\.(?:com|net|org|info|biz|ru|cn|io|xyz|top|shop)\b", re.I
)
# Released at the end of the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def accepted(user: User) -> int:
    """The number of published or accepted contributions of the member, at most three."""
    found = 0
    for rows in (
        CaseStudy.objects.filter(authors=user, status=CaseStatus.PUBLISHED),
        Experience.objects.published().filter(author=user),
        Comment.objects.published().filter(author=user),
        Revision.objects.filter(by=user, status=RevisionStatus.ACCEPTED),
        TranslationProposal.objects.filter(by=user, status=ProposalState.ACCEPTED),
    ):
        found += len(rows.values_list("pk")[: LINK_FREE - found])
        if found == LINK_FREE:
            break
    return found


def first_standing(user: User, *texts: str) -> Standing:
    """The standing of a new contribution: pending for newcomers and for their early links."""
    if user.is_staff:
        return Standing.PUBLISHED
    before = accepted(user)
    if before == 0 or (before < LINK_FREE and any(map(LINK.search, texts))):
        return Standing.PENDING
    return Standing.PUBLISHED


def lock_contributions(user: User) -> None:
    """Serialise everything that a member sends, including the deletion of the account."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"author {user.pk}"])


def lock_author(user: User) -> User:
    """Serialise the contributions of a member; return the member as stored now.

    An advisory lock and no row lock: two members who answer each other concurrently would each
    hold their own row and deadlock when they notify the other. Raises ActionRefused for an account
    that was closed in the meantime.
    """
    lock_contributions(user)
    found = user.stored_now()
    if found is None:
        raise ActionRefused(_("Your account is closed."))
    return found


def check_rate(rows: models.QuerySet, *, most: int, hours: int, field: str = "created_at") -> None:
    """Raise ActionRefused if `rows` already has `most` rows within the last `hours`.

    Call it under `lock_author`, so that concurrent requests are counted. Staff are exempt.
    """
    since = clock.now() - timedelta(hours=hours)
    if rows.filter(**{f"{field}__gt": since}).count() >= most:
        raise ActionRefused(
            _("You’ve sent too many of these in a short time. Copy your text and try again later.")
        )
