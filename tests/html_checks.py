"""What is asked of the HTML of every page: each check returns what is wrong, by page."""

import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from tests.page import page_of

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
DATA = {"application/json", "application/ld+json"}
# A script of the admin adds a warning if the reader's time zone is another one, and tables of forms
# have the help texts in their header.
DESCRIBED_BY_DJANGO = re.compile(r"_timezone_warning_helptext$|-(?:\d+|__prefix__)-\w+_helptext$")
# What a browser closes by itself, in HTML as it is allowed to be written.
OPTIONAL_END = {"li", "dt", "dd", "p", "tr", "td", "th", "option", "thead", "tbody"}


class Page(HTMLParser):
    """What the checks ask of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict]] = []
        self.texts: dict[str, list[str]] = {"title": [], "h1": []}
        self.headings: list[int] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag in self.texts and "svg" not in self.open:
            self.texts[tag].append("")
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in OPTIONAL_END:
            self.open.pop()
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        for tag in self.texts:
            if tag in self.open and "svg" not in self.open:
                self.texts[tag][-1] += data

    def all(self, *tags: str) -> list[dict]:
        return [attributes for tag, attributes in self.elements if tag in tags]

    def values(self, attribute: str, *tags: str) -> list[str]:
        return [
            attributes[attribute]
            for tag, attributes in self.elements
            if attribute in attributes and (not tags or tag in tags)
        ]

    def meta(self, name: str) -> list[str]:
        return [meta["content"] for meta in self.all("meta") if meta.get("name") == name]

    def linked(self, rel: str) -> list[str]:
        return [link["href"] for link in self.all("link") if link.get("rel") == rel]


def unbalanced(page: Page) -> list[str]:
    """Tags that are closed but not open, or left open."""
    return [*page.unbalanced, *page.open]


def repeated_ids(page: Page) -> list[str]:
    return [name for name, count in Counter(page.values("id")).items() if count > 1]


def dangling_references(page: Page) -> list[str]:
    """References to ids that the page does not have."""
    references = [
        *page.values("for"),
        *" ".join(page.values("aria-labelledby")).split(),
        *" ".join(page.values("aria-describedby")).split(),
        *[href[1:] for href in page.values("href", "a") if re.match("#.", href)],
    ]
    missing = set(references) - set(page.values("id"))
    return sorted(name for name in missing if not DESCRIBED_BY_DJANGO.search(name))


def other_than_one_h1(page: Page) -> list[str]:
    return page.texts["h1"] if len(page.texts["h1"]) > 1 else [] if page.texts["h1"] else ["none"]


def skipped_heading_levels(page: Page) -> list[int]:
    levels = [0, *page.headings]
    return [level for before, level in pairwise(levels) if level > before + 1]


def languages_without_direction(page: Page) -> list[str]:
    return [
        tag
        for tag, values in page.elements
        if "lang" in values
        and "dir" not in values
        # Names the language of its messages to a script of the admin.
        and "admin-autocomplete" not in values.get("class", "")
    ]


def third_parties(page: Page) -> list[str]:
    """What the page loads from elsewhere; links may lead there."""
    loaded = [*page.values("src"), *page.values("srcset"), *page.values("href", "use", "image")]
    loaded += [
        link["href"]
        for link in page.all("link")
        if link.get("rel") not in {"canonical", "alternate", "license", "author"}
    ]
    return [address for address in loaded if not re.match("(/[^/]|#|data:image/)", address)]


def inline_code(page: Page) -> list:
    """Inline styles, scripts and event handlers, which the policy would refuse."""
    scripts = [
        script
        for script in page.all("script")
        if "src" not in script and script.get("type") not in DATA
    ]
    handlers = [
        name for _tag, attributes in page.elements for name in attributes if name[:2] == "on"
    ]
    return [*scripts, *page.all("style"), *page.values("style"), *handlers]


def spaces_before_commas(page: Page) -> list[str]:
    lines = page_of(page.html).one("body").lines
    return [line for line in lines if re.search(r"\w ,( |$)", line)]


def names_without_the_label(page: Page) -> list[tuple[str, str]]:
    """Controls whose name does not contain what they show: WCAG 2.5.3, Label in Name.

    People who speak to their device say what they see.
    """
    found = []
    for control in LexborHTMLParser(page.html).css(
        "a[aria-label], button[aria-label], summary[aria-label]"
    ):
        name = control.attributes["aria-label"] or ""
        for hidden in control.css("svg, .visually-hidden, [aria-hidden=true]"):
            hidden.decompose()
        label = " ".join(control.text().split())
        if label.casefold() not in name.casefold():
            found.append((label, name))
    return found


CHECKS: list[Callable[[Page], list]] = [
    unbalanced,
    repeated_ids,
    dangling_references,
    other_than_one_h1,
    skipped_heading_levels,
    languages_without_direction,
    third_parties,
    inline_code,
    spaces_before_commas,
    names_without_the_label,
]


def differing(pages: dict[str, Page], ask: Callable[[Page], Any], expected: Any) -> dict[str, Any]:
    """Return the pages whose answer is not the expected one, with their answers."""
    answers = {name: ask(page) for name, page in pages.items()}
    return {name: answer for name, answer in answers.items() if answer != expected}
