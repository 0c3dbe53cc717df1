"""Walks through the site along its links, as a visitor, a member and the staff would take them.

Tests of all pages with the sample data set use them, so that a new page is tested without being
named anywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import resolve
from selectolax.lexbor import LexborHTMLParser

from community.models import User
from repository.pages.addresses import without_language
from tests.collection import MEMBER_PAGES, PUBLIC_PAGES, VISITOR_PAGES, signed_in

SITE = "http://testserver"
# Members of the sample data set with cases, requests and partnerships in different states.
ROLES = {
    "visitor": "",
    "author": "sample-grace-o",
    "focal point": "sample-nyavuma",
    "focal point at work": "sample-oguwani",
    "focal point with drafts": "sample-ankarefo",
    "administrator": "administrator",
}
OWN = ["/desk/", "/notifications/", "/partnerships/cities/", "/partnerships/to-answer/"]
STARTS = {
    "visitor": [*PUBLIC_PAGES, *VISITOR_PAGES],
    "author": ["/desk/", *MEMBER_PAGES],
    "focal point": OWN,
    "focal point at work": OWN,
    "focal point with drafts": OWN,
    "administrator": ["/admin/"],
}
# The staff see the same public pages as members.
INSIDE = {"administrator": "/admin/"}
# How many pages of a kind are read by default; there are thousands of rows in the admin.
MOST = {"visitor": 15, "administrator": 2}


class Kind(NamedTuple):
    """The name of a URL pattern and those of the parameters."""

    name: str
    parameters: tuple[str, ...]


@dataclass
class Walk:
    """What was found: the HTML of pages by path, and paths that answer with an error."""

    client: Client
    pages: dict[str, str] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """The names of the URL patterns of the pages."""
        return {resolve(urlsplit(path).path).view_name for path in self.pages}


def client_of(role: str) -> Client:
    handle = ROLES[role]
    return signed_in(User.objects.get(handle=handle)) if handle else Client()


def walk(role: str, *, seed: int, most: int | None = None, limit: int = 5_000) -> Walk:
    """Read pages in random order, determined by the seed: `most` of a kind, `limit` in all."""
    client, chance = client_of(role), Random(f"{seed} {role}")
    found = Walk(client)
    most, inside = most or MOST.get(role, 4), INSIDE.get(role, "/")
    waiting: defaultdict[Kind, list[str]] = defaultdict(list)
    read: Counter[Kind] = Counter()
    known: set[str] = set()

    def note(paths: Iterable[str]) -> None:
        for path in paths:
            kind = None if path in known else kind_of(path)
            known.add(path)
            if kind and path.startswith(inside):
                waiting[kind].append(path)

    note(STARTS[role])
    while read.total() < limit and (
        kinds := [kind for kind, paths in waiting.items() if paths and read[kind] < most]
    ):
        kind = chance.choice(kinds)
        path = waiting[kind].pop(chance.randrange(len(waiting[kind])))
        read[kind] += 1
        response = client.get(path)
        response.getvalue()  # ends a download
        if response.status_code >= 400:
            found.broken[path] = response.status_code
        elif response.status_code == 200 and is_html(response):
            found.pages[path] = response.text
            # A list that is narrowed or sorted leads to ever more of its states.
            if not kind.parameters:
                note(links_of(path, response.text))
    return found


def is_html(response: HttpResponse) -> bool:
    return response.headers.get("content-type", "").startswith("text/html")


def kind_of(path: str) -> Kind | None:
    """Return the kind of a page in English; None for any other address."""
    parts = urlsplit(path)
    if without_language(parts.path) != parts.path:
        return None
    try:
        name = resolve(parts.path).view_name
    except Http404:
        return None
    names = sorted({key for key, _value in parse_qsl(parts.query, keep_blank_values=True)})
    return Kind(name, tuple(names))


def links_of(path: str, html: str) -> list[str]:
    """Return the paths, with queries, of the links of a page to others of the site."""
    tree = LexborHTMLParser(html)
    targets = [node.attributes["href"] or "" for node in tree.css("a[href]")]
    found = [urljoin(f"{SITE}{path}", target).partition("#")[0] for target in targets]
    return [each.removeprefix(SITE) for each in found if each.startswith(f"{SITE}/")]
