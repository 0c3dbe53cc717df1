"""What the shipped nginx does for clients beside its cache: limits, messages of errors, a log."""

import http.client
import json
import ssl
import subprocess
import time
from gettext import translation as catalog

import pytest
from django.conf import settings

from tests.certificates import write_certificate
from tests.config.conftest import ROOT
from tests.deploy.configurations import DEPLOY, compose_configuration, nginx_configuration
from tests.deploy.proxies import PATIENCE, nginx, program, running
from tests.docs.blocks import blocks_of
from tests.page import page_of
from tests.servers import free_port

pytestmark = pytest.mark.without_database


@pytest.mark.parametrize("which", ["machine", "compose"])
def test_the_configuration_is_valid(tmp_path, which):
    if which == "machine":
        path = nginx_configuration(tmp_path, free_port(), free_port())
    else:
        path = compose_configuration(tmp_path)
    options = ["-t", "-q", "-p", str(tmp_path), "-c", str(path), "-e", "stderr"]
    done = subprocess.run([program(), *options], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_serve_with_a_certificate(tmp_path, origin):
    """After the lines for TLS are switched on, as the documentation says."""
    port, tls_port = free_port(), free_port()
    write_certificate(tmp_path, days=1)
    path = nginx_configuration(tmp_path, port, origin.port, tls_port=tls_port)
    assert "#tls" not in path.read_text()
    options = ["-p", str(tmp_path), "-c", str(path), "-e", "stderr", "-g", "daemon off;"]
    with running([program(), *options], port, path="/robots.txt", folder=tmp_path):
        origin.requests.clear()
        context = ssl.create_default_context(cafile=tmp_path / "certificate.pem")
        connection = http.client.HTTPSConnection("localhost", tls_port, context=context)
        connection.request("GET", "/cases/")
        assert connection.getresponse().read() == b"page"
        connection.close()
    assert origin.requests[0].headers["X-Forwarded-Proto"] == "https"


def test_answer_the_certificate_authority(proxy, origin):
    """Without HTTPS, which there may not be yet, and without the application."""
    folder = proxy.folder / "letsencrypt/.well-known/acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token").write_text("proof")
    assert proxy.ask("/.well-known/acme-challenge/token").body == b"proof"
    assert proxy.ask("/.well-known/acme-challenge/other").status == 404
    assert origin.requests == []
    assert proxy.ask("/.well-known/security.txt").body == b"page"


def test_copy_and_change_the_configuration(tmp_path):
    """The one that the other tests check and use."""
    name, tls, _renew = [each for each in blocks_of("operations/proxy.md") if each.language == "sh"]
    (tmp_path / "nginx").mkdir()
    (tmp_path / "bin").mkdir()
    for program_name in ("apt-get", "certbot", "install", "nginx", "systemctl"):
        (tmp_path / "bin" / program_name).write_text("#!/bin/sh\n")
        (tmp_path / "bin" / program_name).chmod(0o755)
    for block in (name, tls):
        text = block.text.replace("/etc/", f"{tmp_path}/").replace("your.host", "city.example")
        own = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
        subprocess.run(["bash", "-euc", text], cwd=ROOT, env=own, check=True)
    expected = (DEPLOY / "nginx.conf").read_text().replace("exchange.example", "city.example")
    expected = expected.replace("#tls ", "").replace("#tls", "")
    assert (tmp_path / "nginx/nginx.conf").read_text() == expected


def test_refuse_a_large_upload_with_a_message(proxy, origin):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=PATIENCE)
    connection.putrequest("POST", "/cases/new/")
    connection.putheader("Content-Length", str(101 * 1024 * 1024))
    connection.endheaders()
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    assert (response.status, response.headers["Cache-Control"]) == (413, "no-store")
    assert page_of(text).one("h1").text == "This file is too large"
    assert origin.requests == []


def test_pass_on_an_upload_that_forms_allow(proxy, origin):
    assert proxy.ask("/cases/new/", method="POST", body="x" * 2_000_000).status == 200
    assert len(origin.requests) == 1


def test_take_little_where_only_a_path_is_sent(proxy, origin):
    assert proxy.ask("/seen/", method="POST", body="/cases/port/").status == 200
    assert proxy.ask("/seen/", method="POST", body="x" * 2_000).status == 413
    assert len(origin.requests) == 1


def test_show_a_message_while_the_application_is_down(tmp_path):
    with nginx(tmp_path, free_port()) as proxy:
        answer = proxy.ask("/cases/")
        assert (answer.status, answer.headers["Cache-Control"]) == (502, "no-store")
        assert page_of(answer.text).one("h1").text == "Sorry, the site is unavailable"
        # The pages of messages are no pages of the site.
        assert proxy.ask("/errors/unavailable.html").status == 404


@pytest.mark.parametrize("status", [403, 404, 410, 500, 503])
def test_show_error_pages_of_the_application(proxy, origin, status):
    origin.status, origin.body = status, b"in the language of the reader"
    answer = proxy.ask(f"/wrong-{status}/")
    assert (answer.status, answer.body) == (status, b"in the language of the reader")


def test_log_neither_addresses_nor_paths(proxy, origin):
    answer = proxy.ask("/confirm/secret/?key=secret", headers={"Referer": "/secret/"})
    # The application gets and the client sees the same number.
    number = origin.requests[0].headers["X-Request-ID"]
    assert answer.headers["X-Request-ID"] == number
    deadline = time.monotonic() + PATIENCE
    # The line is written after the answer was sent.
    while number not in (text := (proxy.folder / "access.log").read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert "127.0.0.1" not in text
    assert "secret" not in text
    [line] = [json.loads(each) for each in text.splitlines() if number in each]
    assert (line["request_id"], line["method"], line["status"]) == (number, "GET", 200)


def test_choose_the_number_of_a_request(proxy, origin):
    answers = [proxy.ask("/", headers={"X-Request-ID": "forged"}) for _turn in range(2)]
    numbers = {each.headers["X-Request-ID"] for each in answers}
    assert len(numbers) == 2
    assert "forged" not in numbers | {each.headers["X-Request-ID"] for each in origin.requests}


def test_ask_for_head_with_head(proxy, origin):
    """The application counts recordings that are opened with GET."""
    answer = proxy.ask("/webinars/port/recording/", method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert [request.command for request in origin.requests] == ["HEAD"]


MESSAGES = {
    "too-large": ("This file is too large.", "Each file can be up to 8 MB."),
    "unavailable": (
        "Sorry, the site is unavailable",
        "We can’t reach our database at the moment. Nothing is lost. Wait 30 seconds, then reload "
        "the page.",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_show_messages_in_all_languages(name):
    """In the words of the site."""
    page = page_of((DEPLOY / "errors" / f"{name}.html").read_text())
    headings, texts = page.select("h1, h2"), page.select("p")
    for (code, _language), heading, text in zip(settings.LANGUAGES, headings, texts, strict=True):
        words = catalog("django", settings.LOCALE_PATHS[0], [code], fallback=code == "en")
        title, whole = map(words.gettext, MESSAGES[name])
        assert title.rstrip(".。") == heading.text
        # The parser of the tests turns non-breaking spaces into others.
        assert " ".join(whole.split()).endswith(text.text)
