"""The texts of a page as read by a person, each with the language it is marked with."""

import re
from html.parser import HTMLParser
from typing import NamedTuple

ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "data-copy", "data-copied"}
UNREAD = {"code", "noscript", "script", "style"}
VOID = {"area", "br", "circle", "col", "hr", "img", "input", "link", "meta", "path", "rect", "use"}


class Text(NamedTuple):
    """A piece of text, or the value of an attribute that is read aloud."""

    words: str
    language: str
    element: str


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[Text] = []

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        language = attributes.get("lang", self.language)
        read = [value for name, value in attrs if name in ATTRIBUTES]
        if attributes.get("type") == "submit":
            read.append(attributes.get("value"))
        if tag == "meta" and attributes.get("name") == "description":
            read.append(attributes["content"])
        self.texts += [Text(value, language, f"{tag} attribute") for value in read if value]
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag not in VOID:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if data.strip() and not any(tag in UNREAD for tag, _language in self.open):
            self.texts.append(Text(data, self.language, self.open[-1][0] if self.open else ""))


def read(html: str) -> list[Text]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.texts


def words(text: str) -> list[str]:
    """Return the words with at least two letters."""
    return re.findall(r"[^\W\d_]{2,}", text)
