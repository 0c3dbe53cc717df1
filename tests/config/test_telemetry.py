"""Errors and traces, received by a server in the test, and secrets, which are in neither."""

import gzip
import json
import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.config import crashing
from tests.processes import url_of_database

pytestmark = [
    pytest.mark.proof(group="servers", sample=2),
    pytest.mark.usefixtures("scratch"),
    pytest.mark.slow(15),
]

# Wait for Sentry at the end for more than two seconds: the machine may be busy.
PATIENCE = "import sentry_sdk; sentry_sdk.get_client().options['shutdown_timeout'] = 120"
# What a web worker does.
CRASH = f"""
from config.wsgi import application
{PATIENCE}
from django.conf import settings
settings.ROOT_URLCONF = "tests.config.crashing"
from tests.config.crashing import status_of_crash
print(status_of_crash(application))
"""
PLAIN = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@contextmanager
def received():
    """Yield the URL of a server, and the (path, headers, body) that it has received."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            body = PLAIN[self.headers["Content-Encoding"]](body)
            requests.append((self.path, self.headers, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"127.0.0.1:{server.server_port}", requests
        finally:
            server.shutdown()


def crash(run, **settings):
    done = run(
        "-c",
        CRASH,
        TESTING="1",
        DATABASE_URL=url_of_database(),
        # Any secrets, of which URLs have a password.
        EMBEDDINGS_KEY=crashing.KEY,
        TRANSLATION_KEY=crashing.OF_SERVER,
        METRICS_TOKEN=crashing.OF_MAIL,
        **settings,
    )
    assert done.stdout.splitlines()[-1] == "500 Internal Server Error", done.stderr
    assert "canary" not in done.stdout.lower()


def has_no_secrets(text: str) -> bool:
    return "canary" not in text.lower() and crashing.PERSON not in text


def test_report_an_error_without_secrets(run):
    with received() as (address, requests):
        crash(run, SENTRY_DSN=f"http://key@{address}/sentry/1")
    [(path, headers, body)] = requests
    assert path == "/sentry/api/1/envelope/"
    assert "sentry_key=key" in headers["X-Sentry-Auth"]
    _about, _header, event = body.decode().split("\n")[:3]
    event = json.loads(event)
    assert has_no_secrets(body.decode())
    [error] = event["exception"]["values"][-1:]
    assert error["type"] == "RuntimeError"
    assert error["stacktrace"]["frames"][-1]["function"] == "crash"
    assert event["request"] == {
        "method": "POST",
        "url": "http://127.0.0.1:8000/crash/key/<key>/",
    }
    assert re.fullmatch("[0-9a-f]{32}", event["tags"]["request_id"])
    assert not {"user", "extra", "breadcrumbs"} & event.keys()
    assert not [frame for frame in error["stacktrace"]["frames"] if "vars" in frame]


def test_failed_command_is_reported(run):
    with received() as (address, requests):
        done = run(
            "manage.py",
            "shell",
            "--no-imports",
            f"--command={PATIENCE}; raise RuntimeError('canary@example.org')",
            TESTING="1",
            DATABASE_URL=url_of_database(),
            SENTRY_DSN=f"http://key@{address}/1",
        )
    assert done.returncode == 1
    [(_path, _headers, body)] = requests
    assert "RuntimeError" in body.decode()
    assert has_no_secrets(body.decode())


def values_of(attributes) -> dict:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


def spans_of(requests) -> list:
    """Return the spans that a server has received."""
    spans = []
    for path, _headers, body in requests:
        assert path == "/v1/traces"
        assert has_no_secrets(body.decode(errors="replace"))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            assert values_of(resource.resource.attributes)["service.name"] == "exchange"
            spans += [span for scope in resource.scope_spans for span in scope.spans]
    return spans


def test_send_a_trace_without_secrets(run):
    with received() as (address, requests):
        crash(
            run,
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}",
            OTEL_EXPORTER_OTLP_HEADERS="x-key=canary%20key",
        )
    assert {headers["x-key"] for _path, headers, _body in requests} == {"canary key"}
    spans = spans_of(requests)
    [request] = [span for span in spans if span.kind == span.SPAN_KIND_SERVER]
    assert request.name == "POST crash/key/<key>/"
    assert request.status.code == 2
    attributes = values_of(request.attributes)
    assert attributes["http.route"] == "crash/key/<key>/"
    assert attributes["http.status_code"] == 500
    queries = [span for span in spans if span.trace_id == request.trace_id and span != request]
    statements = [values_of(span.attributes)["db.statement"] for span in queries]
    assert [each for each in statements if "django_session" in each]


def test_trace_each_run_of_a_task_without_its_arguments(run):
    crashing.succeed.enqueue(crashing.PERSON)
    crashing.fail.enqueue(words=crashing.PERSON)
    with received() as (address, requests):
        done = run(
            *["manage.py", "db_worker", "--batch", "--no-startup-delay", "--interval=0.1"],
            TESTING="1",
            DATABASE_URL=url_of_database(),
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{address}",
        )
    assert done.returncode == 0, done.stderr
    spans = spans_of(requests)
    runs = {
        span.name.rpartition(".")[2]: span
        for span in spans
        if span.name.startswith("tests.config.crashing.")
    }
    outcomes = {name: (span.status.code, values_of(span.attributes)) for name, span in runs.items()}
    assert outcomes == {"succeed": (1, {}), "fail": (2, {"error.type": "builtins.RuntimeError"})}
    assert {span.kind for span in runs.values()} == {runs["fail"].SPAN_KIND_CONSUMER}
    # Each run is a trace of its own, with its queries.
    assert not [span for span in runs.values() if span.parent_span_id]
    within = [span for span in spans if span.parent_span_id == runs["succeed"].span_id]
    statements = [values_of(span.attributes)["db.statement"] for span in within]
    assert [each for each in statements if 'FROM "community_user"' in each]
    assert runs["succeed"].trace_id != runs["fail"].trace_id
    # Those by which the worker looks for tasks are left out.
    roots = {span.kind for span in spans if not span.parent_span_id}
    assert roots == {runs["fail"].SPAN_KIND_CONSUMER}


@pytest.mark.parametrize(
    ("name", "value", "module"),
    [
        ("METRICS_TOKEN", "a-token-of-the-tests-of-metrics", "prometheus_client"),
        ("SENTRY_DSN", "https://canary@sentry.example/1", "sentry_sdk"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318", "opentelemetry"),
    ],
)
def test_start_refused_without_the_packages(run, name, value, module):
    start = f"import sys; sys.modules['{module}'] = None; import manage; manage.run()"
    done = run("-c", start, "check", TESTING="1", DATABASE_URL=url_of_database(), **{name: value})
    assert (done.stdout, done.returncode) == ("", 1)
    assert done.stderr == (
        f"Cannot start: {name} needs the packages of requirements/telemetry.lock. Install them, or "
        "unset it.\n"
    )
