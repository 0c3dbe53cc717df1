"""All practices with the texts of a list, read once for each edition."""

from collections.abc import Iterable
from copy import copy

from repository.models import Practice
from repository.pages.editions import per_edition
from repository.translations.reading import CARD, translate


@per_edition
def practices_by_slug() -> dict[str, Practice]:
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
