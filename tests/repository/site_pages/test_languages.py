"""The initial texts of the pages about the site in all languages."""

import re

import pytest
from django.conf import settings

from repository.models import SiteTopic
from repository.site_pages.loading import FOLDER, initial
from tests.factories import SitePageFactory

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]


def structure(text: str) -> dict:
    """What all languages of a text have in common."""
    return {
        "headings": [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)],
        "paragraphs": len(re.split(r"\n\n+", text.strip())),
        "items": len(re.findall(r"^[-*] ", text, re.MULTILINE)),
        "quotations": len(re.findall(r"^> ", text, re.MULTILINE)),
        "links": sorted(re.findall(r"\]\(([^)]*)\)|<(https?://[^>]+)>", text)),
        "code": sorted(re.findall(r"`[^`]*`", text)),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", SiteTopic.values)
def test_every_page_has_the_structure_and_links_of_the_english_one(topic, language):
    english, text = (
        (FOLDER / code / f"{topic}.md").read_text(encoding="utf-8") for code in ("en", language)
    )
    assert structure(text) == structure(english)
    assert initial(topic, language).summary


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_pages_in_the_language_of_the_reader(read, language):
    SitePageFactory(
        topic="terms",
        body="[About](/about/#aims), [elsewhere](https://example.org/about/), [API](/api/v1/docs).",
    )
    SitePageFactory(
        topic="terms", language=language, body="[1](/about/#aims), [2](https://example.org/about/)."
    )
    links = [link["href"] for link in read(f"/{language}/terms/").select("main .prose a")]
    assert links == [f"/{language}/about/#aims", "https://example.org/about/"]
    links = [link["href"] for link in read("/terms/").select("main .prose a")]
    assert links == ["/about/#aims", "https://example.org/about/", "/api/v1/docs"]
