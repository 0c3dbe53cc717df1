"""All practices with the texts of a list, read once for each edition."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from repository.models import Practice
from repository.pages.editions import cached_by_edition
from repository.text.sorting import sort_key
from repository.translations.reading import CARD, translate


@cached_by_edition()
def practices_by_slug(_edition: str) -> dict[str, Practice]:
    return {
        practice.slug: practice for practice in Practice.objects.only("slug", "name", "summary")
    }


def practices_of(slugs: Iterable[str], edition: str) -> list[Practice]:
    """Return the practices with these slugs, in this order and in the language of the reader."""
    known = practices_by_slug(edition)
    # Copies, since those of the edition are shared by all readers.
    found = [copy(known[slug]) for slug in slugs if slug in known]
    translate(("practice", found), only=CARD)
    return found


def practice_choices(key: str = "pk") -> list[tuple[Any, str]]:
    """Return all practices as choices by a field, named in the language of the reader."""
    found = list(Practice.objects.only("slug", "name"))
    translate(("practice", found), only=["name"])
    choices = [(getattr(practice, key), practice.name) for practice in found]
    return sorted(choices, key=lambda choice: sort_key(choice[1]))
