"""The initial texts of the pages about the site: `repository/content/site/<language>/<topic>.md`.

The first line is the title, the first paragraph the summary, the rest the text.
"""

from functools import cache
from pathlib import Path

from django.conf import settings

from repository.models import SitePage, SiteTopic

FOLDER = Path(__file__).resolve().parent.parent / "content" / "site"


@cache
def _text(topic: str, language: str) -> str | None:
    path = FOLDER / language / f"{topic}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else None


def initial(topic: str, language: str) -> SitePage | None:
    """Return the unsaved page from its file; None if there is none in this language."""
    text = _text(topic, language)
    if text is None:
        return None
    title, summary, body = text.split("\n\n", 2)
    return SitePage(
        topic=topic,
        language=language,
        title=title.removeprefix("# "),
        summary=" ".join(summary.split()),
        body=body,
    )


def languages_of_topics() -> dict[str, list[str]]:
    """Return the languages in which each page has a text, that of staff or the initial one."""
    stored = set(SitePage.objects.values_list("topic", "language"))
    codes = [code for code, _name in settings.LANGUAGES]
    return {
        topic: [code for code in codes if (topic, code) in stored or _text(topic, code)]
        for topic in SiteTopic.values
    }


def load_site_pages() -> int:
    """Store the initial texts that are missing, for staff to edit; return how many.

    Stored texts are never overwritten.
    """
    stored = set(SitePage.objects.values_list("topic", "language"))
    pages = [
        page
        for folder in sorted(FOLDER.iterdir())
        for topic in SiteTopic.values
        if (topic, folder.name) not in stored and (page := initial(topic, folder.name))
    ]
    SitePage.objects.bulk_create(pages)
    return len(pages)
