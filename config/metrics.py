"""Metrics for Prometheus at `/metrics`, if METRICS_TOKEN is set.

Each worker of a server writes its numbers to a file of its own, and the one that answers adds them
up. Tasks, messages and the edition are read from the database, and are the same on every server.
Labels are names of views, methods and states, never of people or pages.
"""

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Case, Count, Exists, Min, OuterRef, Q, QuerySet, When
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.tasks import TaskResultStatus
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_tasks_db.models import DBTaskResult, get_date_max

from community.models import Bounce, BounceKind, TaskStep
from community.notices.emails import POSTPONED, UNDELIVERABLE, deliver
from config.backups import ages
from repository.models import Edition, OutdatedEntry

# The variable that names the folder of these files; prometheus_client reads it on import.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = {"GET", "HEAD", "POST"}
# `run_after` of tasks that are not postponed.
NEVER = get_date_max()


def make_folder() -> None:
    """Create an empty folder for the files of the server that this process becomes or starts."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="exchange-metrics-")


@cache
def instruments() -> SimpleNamespace:
    """Return what this process counts."""
    from prometheus_client import Counter, Gauge, Histogram

    pool = "Connections of the processes to the database."
    return SimpleNamespace(
        requests=Counter(
            "exchange_requests", "Requests except for static files.", ["view", "method", "status"]
        ),
        seconds=Histogram(
            "exchange_request_seconds", "Time to answer.", ["view", "method"], buckets=SECONDS
        ),
        pages=Counter("exchange_page_cache", "Pages that can be cached.", ["result"]),
        pool=Gauge("exchange_database_pool", pool, ["state"], multiprocess_mode="livesum"),
    )


def measure(get_response: Callable[[HttpRequest], HttpResponse]):
    """Count each request except for static files, and how long it takes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            count(request, response, seconds=time.perf_counter() - began)
        return response

    return middleware


def count(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    counted = instruments()
    view = request.resolver_match.view_name if request.resolver_match else "none"
    method = request.method if request.method in METHODS else "other"
    counted.requests.labels(view, method, f"{response.status_code // 100}xx").inc()
    counted.seconds.labels(view, method).observe(seconds)
    if result := getattr(response, "page_cache", None):
        counted.pages.labels(result).inc()
    stats = connection.pool.get_stats() if connection.pool else {}
    size, free = stats.get("pool_size", 0), stats.get("pool_available", 0)
    counted.pool.labels("used").set(size - free)
    counted.pool.labels("free").set(free)
    counted.pool.labels("limit").set(stats.get("pool_max", 0))


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in the text format of Prometheus; 404 without the token."""
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.METRICS_TOKEN}"
    if not (settings.METRICS_TOKEN and constant_time_compare(given, expected)):
        raise Http404
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    instruments()
    text = b""
    if FOLDER in os.environ:
        forget_dead_workers()
        of_processes = CollectorRegistry()
        MultiProcessCollector(of_processes)
        text = generate_latest(of_processes)
    else:
        text = generate_latest(REGISTRY)
    asked = CollectorRegistry()
    asked.register(Backups())
    asked.register(Database())
    return HttpResponse(
        text + generate_latest(asked), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def forget_dead_workers() -> None:
    """Remove the gauges of workers that have exited. Their counts stay."""
    from prometheus_client.multiprocess import mark_process_dead

    for file in Path(os.environ[FOLDER]).glob("gauge_live*_*.db"):
        if found := re.search(r"_(\d+)\.db$", file.name):
            with suppress(PermissionError):
                try:
                    os.kill(int(found[1]), 0)
                except ProcessLookupError:
                    mark_process_dead(int(found[1]))


class Backups:
    """A collector of the ages of backups that were made on this machine."""

    def collect(self) -> Iterator:
        from prometheus_client.core import GaugeMetricFamily as Gauge

        backups = Gauge("exchange_backup_age_seconds", "Since it was made.", labels=["state"])
        for state, age in ages.ages():
            backups.add_metric([state], age)
        yield backups


class Database:
    """A collector of the metrics that are read from the database."""

    def collect(self) -> Iterator:
        from prometheus_client.core import GaugeMetricFamily as Gauge

        try:
            state = state_of_database()
        except DatabaseError:
            state = {}
        yield Gauge("exchange_database_up", "Does the database answer?", int(bool(state)))
        if not state:
            return
        tasks = Gauge("exchange_tasks", "Background tasks.", labels=["status"])
        for status in ("waiting", "postponed", "running", "failed"):
            tasks.add_metric([status], state[status])
        yield tasks
        yield Gauge(
            "exchange_oldest_task_seconds",
            "How long the task that waits longest could have begun.",
            state["oldest"],
        )
        messages = Gauge("exchange_messages", "Emails of the last hour.", labels=["result"])
        for result in ("sent", "postponed", "undeliverable", "failed"):
            messages.add_metric([result], state[f"messages_{result}"])
        yield messages
        bounces = Gauge("exchange_bounces", "Addresses that get no emails.", labels=["kind"])
        for kind in BounceKind.values:
            bounces.add_metric([kind], state[f"bounces_{kind}"])
        yield bounces
        yield Gauge(
            "exchange_outdated_search_entries",
            "Search entries that a task has to update.",
            state["outdated_entries"],
        )
        yield Gauge(
            "exchange_edition_age_seconds", "Since the last public change.", state["edition"]
        )


# A task is due since it was queued, or since the time until which it was postponed.
DUE = Q(status=TaskResultStatus.READY) & (Q(run_after=NEVER) | Q(run_after__lte=Now()))
DUE_SINCE = Case(When(run_after=NEVER, then="enqueued_at"), default="run_after")


def due_tasks() -> QuerySet[DBTaskResult]:
    """Return the tasks that a worker should have begun, each with `due_since`."""
    return DBTaskResult.objects.filter(DUE).annotate(due_since=DUE_SINCE)


def state_of_database() -> dict[str, float]:
    """Return the tasks by status, the messages of the last hour, and ages in seconds."""
    state = DBTaskResult.objects.aggregate(
        waiting=Count("pk", filter=DUE),
        postponed=Count("pk", filter=Q(status=TaskResultStatus.READY) & ~DUE),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        since=Min(DUE_SINCE, filter=DUE),
    )
    steps = TaskStep.objects.filter(task=OuterRef("pk"))
    is_done = Q(status=TaskResultStatus.SUCCESSFUL)
    state |= (
        DBTaskResult.objects.filter(
            task_path=deliver.module_path, finished_at__gt=Now() - timedelta(hours=1)
        )
        .annotate(
            is_postponed=Exists(steps.filter(name=POSTPONED)),
            is_undeliverable=Exists(steps.filter(name=UNDELIVERABLE)),
        )
        .aggregate(
            messages_sent=Count(
                "pk", filter=is_done & Q(is_postponed=False, is_undeliverable=False)
            ),
            messages_postponed=Count("pk", filter=is_done & Q(is_postponed=True)),
            messages_undeliverable=Count("pk", filter=is_done & Q(is_undeliverable=True)),
            messages_failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        )
    )
    state |= Bounce.objects.active().aggregate(
        **{f"bounces_{kind}": Count("pk", filter=Q(kind=kind)) for kind in BounceKind.values}
    )
    now, changed = Edition.objects.values_list(Now(), "changed_at").get()
    return state | {
        "oldest": (now - (state["since"] or now)).total_seconds(),
        "edition": (now - changed).total_seconds(),
        "outdated_entries": OutdatedEntry.objects.count(),
    }
