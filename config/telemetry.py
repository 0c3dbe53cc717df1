"""Metrics, errors and traces for other systems: their settings, and what sends errors and traces.

All are off by default, and their packages, the extra `telemetry`, are imported only if they are on.
Secrets and personal data are left out: of an error the values and the query, of a trace all
attributes but those of ALLOWED.
"""

import logging
import os
import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.tasks import TaskResult, TaskResultStatus
from django.tasks.signals import task_finished, task_started

from config.log import DiscreetFormatter, current_request, path_of, secrets_of
from config.secret_settings import secret, secrets_read

SHORTEST_TOKEN = 20


def needs_extra(name: str, module: str) -> None:
    """Refuse a setting whose package is not installed."""
    try:
        found = find_spec(module)
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise ImproperlyConfigured(
            f"{name} needs the packages of requirements/telemetry.lock. Install them, or unset it."
        )


def metrics_token() -> str:
    """Return the token that reads the metrics; empty if there are none."""
    token = secret("METRICS_TOKEN").strip()
    if not token:
        return ""
    if len(token) < SHORTEST_TOKEN or not re.fullmatch(r"[!-~]+", token):
        raise ImproperlyConfigured(
            f"METRICS_TOKEN must have {SHORTEST_TOKEN} random ASCII characters or more."
        )
    needs_extra("METRICS_TOKEN", "prometheus_client")
    return token


def sentry_dsn() -> str:
    """Return the address to which errors are reported; empty if there is none."""
    dsn = secret("SENTRY_DSN").strip()
    if not dsn:
        return ""
    try:
        parts = urlsplit(dsn)
        is_right = parts.scheme in {"http", "https"} and parts.username and parts.port != 0
        is_right = is_right and parts.hostname and re.fullmatch(r"/(.+/)?\d+", parts.path)
    except ValueError:
        is_right = False
    if not is_right:
        raise ImproperlyConfigured(
            "SENTRY_DSN can’t be used. It should look like https://key@sentry.example/1"
        )
    needs_extra("SENTRY_DSN", "sentry_sdk")
    return dsn


def traces_endpoint() -> str:
    """Return the OpenTelemetry collector's URL; empty if there is none. The SDK reads it itself."""
    url = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
        is_right = is_right and not parts.username
    except ValueError:
        is_right = False
    if not is_right:
        raise ImproperlyConfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT must be the URL of a collector, like "
            "http://127.0.0.1:4318, and without a password, which belongs in "
            "OTEL_EXPORTER_OTLP_HEADERS."
        )
    needs_extra("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.exporter.otlp.proto.http")
    return url


def traces_headers() -> dict[str, str]:
    """Return the headers that the collector asks for, such as a key: `name=value,name=value`."""
    pairs = [pair.partition("=") for pair in secret("OTEL_EXPORTER_OTLP_HEADERS").split(",")]
    return {name.strip(): unquote(value.strip()) for name, _equals, value in pairs if name.strip()}


# Errors


def report_errors() -> None:
    """Send errors to a server of the Sentry protocol."""
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration
    from sentry_sdk.integrations.threading import ThreadingIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.RELEASE,
        send_default_pii=False,
        before_send=discreet_event,
        # Values of variables, bodies and earlier log lines and queries hold what people write.
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        # Errors only: no numbers of requests.
        auto_session_tracking=False,
        # No headers on requests to other servers.
        trace_propagation_targets=[],
        auto_enabling_integrations=False,
        # Without the one that adds the arguments of commands.
        default_integrations=False,
        integrations=[
            AtexitIntegration(callback=lambda pending, timeout: None),
            DedupeIntegration(),
            DjangoIntegration(middleware_spans=False, signals_spans=False, cache_spans=False),
            ExcepthookIntegration(),
            LoggingIntegration(level=None, event_level=logging.ERROR),
            ThreadingIntegration(propagate_scope=False),
        ],
    )


def discreet_event(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """Keep the method, route and id of a request, and clean all texts."""
    request = current_request.get()
    for name in ("request", "user", "extra", "breadcrumbs"):
        event.pop(name, None)
    if request:
        event["request"] = {"method": request.method}
        if request.resolver_match:
            event["request"]["url"] = settings.SITE_URL + path_of(request.resolver_match)
        event["tags"] = {"request_id": getattr(request, "request_id", "")}
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    formatter = DiscreetFormatter(secrets=secrets_of(*keys, *secrets_read))
    return cleaned(event, formatter)


def cleaned(value: Any, formatter: DiscreetFormatter) -> Any:
    """Return a copy of a JSON value with all of its texts cleaned."""
    if isinstance(value, str):
        return formatter.discreet(value)
    if isinstance(value, dict):
        return {name: cleaned(each, formatter) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each, formatter) for each in value]
    return value


# Traces

ALLOWED = {
    *["http.method", "http.request.method", "http.route", "http.scheme", "url.scheme"],
    *["http.status_code", "http.response.status_code", "error.type", "exception.type"],
    *["db.system", "db.system.name", "db.operation", "db.statement", "db.query.text"],
}
# Django passes values separately, but a statement that we wrote may have some.
LITERALS = re.compile(r"'(?:[^']|'')*'")


def send_traces() -> None:
    """Send the requests of this process and their queries to an OpenTelemetry collector.

    Called before the application loads its middleware.
    """
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
    from opentelemetry.trace import SpanKind

    class DiscreetExporter(OTLPSpanExporter):
        def export(self, spans):
            # Without queries outside of requests and tasks, by which workers look for tasks.
            shown = [span for span in spans if span.parent or span.kind != SpanKind.CLIENT]
            if not shown:
                return SpanExportResult.SUCCESS
            return super().export([discreet_span(span) for span in shown])

    os.environ.setdefault("OTEL_SERVICE_NAME", "exchange")
    version = {"service.version": settings.RELEASE}
    provider = TracerProvider(resource=Resource.create(version))
    exporter = DiscreetExporter(headers=settings.OTEL_EXPORTER_OTLP_HEADERS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()
    PsycopgInstrumentor().instrument()


def trace_tasks() -> None:
    """Trace each run of a background task: its name, and whether it failed. Not its arguments.

    Queries of the task belong to its trace. A worker runs one task at a time.
    """
    from opentelemetry import context, trace
    from opentelemetry.trace import SpanKind, StatusCode

    tracer = trace.get_tracer(__name__)
    running = []

    def start(*, task_result: TaskResult, **kwargs) -> None:
        span = tracer.start_span(task_result.task.module_path, kind=SpanKind.CONSUMER)
        running.append((span, context.attach(trace.set_span_in_context(span))))

    def finish(*, task_result: TaskResult, **kwargs) -> None:
        if not running:
            return  # It failed before it started.
        span, token = running.pop()
        if task_result.status == TaskResultStatus.FAILED:
            span.set_attribute("error.type", task_result.errors[-1].exception_class_path)
            span.set_status(StatusCode.ERROR)
        else:
            span.set_status(StatusCode.OK)
        context.detach(token)
        span.end()

    task_started.connect(start, weak=False)
    task_finished.connect(finish, weak=False)


def discreet_span(span):
    """Return a copy of a finished span with only what is allowed. Spans can't be changed."""
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=allowed(span.attributes or {}),
        events=[Event(each.name, allowed(each.attributes), each.timestamp) for each in span.events],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def allowed(attributes) -> dict[str, str | int | Sequence[str]]:
    return {
        name: LITERALS.sub("'…'", value) if isinstance(value, str) else value
        for name, value in attributes.items()
        if name in ALLOWED
    }
