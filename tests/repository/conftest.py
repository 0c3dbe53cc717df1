"""What a reader finds on a page."""

from html.parser import HTMLParser

import pytest

from tests.desk_client import DeskClient

BLOCKS = {
    *("p", "li", "dt", "dd", "div", "section", "ul", "ol", "dl", "h1", "h2", "h3", "tr", "th"),
    *("td", "caption", "summary", "nav", "aside", "form", "pre", "article", "svg", "button"),
}


class Reader(HTMLParser):
    """The main part of a page: its lines of text, and its links as (text, address)."""

    def __init__(self, html: str):
        super().__init__()
        self.lines: list[str] = [""]
        self.links: list[tuple[str, str]] = []
        self.is_main = self.is_link = False
        self.skipped = 0
        self.feed(html)
        self.close()
        self.lines = [" ".join(line.split()) for line in self.lines]
        self.lines = [line for line in self.lines if line]
        self.links = [(" ".join(text.split()), address) for text, address in self.links]

    def handle_starttag(self, tag, attributes):
        if tag == "main":
            self.is_main = True
        if not self.is_main:
            return
        if tag in ("script", "svg"):
            self.skipped += 1
        if tag in BLOCKS:
            self.lines.append("")
        if tag == "a" and not self.skipped:
            self.is_link = True
            self.links.append(("", dict(attributes)["href"]))

    def handle_endtag(self, tag):
        if tag == "main":
            self.is_main = False
        if not self.is_main:
            return
        if tag in ("script", "svg"):
            self.skipped -= 1
        if tag in BLOCKS:
            self.lines.append("")
        if tag == "a":
            self.is_link = False

    def handle_data(self, data):
        if not self.is_main or self.skipped:
            return
        self.lines[-1] += data
        if self.is_link:
            text, address = self.links[-1]
            self.links[-1] = (text + data, address)

    def after(self, line: str, count: int = 1) -> list[str]:
        """The lines that follow one."""
        at = self.lines.index(line) + 1
        return self.lines[at : at + count]


@pytest.fixture
def read(client):
    """Open a page that is there, and read it."""

    def read(path: str, status: int = 200, **headers) -> Reader:
        response = client.get(path, headers=headers)
        assert response.status_code == status
        reader = Reader(response.content.decode())
        reader.response = response
        return reader

    return read


@pytest.fixture
def client():
    """A browser in which staff have shown their second factor, without which they are members."""
    return DeskClient()
