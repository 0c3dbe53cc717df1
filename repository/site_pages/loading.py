"""The initial texts of the pages about the site: `repository/content/site/`.

The English text is `en/<topic>.md`: the first line is the title, the first paragraph the summary,
the rest the text. The translations are `<language>/page.po`, as in the folder of a series.
"""

from functools import cache
from pathlib import Path

from django.db import transaction

from repository.loading.entries import Mistake, SeriesError
from repository.models import SitePage, SiteTopic
from repository.translations.loading import load_translations

FOLDER = Path(__file__).resolve().parent.parent / "content" / "site"


@cache
def _text(topic: str) -> str:
    return (FOLDER / "en" / f"{topic}.md").read_text(encoding="utf-8")


def initial(topic: str) -> SitePage:
    """Return the unsaved page from its file."""
    title, summary, body = _text(topic).split("\n\n", 2)
    return SitePage(
        topic=topic,
        title=title.removeprefix("# "),
        summary=" ".join(summary.split()),
        body=body,
    )


@transaction.atomic
def load_site_pages() -> int:
    """Store the initial texts and translations that are missing; return how many pages changed.

    English texts that are stored are never overwritten, nor are translations by people. Raises
    SeriesError if a file cannot be loaded.
    """
    stored = set(SitePage.objects.values_list("topic", flat=True))
    missing = [initial(topic) for topic in SiteTopic.values if topic not in stored]
    # Another process may store them at this moment.
    SitePage.objects.bulk_create(missing, ignore_conflicts=True)
    mistakes: list[Mistake] = []
    changed = load_translations(FOLDER, mistakes)
    if mistakes:
        raise SeriesError(mistakes)
    return len(missing) + changed
