"""All practices with the texts of a list, read once for each edition."""

from collections.abc import Iterable

from repository.models import Practice
from repository.pages.editions import per_edition


@per_edition
def practices_by_slug() -> dict[str, Practice]:
    return {
        practice.slug: practice for practice in Practice.objects.only("slug", "name", "summary")
    }


def practices_of(slugs: Iterable[str], edition: str) -> list[Practice]:
    """Return the practices with these slugs, in this order."""
    known = practices_by_slug(edition)
    return [known[slug] for slug in slugs if slug in known]
