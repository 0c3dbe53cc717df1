import json
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from tests.config.conftest import ROOT, environment
from tests.factories import WebinarFactory
from tests.servers import answer, free_port, said_by, status_of

PLAIN = {"Content-Type": "text/plain"}


@pytest.mark.parametrize("workers", ["0", "-1", "two"])
def test_serve_refused_without_workers(workers):
    with pytest.raises(ImproperlyConfigured) as refused:
        call_command("serve", f"--workers={workers}")
    assert str(refused.value) == (
        f"--workers must be a whole number of at least 1, not {workers!r}."
    )


@pytest.mark.proof(group="servers", sample=2)
@pytest.mark.usefixtures("scratch")
def test_serve_logs_requests_and_writes_counts_when_stopped(tmp_path):
    webinar = WebinarFactory(slug="port")
    address = urlsplit(site.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    (tmp_path / "url").write_text(f"{address.geturl()}\n")
    own, shared = tmp_path / "static", tmp_path / "shared"
    own.mkdir()
    shared.mkdir()
    (own / "page.1.css").touch()
    manifest = {"hash": "1", "paths": {"page.css": "page.1.css"}}
    (own / "staticfiles.json").write_text(json.dumps(manifest))
    port = free_port()
    # One worker: of two, the second may still be starting when the first answers, and is killed.
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", f"--port={port}", "--workers=1"],
        cwd=ROOT,
        env=environment(
            TESTING="1",
            DATA_DIR=str(tmp_path),
            DATABASE_URL_FILE=str(tmp_path / "url"),
            COUNTS_WRITTEN_EVERY="600",
            LOG_FORMAT="json",
            STATIC_ROOT=str(own),
            SHARED_STATIC_ROOT=str(shared),
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        while process.poll() is None and not (status := status_of(port)):
            time.sleep(0.1)
        assert status == 200
        # Before the first page refers to it, for the containers of the release before.
        assert (shared / "page.1.css").exists()
        told = [answer(port, "/seen/", "/webinars/port/", **PLAIN)[0] for _turn in range(3)]
        assert told == [204, 204, 204]
        # Pages, what is not there, health checks and static files name no server.
        for path in ("/", "/not-there/", "/healthz", "/static/css/forms.css"):
            assert [*answer(port, path)[1].get_all("Server", [])] == [""], path
        process.terminate()
        lines = [json.loads(line) for line in said_by(process)]
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()
    assert status_of(port) == 0
    # Only requests, and not of static files.
    assert {(line["logger"], line["message"]) for line in lines} == {
        ("config.request_log", "Request")
    }
    views = Counter(line.get("view") for line in lines)
    assert (views["seen"], views["repository:home"], views[None]) == (3, 1, 1)
    # Long before the ten minutes are over.
    assert webinar.daily_counts.get().number == 3
