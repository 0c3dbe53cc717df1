"""Who may do what to the collection. Which state allows it is the matter of `actions/`."""

from typing import Any, Protocol

from repository.cases.models import EDIT
from repository.models import CaseStudy


class Person(Protocol):
    """A user, or the anonymous one: what permissions need to know of either."""

    def has_perm(self, perm: str, obj: Any | None = None) -> bool: ...


def can_preview(user: Person, case: CaseStudy) -> bool:
    """May see this case, whether it is public or not."""
    return CaseStudy.objects.visible_to(user).filter(pk=case.pk).exists()


def can_edit(user: Person, case: CaseStudy) -> bool:
    """May change the words and relations of this case."""
    return user.has_perm(EDIT)


def can_read_drafts(user: Person) -> bool:
    """May read every case that is not public, whoever its authors are."""
    return user.has_perm(EDIT)


def can_publish(user: Person) -> bool:
    """May publish, archive, restore and verify cases."""
    return user.has_perm("repository.publish_casestudy")
