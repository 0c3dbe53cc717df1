"""Metrics for Prometheus: who may read them, what they count, and no personal data in labels."""

import http.client
import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from community.models import Bounce, TaskStep
from community.notices import emails
from config import metrics
from repository.models import Edition, OutdatedEntry
from tests.config.conftest import ROOT, environment
from tests.factories import CaseStudyFactory
from tests.processes import PATIENCE, url_of_database
from tests.servers import free_port, status_of

TOKEN = "a-token-of-the-tests-of-metrics"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(settings):
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = ["config.metrics.measure", *settings.MIDDLEWARE]


def samples(text: str) -> dict[tuple, float]:
    """Return the values by name and sorted labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read() -> dict[tuple, float]:
    answer = Client().get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return samples(answer.content.decode())


def requests_to(view: str, *, method: str = "GET", status: str = "2xx") -> tuple:
    labels = {"method": method, "status": status, "view": view}
    return ("exchange_requests_total", *labels.items())


def counted(found: dict[tuple, float], view: str, **labels) -> float:
    return found.get(requests_to(view, **labels), 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [{}, {"authorization": "Bearer "}, {"authorization": f"Bearer {TOKEN}x"}]
)
def test_metrics_are_not_found_without_the_token(measured, given):
    assert Client().get("/metrics", headers=given).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer "}])
def test_metrics_are_not_found_if_they_are_off(given):
    assert Client().get("/metrics", headers=given).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["//metrics", "/./metrics", "/metrics/", "/METRICS", "/x/../metrics"]
)
def test_other_paths_do_not_lead_to_metrics(measured, path):
    """Proxies hide `/metrics`, but not how else it could be written."""
    # With the host, because the client would take the word after two slashes for one.
    assert Client().get(f"http://testserver{path}", headers=BEARER).status_code == 404


@pytest.mark.proof(group="starts", sample=3)
def test_library_is_not_imported_if_metrics_are_off(run):
    done = run(
        "-c",
        "import config.wsgi, sys; "
        "print({'prometheus_client', 'sentry_sdk', 'opentelemetry'} & sys.modules.keys())",
        TESTING="1",
        DATABASE_URL="postgres://nobody@127.0.0.1:1/none",
    )
    assert (done.stdout, done.stderr) == ("set()\n", "")


@pytest.mark.django_db
def test_count_requests_by_view_method_and_status(measured):
    CaseStudyFactory(published=True, slug="canary")
    before = read()
    browser = Client(HTTP_USER_AGENT="canary")
    for path in ("/cases/canary/?q=canary", "/cases/canary/", "/cases/canary-missing/", "/canary/"):
        browser.get(path)
    browser.head("/cases/canary/")
    browser.generic("CANARY", "/cases/canary/")
    browser.get("/static/css/forms.css").close()
    after = read()
    expected = {
        requests_to("repository:case_detail"): 2,
        requests_to("repository:case_detail", status="4xx"): 1,
        requests_to("repository:case_detail", method="HEAD"): 1,
        requests_to("repository:case_detail", method="other", status="4xx"): 1,
        requests_to("none", status="4xx"): 1,
        requests_to("metrics"): 1,
    }
    changed = {
        key: value - before.get(key, 0)
        for key, value in after.items()
        if key[0] == "exchange_requests_total" and value != before.get(key, 0)
    }
    assert changed == expected
    timed = (
        "exchange_request_seconds_count",
        ("method", "GET"),
        ("view", "repository:case_detail"),
    )
    assert after[timed] - before.get(timed, 0) == 3
    assert not [key for key in after if "canary" in str(key).lower()]


@pytest.mark.django_db
def test_count_hits_of_the_page_cache(measured, pages):
    CaseStudyFactory(published=True, slug="shown")
    before = read()
    for _turn in range(3):
        Client().get("/cases/shown/")
    after = read()
    found = [
        after[key] - before.get(key, 0)
        for key in [("exchange_page_cache_total", ("result", each)) for each in ("hit", "miss")]
    ]
    assert found == [2, 1]


def task(task_path=emails.deliver.module_path, **values) -> DBTaskResult:
    values = {"backend_name": "default", "run_after": metrics.NEVER} | values
    made = DBTaskResult.objects.create(
        task_path=task_path, args_kwargs={"args": [], "kwargs": {}}, **values
    )
    DBTaskResult.objects.filter(pk=made.pk).update(**values)
    return made


@pytest.mark.django_db
def test_tasks_messages_and_edition(measured):
    now = timezone.now()
    ago = {minutes: now - timedelta(minutes=minutes) for minutes in (1, 5, 30, 70)}
    task(enqueued_at=ago[5])
    # Due since the time until which it was postponed.
    task(enqueued_at=ago[70], run_after=ago[1])
    task(run_after=now + timedelta(minutes=5))
    task(status="RUNNING", started_at=now)
    task(status="FAILED", finished_at=ago[70])
    task(status="FAILED", finished_at=ago[30])
    for _number in range(3):
        task(status="SUCCESSFUL", finished_at=ago[30])
    tried = task(status="SUCCESSFUL", finished_at=ago[5])
    TaskStep.objects.create(task=tried, name=emails.POSTPONED)
    dropped = task(status="SUCCESSFUL", finished_at=ago[5])
    TaskStep.objects.create(task=dropped, name=emails.UNDELIVERABLE)
    for kind, cleared in (("returned", None), ("returned", now), ("spam", None)):
        address = f"{kind}-{bool(cleared)}@example.org"
        Bounce.objects.create(email=address, kind=kind, reported_at=now, cleared_at=cleared)
    task("other.task", status="SUCCESSFUL", finished_at=ago[5])
    Edition.objects.update(changed_at=ago[30])
    for number in range(3):
        OutdatedEntry.objects.create(kind="case", object_id=number)

    found = read()
    assert found[("exchange_database_up",)] == 1
    tasks = {key[1][1]: value for key, value in found.items() if key[0] == "exchange_tasks"}
    assert tasks == {"waiting": 2, "postponed": 1, "running": 1, "failed": 2}
    messages = {key[1][1]: value for key, value in found.items() if key[0] == "exchange_messages"}
    assert messages == {"sent": 3, "postponed": 1, "undeliverable": 1, "failed": 1}
    bounces = {key[1][1]: value for key, value in found.items() if key[0] == "exchange_bounces"}
    assert bounces == {"returned": 1, "spam": 1}
    assert 300 <= found[("exchange_oldest_task_seconds",)] < 360
    assert 1800 <= found[("exchange_edition_age_seconds",)] < 1860
    assert found[("exchange_outdated_search_entries",)] == 3


@pytest.mark.django_db
def test_no_task_waits(measured):
    assert read()[("exchange_oldest_task_seconds",)] == 0


@pytest.mark.django_db
def test_metrics_while_the_database_is_down(measured, monkeypatch):
    def fail(*args):
        raise OperationalError

    with connection.execute_wrapper(fail):
        found = read()
    assert found[("exchange_database_up",)] == 0
    assert not [key for key in found if key[0] == "exchange_tasks"]
    assert counted(found, "metrics") >= 0


@pytest.mark.proof(group="servers", sample=2)
@pytest.mark.slow(15)
@pytest.mark.usefixtures("scratch")
def test_workers_of_a_server_are_added_up(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", f"--port={port}", "--workers=2"],
        cwd=ROOT,
        env=environment(
            TESTING="1",
            DATA_DIR=str(tmp_path),
            TMPDIR=str(tmp_path),
            DATABASE_URL=url_of_database(),
            METRICS_TOKEN=TOKEN,
        ),
    )
    try:
        while not status_of(port):
            assert process.poll() is None
            time.sleep(0.1)
        # Until both have answered.
        turns = 0
        [folder] = tmp_path.glob("exchange-metrics-*")
        while turns == 0 or len(list(folder.glob("counter_*.db"))) < 2:
            assert status_of(port, "/healthz") == 200
            turns += 1
        found = samples(text_of(port))
        assert counted(found, "healthz") == turns
        assert found[("exchange_database_pool", ("state", "limit"))] == 8
        # A worker that is gone leaves what it counted, and no connections.
        [*ours] = {int(file.stem.split("_")[1]) for file in folder.glob("counter_*.db")}
        os.kill(ours[0], 9)
        # The worker that replaces it may have connections by now.
        deadline = time.monotonic() + PATIENCE
        while (folder / f"gauge_livesum_{ours[0]}.db").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            found = samples(text_of(port))
        assert counted(found, "healthz") == turns
    finally:
        process.terminate()
        process.wait(timeout=120)


def text_of(port: int) -> str:
    attempt = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        attempt.request("GET", "/metrics", headers=BEARER)
        return attempt.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        attempt.close()
