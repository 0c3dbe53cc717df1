"""Whatever is typed, pasted or sent by a program: an answer in words, and soon.

Every form of every page is found by reading the pages, every parameter by watching what the views
ask for, every address by walking the resolver: what is new is tried as well.
"""

import re
import time
from collections.abc import Iterable
from itertools import batched
from urllib.parse import quote, unquote

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse

from community.accounts import spam_protection
from tests import timing
from tests.collection import signed_in
from tests.files import picture
from tests.forms import Site, Watch, asked, changed, chosen, filled, hidden, row, typed
from tests.page import page_of
from tests.world import World, paths

pytestmark = [pytest.mark.proof(group="hostile", sample=5), pytest.mark.slow(20)]

# As bytes of a body. U+D800 stands alone in no text: this is how careless programs write it.
ODD = b"a\xed\xa0\x80\r\nBcc: c@example.org\r\n\r\nd\re\v\f" + (
    "\u202e\u2066\u200f\u061c\ufeffb\u2069\u2028\x85".encode()
)
HOSTILE = {"NUL": b"a\0b", "surrogate, lines and directions": ODD}
MEGABYTE = b"*[_<`(@\"' " * 100_000
# What is read as a number or as JSON: more digits than Python converts, nested deeper than it
# reads, numbers that no database keeps, digits that are not ASCII.
UNREADABLE = {
    "nothing": b"",
    "digits": b"9" * 5_000,
    "negative": b"-" + b"9" * 5_000,
    "no number": b"NaN",
    "exponent": b"1e400",
    "long exponent": b"1e-999999999",
    "Arabic digit": "٣".encode(),
    "brackets": b"[" * 50_000,
    "objects": b'{"a":' * 50_000,
    "digits in JSON": b"[" + b"9" * 5_000 + b"]",
    "NUL in JSON": rb'{"a": "\u0000", "b": "\ud800"}',
}
# A body of more than 2.5 million bytes is refused as a whole: of two fields at most.
AT_ONCE = 2
# Without that limit. Forms of Django read each field whatever the others hold.
MORE_AT_ONCE = 8
# What servers let through of an address.
MAX_ADDRESS_LENGTH = 8_000
HEADING = re.compile(r"<h1[^>]*>\s*(?:<[^>]+>\s*)*[^<\s]")


@pytest.fixture(scope="module")
def world(collection):
    return World(lambda most: "Words"[:most])


@pytest.fixture(scope="module")
def addresses(world, sample):
    """Of a sample few: the forms and parameters of their pages are tried."""
    return dict(sample(paths(world).items(), 3))


@pytest.fixture(scope="module")
def administrator(world):
    return signed_in(world.administrator)


@pytest.fixture(scope="module")
def site(world, addresses, administrator):
    readers = [signed_in(world.member), administrator, Client()]
    return Site((path for found in addresses.values() for path in found), readers)


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)


@pytest.fixture
def faults(db):
    """Ask, and get what is wrong with the answer; nothing stays."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{timing.SECONDS}s'")

    def ask(client, method, address, sent=None):
        started = time.thread_time()
        response = asked(client, method, address, sent)
        return response, wrong_with(response, time.thread_time() - started)

    return ask


# Of these, what pages read alike: at the desk, whose pages take longest, one of each.
ASKED = ["nothing", "digits", "no number", "exponent", "Arabic digit", "brackets"]

# A page, a way on, or a refusal: never a fault, nor an answer that no view of ours gives.
ANSWERS = {200, 204, 301, 302, 303, 304, 400, 401, 403, 404, 405, 406, 409, 410, 413, 422, 429}


def wrong_with(response, seconds: float) -> list[str]:
    found = []
    if response.status_code not in ANSWERS:
        found.append(str(response.status_code))
    if seconds > timing.SECONDS:
        found.append(f"{seconds:.1f} s")
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.status_code >= 400 and is_page and not HEADING.search(response.text):
        found.append(f"{response.status_code} without words")
    return found


@pytest.mark.proof(sample=0)
def test_find_forms_and_parameters(site):
    """The walk reads what it is meant to read."""
    fields = {row(name) for found in site.forms.values() for name in found.form.names}
    assert {"body", "evidence-N-label", "bio", "note", "words", "handle", "q", "message"} <= fields
    parameters = {name for names in site.parameters.values() for name in names}
    assert {"q", "copy", "more", "comments", "sort", "page", "partial", "experiences"} <= parameters


@pytest.mark.parametrize("kind", HOSTILE)
def test_type_anything_into_each_form(kind, site, faults):
    wrong = []
    for found in site.posts():
        wrong += typed_with(HOSTILE[kind], found, typed(found.form), faults)
    assert wrong == []


def typed_with(value: bytes, found, names: Iterable[str], faults) -> list[tuple]:
    """What goes wrong where the value is typed into these fields of a form, all at once.

    What is refused stands as it was in the next try, so that the rest gets further.
    """
    wrong = []
    while names:
        sent = filled(found.form) | {name: [value] for name in names}
        response, what = faults(found.client, "POST", found.target, sent)
        wrong += [(found.target, names, each) for each in what]
        refused = refusals(response)
        if not refused & set(names):
            break
        names = [name for name in names if name not in refused]
    return wrong


def refusals(response) -> set[str]:
    """The fields that a page marks as wrong."""
    if response.status_code != 200 or response.streaming:
        return set()
    marked = "input[name][aria-invalid=true], textarea[name][aria-invalid=true]"
    return {field["name"] for field in page_of(response).select(marked)}


def test_type_a_megabyte_into_each_field(site, faults, settings):
    """The same field of a form that makes and of one that changes is tried once."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = (MORE_AT_ONCE + 1) * len(MEGABYTE)
    wrong, tried = [], set()
    for found in site.posts():
        for names in batched(untried(found, typed(found.form), tried), MORE_AT_ONCE):
            wrong += typed_with(MEGABYTE, found, names, faults)
    assert wrong == []


def untried(found, names: list[str], tried: set) -> list[str]:
    """Of the fields of a form those that no form of the same thing had, which is noted."""
    thing = re.match(r"/(admin/\w+/\w+|[\w-]+)/", found.target)[0]
    new = [name for name in names if (thing, row(name)) not in tried]
    tried |= {(thing, row(name)) for name in new}
    return new


# Forms of models at the desk have no second look.
OF_MODELS = re.compile(r"/admin/(repository|community|partnerships|auth|django_tasks_database)/")


@pytest.mark.parametrize("kind", HOSTILE)
def test_send_anything_as_a_choice(kind, site, faults):
    """All choices at once; hidden fields also each on its own, beside texts that were changed:
    some forms look at them only then."""
    wrong = []
    for found in site.posts():
        tries = [(filled, chosen(found.form))]
        if not OF_MODELS.match(found.target):
            tries += [(changed, [name]) for name in hidden(found.form)]
        for sending, names in tries:
            if names:
                sent = sending(found.form) | {name: [HOSTILE[kind]] for name in names}
                _response, what = faults(found.client, "POST", found.target, sent)
                wrong += [(found.target, names, each) for each in what]
    assert wrong == []


def test_send_a_megabyte_as_each_choice(site, faults, settings):
    """As for what is typed, the same field of the forms of one thing once.

    What our own views read may end a look at the rest: few at once.
    """
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = (MORE_AT_ONCE + 1) * len(MEGABYTE)
    wrong, tried = [], set()
    for found in site.posts():
        most = MORE_AT_ONCE if OF_MODELS.match(found.target) else AT_ONCE
        for some in batched(untried(found, chosen(found.form), tried), most):
            sent = changed(found.form) | {name: [MEGABYTE] for name in some}
            _response, what = faults(found.client, "POST", found.target, sent)
            wrong += [(found.target, some, each) for each in what]
    assert wrong == []


def test_send_anything_that_a_view_looks_for(site, faults, is_sample):
    """What no page holds, but a later step of the form, or a form that was sent once before."""
    wrong, tried = [], set()
    for found in site.posts():
        if OF_MODELS.match(found.target) and "/review/" not in found.target:
            continue
        with Watch() as watch:
            asked(found.client, "POST", found.target, changed(found.form))
        buttons = [name for name, _value in found.form.buttons]
        known = {"csrfmiddlewaretoken", *buttons, *map(row, found.form.names)}
        thing = re.match(r"/(admin/\w+/\w+|[\w-]+)/", found.target)[0]
        for name in sorted(name for name in watch.names if row(name) not in known):
            if (thing, name) in tried:
                continue
            tried.add((thing, name))
            for value in (*HOSTILE.values(), MEGABYTE):
                sent = changed(found.form) | {name: [value]}
                _response, what = faults(found.client, "POST", found.target, sent)
                wrong += [(found.target, name, each) for each in what]
    assert wrong == []
    looked_for = {"parent", "place", "next", "release"}
    assert is_sample or looked_for <= {name for _thing, name in tried}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_send_what_cannot_be_read(kind, site, faults):
    """In all fields of a form at once; the same field of the forms of one thing once."""
    wrong, tried = [], set()
    for found in site.posts():
        names = untried(found, [*typed(found.form), *chosen(found.form)], tried)
        wrong += typed_with(UNREADABLE[kind], found, names, faults)
    assert wrong == []


def test_send_anything_in_a_header_or_a_cookie(db, world, sample, is_sample):
    """Each header that is read for a page of each kind, and each cookie that a setting names."""
    administrator, visitor = signed_in(world.administrator), Client()
    pages = [(administrator, path) for path in ("/cases/", "/admin/", "/api/v1/cases")]
    pages += [(visitor, path) for path in ("/", "/accounts/login/")]
    cookies = [getattr(settings, name) for name in dir(settings) if name.endswith("COOKIE_NAME")]
    values = [*HOSTILE.values(), *UNREADABLE.values()]
    wrong, seen = [], set()
    for client, path in pages:
        environ = NotedEnvironment(RequestFactory().get(path).environ)
        client.handler(environ)
        read = {name for name in environ.names if name.startswith(("HTTP_", "CONTENT_", "REMOTE"))}
        seen |= read
        tries = [{name: value} for name in read for value in values]
        tries += [
            {"HTTP_COOKIE": f"{name}=".encode() + value} for name in cookies for value in values
        ]
        for changes in sample(tries, 20):
            # As servers give them: bytes as Latin-1, of which no line break gets this far.
            sent = {
                name: value.translate(None, b"\r\n\0").decode("latin-1")[:MAX_ADDRESS_LENGTH]
                for name, value in changes.items()
            }
            with transaction.atomic():
                response = client.handler(RequestFactory().get(path).environ | sent)
                transaction.set_rollback(True)
            wrong += [(path, changes, each) for each in wrong_with(response, 0)]
    assert wrong == []
    assert {"HTTP_IF_NONE_MATCH", "HTTP_COOKIE", "HTTP_HOST"} <= seen


class NotedEnvironment(dict):
    """What a server gives with a request; notes what is read of it."""

    def __init__(self, environ):
        super().__init__(environ)
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)

    def __contains__(self, name):
        self.names.add(name)
        return super().__contains__(name)


@pytest.mark.parametrize("kind", [*HOSTILE, *ASKED, "long"])
def test_ask_for_anything(kind, site, faults):
    """Each parameter of each page; at the desk, where Django's own are many, all at once."""
    value = in_address(kind, b"a*" * (MAX_ADDRESS_LENGTH // 2), safe="*[")
    wrong, tried = [], set()
    for path, names in site.parameters.items():
        # Pages of one kind, like all that change a row, read numbers alike.
        if kind in ASKED and path.startswith("/admin/"):
            page = (path.strip("/").split("/")[-1] if path.count("/") > 4 else "list", *names)
            if page in tried:
                continue
            tried.add(page)
        tries = [[name] for name in names] if not path.startswith("/admin/") else [list(names)]
        for some in tries:
            query = "&".join(f"{quote(name)}={value}" for name in some)
            client = names[some[0]]
            _response, what = faults(client, "GET", f"{path}?{query}")
            wrong += [(path, some, each) for each in what]
    assert wrong == []


def in_address(kind: str, long: bytes, safe: str) -> str:
    """A value as it stands in an address, which ends where servers end it."""
    value = quote((HOSTILE | UNREADABLE).get(kind, long), safe=safe)
    return re.sub("%[0-9A-F]?$", "", value[:MAX_ADDRESS_LENGTH])


@pytest.mark.parametrize("kind", [*HOSTILE, *UNREADABLE, "long"])
def test_go_anywhere(kind, addresses, administrator, faults):
    """Each part of each address; where that leads to one place from many addresses, from one."""
    piece = in_address(kind, b"a" * MAX_ADDRESS_LENGTH, safe="")
    changed = {}
    for found in addresses.values():
        pieces = found[0].strip("/").split("/")
        for at in range(len(pieces)):
            path = "/".join(["", *pieces[:at], piece, *pieces[at + 1 :], ""])
            changed[leads_to(path), at] = path
    wrong = []
    for path in changed.values():
        _response, what = faults(administrator, "GET", path)
        wrong += [(path[:200], each) for each in what]
    assert wrong == []


def leads_to(path: str) -> str:
    """The pattern that takes an address; where none does, what doors and middleware go by."""
    try:
        return resolve(unquote(path)).route
    except Resolver404:
        return path.split("/")[1]


@pytest.mark.parametrize("kind", HOSTILE)
def test_send_a_file_under_any_name(kind, db, world):
    name = HOSTILE[kind].decode(errors="replace") + ".png"
    path = reverse("community:attachment_add", args=[world.draft.slug])
    client = signed_in(world.member)
    with transaction.atomic():
        sent = {"file": SimpleUploadedFile(name, picture("PNG")), "caption": "The yard"}
        response = client.post(path, sent)
        transaction.set_rollback(True)
    assert response.status_code == 302
