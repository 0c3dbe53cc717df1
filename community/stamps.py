"""When a public page has changed for its readers although the collection has not."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F

from community.models import User
from repository.models import PageStamp


def touch_page(subject: models.Model) -> None:
    """Note that what members add to the page of `subject` has changed."""
    PageStamp.objects.touch(subject.get_absolute_url())


def touch_members(members: Iterable[int]) -> None:
    """Note that these members, by primary key, will see something of their own change."""
    User.objects.filter(pk__in=set(members)).update(page_version=F("page_version") + 1)
