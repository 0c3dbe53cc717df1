"""The parts of a page about the site, also of one that is shown in translation."""

import re
from dataclasses import dataclass

from django.utils.translation import get_language

from repository.models import SitePage
from repository.pages.addresses import with_links_in_language
from repository.text import markdown
from repository.text.languages import attributes
from repository.translations.alignment import align
from repository.translations.paragraphs import split
from repository.translations.reading import runs

HEADING = re.compile(r"^## +(.+)$", re.MULTILINE)


@dataclass
class Section:
    """A heading and the HTML below it. The first part of a page has no heading.

    `language` is that of the heading if it is another than that of the page.
    """

    heading: str = ""
    language: str = ""
    html: str = ""


def sections(page: SitePage, original: str) -> list[Section]:
    """Return the parts of a page; `original` is its text before it was put into translation.

    Paragraphs without a translation are marked as in the language of the original.
    """
    reading = getattr(page, "reading", None)
    if reading is None:
        texts = [("", original)]
    else:
        aligned = align(split(original), reading.rows.get("body", []))
        texts = [
            (reading.original_language if is_missing else "", text)
            for is_missing, text in runs(aligned)
        ]
    found = [Section()]
    for other, text in texts:
        first, *rest = HEADING.split(text.replace("\r\n", "\n"))
        found[-1].html += rendered(first, other)
        for heading, below in zip(rest[::2], rest[1::2], strict=True):
            found.append(Section(heading.strip(), other, rendered(below, other)))
    return found


def rendered(text: str, other: str) -> str:
    """Return the HTML of a text, marked if it is in another language than the page."""
    html = with_links_in_language(markdown.render(text), get_language())
    return f"<div{attributes(other)}>{html}</div>" if html and other else html
