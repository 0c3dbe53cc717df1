"""Stamps of public pages that change although the collection does not."""

from collections.abc import Iterable

from django.db import connection, models
from django.urls import reverse

from repository.models import PageStamp

# Lock members in the order of their keys: two transactions may touch the same ones.
TOUCH = """
UPDATE community_user SET page_version = page_version + 1 WHERE id IN (
    SELECT id FROM community_user WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
)
"""


def touch_page(subject: models.Model) -> None:
    """Mark the page of `subject` as changed by members."""
    PageStamp.objects.touch(subject.get_absolute_url())


def touch_history(case: models.Model) -> None:
    """Mark the history page of a case as changed, because a name on it has."""
    PageStamp.objects.touch(reverse("community:case_history", args=[case.slug]))


def touch_members(members: Iterable[int]) -> None:
    """Mark the pages as changed for these members, by primary key.

    Touch members before pages: locking in one order prevents deadlocks.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [sorted(set(members))])
