"""A real browser on a real server, on the 2020 series. See tests/collection.py."""

import os
import shutil
import time
from contextlib import closing
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings
from playwright.sync_api import expect, sync_playwright

# The first shows the same pages for half the work.
PROGRAMS = ["chromium-headless-shell", "chromium"]
# Generous, as the tests of another process can take both CPUs.
TIMEOUT = 120_000
HINT = "There is no Chromium for the browser tests. Install one, or name it: CHROMIUM=/path pytest"
# The length of the pauses in each response, in milliseconds: see CONTRIBUTING.md.
DELAY = int(os.environ.get("SLOW_PAGES", "0")) / 1000
# Nothing but the pages: no component is looked for, no service of the browser's maker called.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
]

expect.set_options(timeout=TIMEOUT)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """All are proofs. Of the tests of a role from end to end, two run every day.

    As each file starts a server of its own, the sample is a small one of all of them together.
    """
    for item in items:
        # By the id: comparing the paths of all tests takes half a second.
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)
            marks = {mark.name for mark in item.iter_markers()}
            if "end_to_end" in marks:
                item.add_marker(pytest.mark.proof(group="end to end", sample=2))
            elif "proof" not in marks:
                item.add_marker(pytest.mark.proof(group="browser"))


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format, *args):
        """Say nothing: the tests look at the answers themselves."""


class SlowHandler(WSGIHandler):
    """Pauses before a response, after its first byte, and in the middle of it."""

    def __call__(self, environ, start_response):
        time.sleep(DELAY)
        return self.in_parts(super().__call__(environ, start_response))

    def in_parts(self, response):
        with closing(response):
            content = b"".join(response)
            middle = len(content) // 2
            yield content[:1]
            time.sleep(DELAY)
            yield content[1:middle]
            time.sleep(DELAY)
            yield content[middle:]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the session."""
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, PROGRAMS)]
    program = next(filter(None, found), None)
    if not program:
        pytest.fail(HINT)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django would refuse to read.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(
            executable_path=program, args=ARGUMENTS, timeout=TIMEOUT
        )
        browser.new_context = with_patience(browser.new_context)
        browser.new_page = with_patience(browser.new_page)
        yield browser
        browser.close()


def with_patience(make):
    """Return a function that makes a context or a page with a longer time limit than usual."""

    def made(**options):
        found = make(**options)
        found.set_default_timeout(TIMEOUT)
        return found

    return made


@pytest.fixture(scope="module")
def serve(collection):
    """Start a server of the site on a free port; it ends with the module. Returns its address."""
    servers = []

    def start() -> str:
        server = ThreadedWSGIServer(("127.0.0.1", 0), QuietHandler)
        server.set_app(SlowHandler() if DELAY else WSGIHandler())
        Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def site(serve, served_files):
    """The address of the site with its files as in production; without those of the desk."""
    with override_settings(**served_files):
        yield serve()


@pytest.fixture
def open_page(browser):
    """Open pages in contexts of their own; at the end nothing may have gone wrong in any.

    `open_page(**options)` takes the options of Playwright's contexts. Where a test provokes a
    message or a failed request itself, it takes it out of `page.complaints`.
    """
    contexts, complaints = [], []

    def open_one(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.complaints = complaints
        page.goto = when_loaded(page)
        watch(page, complaints)
        return page

    yield open_one
    for context in contexts:
        # Files that are still on their way would count as given up.
        for page in context.pages:
            page.wait_for_load_state()
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    return open_page()


def when_loaded(page):
    """`page.goto` that leaves a page once it has all its files: the browser gives up others."""
    goto = page.goto

    def go(url: str, **options):
        page.wait_for_load_state()
        return goto(url, **options)

    return go


def watch(page, complaints: list[str]) -> None:
    """Note what the browser complains of, and what is asked of anyone but the site."""

    def note(what) -> None:
        complaints.append(f"{page.url}: {what}")

    def failed(request) -> None:
        # Search as you type gives up a request when the next letter comes, and a page that is left
        # at once lets go of its icon and its pictures, which the browser fetches last.
        is_spare = request.resource_type in {"fetch", "image"} or "/img/icon." in request.url
        if not is_spare or request.failure != "net::ERR_ABORTED":
            note(f"{request.url} {request.failure}")

    def asked(request) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", "localhost", None}:
            note(f"asks {request.url}")

    def answered(response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            note(f"{response.url} {response.status}")

    page.on("console", lambda message: note(message.text))
    page.on("pageerror", note)
    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("response", answered)
