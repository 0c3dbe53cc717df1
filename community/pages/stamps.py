"""When a public page has changed for its readers although the collection has not."""

from collections.abc import Iterable

from django.db import connection, models
from django.urls import reverse

from repository.models import PageStamp

# Two events may touch the same members at the same moment: each locks them by number.
TOUCH = """
UPDATE community_user SET page_version = page_version + 1 WHERE id IN (
    SELECT id FROM community_user WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
)
"""


def touch_page(subject: models.Model) -> None:
    """Note that what members add to the page of `subject` has changed."""
    PageStamp.objects.touch(subject.get_absolute_url())


def touch_history(case: models.Model) -> None:
    """Note that the names on the page of the history of a case have changed."""
    PageStamp.objects.touch(reverse("community:case_history", args=[case.slug]))


def touch_members(members: Iterable[int]) -> None:
    """Note that these members, by primary key, will see something of their own change.

    Touch members before pages: where all lock in the same order, nobody waits in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [sorted(set(members))])
