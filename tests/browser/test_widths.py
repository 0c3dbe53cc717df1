"""Every public page on a phone, with the largest content that its forms permit."""

import pytest
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client

from community.models import Attachment
from community.writing.attachments.pictures import MAX_SIDE
from repository.models import (
    City,
    Evidence,
    GlossaryTerm,
    LandscapeSection,
    Organization,
    Practice,
    Recommendation,
    Reference,
    Series,
    Speaker,
    Theme,
    Webinar,
)
from tests.browser.axe import joins, width_over
from tests.browser.test_scripts import OWN
from tests.collection import PUBLIC_PAGES, VISITOR_PAGES
from tests.files import picture
from tests.walks import is_html
from tests.world import World, paths

pytestmark = [pytest.mark.proof(in_turn=True), pytest.mark.slow(30)]

PHONE = {"width": 360, "height": 640}
LINK = f"https://example.org/{'path/' * 10}{'a' * 100}"
# Words without a place to break, and what Markdown makes wider than a line.
MARKDOWN = f"""\
# {"Heading" * 30}

{"Word" * 60} {LINK} [{"link" * 30}]({LINK}) `{"code" * 30}` **{"Bold" * 30}**

- {"Item" * 30}
  1. {"Nested" * 30}

> {"Quotation" * 30}

| {"Column" * 10} | {"Column" * 10} | {"Column" * 10} |
|---|---|---|
| {"Cell" * 20} | 1,000,000,000 | {"Cell" * 20} |

```
{"block" * 60}
```

    {"block" * 60}
"""
EDITED = [
    *(City, Evidence, GlossaryTerm, LandscapeSection, Organization, Practice),
    *(Recommendation, Reference, Series, Speaker, Theme, Webinar),
]


def largest(most: int) -> str:
    return MARKDOWN if most > len(MARKDOWN) else ("Widest" * most)[:most]


def fill(row: models.Model) -> None:
    """Give a row of the editors the longest texts that its form permits."""
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in OWN and getattr(row, field.attname):
            setattr(row, field.attname, largest(field.max_length or len(MARKDOWN) + 1))
    row.save()


@pytest.fixture(scope="module")
def world(collection):
    world = World(largest)
    for model in EDITED:
        fill(model._default_manager.order_by("pk")[0])
    for attachment in Attachment.objects.filter(kind="png"):
        attachment.width = attachment.height = MAX_SIDE
        attachment.file.save("", ContentFile(picture("PNG", (MAX_SIDE, MAX_SIDE))))
    return world


@pytest.fixture(scope="module")
def public(world) -> list[str]:
    """The public pages, of each kind the ones with the largest content."""
    client = Client()
    found = dict.fromkeys([*PUBLIC_PAGES, *VISITOR_PAGES])
    for name, addresses in paths(world).items():
        if not name.startswith("admin:"):
            for path in addresses:
                response = client.get(path)
                response.getvalue()
                if response.status_code == 200 and is_html(response):
                    found[path] = None
    return list(found)


def test_public_pages_fit_a_phone_with_their_largest_content(site, public, open_page):
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    assert len(public) > 80
    wide, joined = {}, {}
    for path in public:
        page.goto(site + path)
        # What is unfolded too.
        page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
        if pixels := width_over(page):
            wide[path] = pixels
        if found := joins(page):
            joined[path] = found
    assert (wide, joined) == ({}, {})
