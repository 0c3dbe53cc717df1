"""The pages of each language name each other, for search engines."""

import pytest
from django.test import Client

from repository.models import CaseStudy, Practice, Webinar
from repository.pages.addresses import in_language
from repository.text.languages import html_language
from tests.collection import PUBLIC_PAGES
from tests.page import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow(20)]
SITE = "http://testserver"


def links_of(path: str) -> tuple[str, dict[str, str]]:
    """Return the canonical URL of a page, and its URLs in each language."""
    response = Client().get(path)
    assert response.status_code == 200, path
    page = page_of(response)
    links = {link["hreflang"]: link["href"] for link in page.select("head link[hreflang]")}
    own = [link["href"] for link in page.select("link[rel=canonical]")]
    return own[0] if own else "", links


@pytest.mark.proof(sample=8)
def test_each_alternate_answers_and_links_back(collection, sample):
    details = [
        row.get_absolute_url()
        for model in (CaseStudy.objects.published(), Practice, Webinar.objects.public())
        for row in getattr(model, "objects", model).order_by("pk")[:3]
    ]
    for path in sample([*PUBLIC_PAGES, *details], 6):
        own, links = links_of(path)
        if not links:
            # Not for search engines, or the translation of no other page.
            assert own != f"{SITE}{path}"
            continue
        assert links["x-default"] in links.values()
        for language, url in links.items():
            there = url.removeprefix(SITE)
            canonical, back = links_of(there)
            assert canonical == url
            assert back == links, (path, there)
            if language != "x-default":
                code = next(code for code in ("zh", language) if html_language(code) == language)
                assert in_language(there, code) == there
