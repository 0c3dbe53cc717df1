"""Forms of pages, parsed from their HTML and submitted as by a browser."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser
from urllib.parse import quote, unquote_to_bytes, urldefrag, urljoin, urlsplit

from django.db import connection, transaction
from django.http import QueryDict
from django.test import Client, RequestFactory

from tests.responses import close

# Inputs that take no free text.
CHOSEN = {"checkbox", "radio", "submit", "image", "reset", "button"}


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    is_required: bool = False
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """The fields, target and buttons of a form."""

    action: str
    method: str
    is_multipart: bool
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(each.name for each in self.fields))

    def filled(self) -> dict[str, list[str]]:
        """The data submitted without changes, except for fields that browsers require."""
        sent: dict[str, list[str]] = {}
        for each in self.fields:
            if each.kind == "file":
                continue
            if each.kind in CHOSEN and each.value not in each.options:
                if each.is_required and each.name not in sent:
                    sent[each.name] = [each.value]
                continue
            value = each.value
            if not value and each.kind == "select" and each.is_required:
                value = next(filter(None, each.options), "")
            if not value and each.is_required:
                value = SUITABLE.get(each.kind, "Words")
            sent.setdefault(each.name, []).append(value)
        return sent


SUITABLE = {
    "email": "somebody@example.org",
    "number": "2020",
    "url": "https://example.org/",
    "date": "2020-01-31",
    "select": "",
}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.inside: Form | None = None
        # Fields and buttons outside of a form, which may precede it.
        self.apart: list[tuple[str, object]] = []
        self.area: Field | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(
                action=attributes.get("action", ""),
                method=attributes.get("method", "get").lower(),
                is_multipart=attributes.get("enctype", "") == "multipart/form-data",
            )
            self.forms.append(self.inside)
            self.by_id[attributes.get("id", "")] = self.inside
        elif tag == "option" and self.select is not None:
            self.select.options.append(attributes.get("value", ""))
            if "selected" in attributes:
                self.select.value = attributes.get("value", "")
        elif tag in {"input", "textarea", "select", "button"} and attributes.get("name"):
            self.note(tag, attributes)

    def note(self, tag: str, attributes: dict[str, str]) -> None:
        usual = {"input": "text", "button": "submit"}.get(tag, tag)
        kind = attributes.get("type", usual) if tag in {"input", "button"} else tag
        if kind == "submit":
            found = (attributes["name"], attributes.get("value", ""))
        else:
            value = attributes.get("value", "on" if kind in CHOSEN else "")
            found = Field(attributes["name"], kind, value, "required" in attributes)
            if "checked" in attributes:
                found.options = [value]
            if tag == "textarea":
                self.area = found
            if tag == "select":
                self.select = found
        if "form" in attributes:
            self.apart.append((attributes["form"], found))
        elif self.inside is not None:
            self.put(self.inside, found)

    def put(self, form: Form, found) -> None:
        if isinstance(found, Field):
            form.fields.append(found)
        elif found not in form.buttons:
            form.buttons.append(found)

    def handle_data(self, data):
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.area is not None:
            self.area.value = self.area.value.removeprefix("\n")
            self.area = None
        elif tag == "select" and self.select is not None:
            if not self.select.value and self.select.options:
                self.select.value = self.select.options[0]
            self.select = None
        elif tag == "form":
            self.inside = None

    def close(self):
        super().close()
        for name, found in self.apart:
            if name in self.by_id:
                self.put(self.by_id[name], found)


def forms_of(html: str) -> list[Form]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.forms


@dataclass
class Found:
    """A form with its page and a reader who can see it."""

    form: Form
    page: str
    client: Client

    @property
    def target(self) -> str:
        return urldefrag(urljoin(self.page, self.form.action)).url


class Site:
    """The forms on all pages for each reader, and the query parameters that views use.

    A form or a parameter is tried as the first of the readers who can see it.
    """

    def __init__(self, paths: Iterable[str], clients: Iterable[Client]):
        self.pages: list[tuple[str, str]] = []
        self.forms: dict[tuple, Found] = {}
        self.parameters: dict[str, dict[str, Client]] = defaultdict(dict)
        paths = list(dict.fromkeys(paths))
        for client in clients:
            for path in paths:
                self.read(client, path)

    def read(self, client: Client, path: str) -> None:
        with Watch() as watch:
            response = answer(client, "GET", path)
        close(response)
        assert response.status_code < 500, path
        kind = response.headers.get("Content-Type", "")
        if response.status_code != 200 or response.streaming:
            return
        for name in watch.names:
            self.parameters[path].setdefault(name, client)
        if kind.startswith("text/html"):
            self.pages.append((path, response.text))
            for form in forms_of(response.text):
                found = Found(form, path, client)
                # Forms for other rows, or on other pages, are the same form.
                target = re.sub(r"/\d+/", "/N/", found.target.partition("?")[0])
                key = (target, *map(row, form.names), *form.buttons[:1])
                self.forms.setdefault(key, found)

    def posts(self) -> list[Found]:
        return [found for found in self.forms.values() if found.form.method == "post"]


class Watch:
    """Records the query parameters that a view reads."""

    methods = ("get", "getlist", "__getitem__", "__contains__")

    def __enter__(self):
        self.names: set[str] = set()
        for method in self.methods:
            setattr(QueryDict, method, self.noting(getattr(QueryDict, method)))
        return self

    def __exit__(self, *args):
        for method in self.methods:
            delattr(QueryDict, method)

    def noting(self, method):
        def wrapper(query, key, *args, **kwargs):
            self.names.add(key)
            return method(query, key, *args, **kwargs)

        return wrapper


def row(name: str) -> str:
    """Return one name for the same field in all rows of a table."""
    return re.sub(r"-(\d+|__prefix__)-", "-N-", name)


def typed(form: Form) -> list[str]:
    """Return the fields that accept free text; for rows of a table, those of the first row."""
    names: dict[str, str] = {}
    for each in form.fields:
        if each.kind not in {*CHOSEN, "hidden", "file", "select"} and "_prefix_" not in each.name:
            names.setdefault(row(each.name), each.name)
    return list(names.values())


def chosen(form: Form) -> list[str]:
    """Return the fields without free text that programs can set: hidden ones, choices, buttons."""
    own = {"csrfmiddlewaretoken", *map(row, typed(form))}
    names = {row(name): name for name in [*form.names, *[name for name, _value in form.buttons]]}
    return [name for key, name in names.items() if key not in own]


def filled(form: Form) -> dict[str, list[bytes]]:
    """Return the data submitted by the first button without any changes."""
    sent = form.filled() | {name: [value] for name, value in form.buttons[:1]}
    return {name: [value.encode() for value in values] for name, values in sent.items()}


def changed(form: Form) -> dict[str, list[bytes]]:
    """Return the data submitted after words were added to each text."""
    texts = {each.name: each.value for each in form.fields if each.kind == "textarea"}
    return filled(form) | {name: [f"{text} More.".encode()] for name, text in texts.items()}


def hidden(form: Form) -> list[str]:
    """Return the hidden fields; for rows of a table, those of the last row."""
    names = {row(each.name): each.name for each in form.fields if each.kind == "hidden"}
    return [name for name in names.values() if name != "csrfmiddlewaretoken"]


# Characters that are not longer when encoded in the body, so that a megabyte stays one.
PLAIN = "*[]_<`(@\"' "


@lru_cache(maxsize=8)
def quoted(value: bytes) -> str:
    return quote(value, safe=PLAIN)


def asked(client: Client, method: str, address: str, sent: dict | None = None):
    """Return the response to a request whose changes are rolled back."""
    body = "&".join(
        f"{quote(name)}={quoted(value)}"
        for name, values in (sent or {}).items()
        for value in values
    )
    with transaction.atomic():
        response = answer(client, method, address, body)
        close(response)
        if not connection.needs_rollback:
            # Check deferred constraints, as at the end of a transaction.
            connection.check_constraints()
        transaction.set_rollback(True)
    return response


def answer(client: Client, method: str, address: str, body: str = ""):
    """Return the response without changing the session; errors give the error page and a log entry.

    Bypasses the test client, which copies the context of each template.
    """
    place = urlsplit(address)
    request = RequestFactory().generic(
        method,
        place.path,
        body,
        content_type="application/x-www-form-urlencoded" if body else "",
        headers={"cookie": client.cookies.output(attrs=[], header="", sep=";").strip()},
        QUERY_STRING=place.query,
    )
    # As WSGI servers encode paths.
    path = unquote_to_bytes(place.path).decode("latin-1")
    return client.handler(request.environ | {"PATH_INFO": path})
