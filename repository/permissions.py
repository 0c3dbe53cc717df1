"""Permissions for the collection. Actions check whether the state allows them."""

from typing import Any, Protocol

from repository.cases.models import EDIT
from repository.models import CaseStudy
from repository.translations.languages import site_languages
from repository.translations.overview import work


class Person(Protocol):
    """A user or AnonymousUser."""

    def has_perm(self, perm: str, obj: Any | None = None) -> bool: ...


def can_preview(user: Person, case: CaseStudy) -> bool:
    """May the user see this case, public or not?"""
    return CaseStudy.objects.visible_to(user).filter(pk=case.pk).exists()


def can_edit(user: Person, case: CaseStudy) -> bool:
    """May the user change the text and relations of this case?"""
    return user.has_perm(EDIT)


def can_read_drafts(user: Person) -> bool:
    """May the user read all unpublished cases?"""
    return user.has_perm(EDIT)


def can_publish(user: Person) -> bool:
    """May the user publish, archive, restore and verify cases?"""
    return user.has_perm("repository.publish_casestudy")


def can_exchange_translations(user: Person) -> bool:
    """May the user export and import translations into all languages, and have drafts made?"""
    return user.has_perm("repository.exchange_translation")


def exchanged_languages(user: Person) -> list[str]:
    """Return the languages into which the user may export and import translations."""
    every = [code for code, _name in site_languages()]
    if can_exchange_translations(user):
        return every
    reviewed = work.reviewed_languages(user)
    return [code for code in every if code in reviewed]
