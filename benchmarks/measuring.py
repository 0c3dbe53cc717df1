"""Fill the database, request the pages, and report the results."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command

from benchmarks import fill, pages, results
from benchmarks.client import latencies, open_connections
from benchmarks.results import Result
from benchmarks.servers import largest_worker, program, served
from config.processes import engine_command

CASES = 10_000
CONNECTIONS, ROUNDS = 8, 5
# Seconds of a page in each round, of which the one-query view gets half as many.
SECONDS, MOMENT = 0.6, 0.02
# Requests of each kind of page with many cases.
REQUESTS, FEW_REQUESTS = 40, 2
# A quick run has a thirtieth of the rows.
QUICK = 30


def measure_pages(*, is_quick: bool) -> list[str]:
    """Measure pages as parts of the one-query view; return a sentence for each missed target.

    Of two servers, one caches nothing.
    """
    prepare()
    port = urlsplit(settings.EMBEDDINGS_URL).port
    with program(engine_command(port=port), port):
        cookies = fill_all(QUICK if is_quick else 1)
        with served(NO_CACHE="1") as (fresh, fresh_port), served() as (caching, caching_port):
            with timed("measured"):
                measured = pages.measured_pages(cookies)
                found = measure_rounds(measured, fresh_port, caching_port, is_quick=is_quick)
            worker = max(largest_worker(fresh), largest_worker(caching))
    table, missed = results.pages_table(found), results.missed_by_pages(found)
    if is_quick:
        print(table, flush=True)
        return []
    return results.report("results.md", "make bench", table, missed, worker, pages.MOST_MB)


def prepare() -> None:
    with timed("database prepared"):
        call_command("prepare", verbosity=0)


def fill_all(share: int) -> dict[str, str]:
    """Fill the database; return the cookies of those who request pages."""
    with timed("2020 series loaded and embedded"):
        fill.fill_series(texts=3_000 // share)
    with timed("cases filled"):
        fill.fill_cases(CASES // share)
    with timed("members, comments and partnerships filled"):
        comments, pending = 20_000 // share, 5_000 // share
        cookies = fill.fill_members(10_000 // share, comments=comments, pending=pending)
        cities, offers, requests = 1_000 // share, 10_000 // share, 2_000 // share
        fill.fill_partnerships(cities=cities, offers=offers, requests=requests)
    with timed("passages filled"):
        fill.fill_passages()
    return cookies


def measure_rounds(
    measured: list[pages.Page], fresh: int, caching: int, *, is_quick: bool
) -> list[Result]:
    """Measure each page in several rounds, after the one-query view on the same connections.

    So other load on the machine affects both.
    """
    unit, seconds = pages.one_query_view().requests(), MOMENT if is_quick else SECONDS
    if is_quick:
        measured = [replace(page, paths=page.paths[:3]) for page in measured]
    found = [Result(page) for page in measured]
    for result in found:
        warm_up(result, caching if result.page.is_repeated else fresh, seconds)
    for _round in range(1 if is_quick else ROUNDS):
        for result in found:
            # Opened again each time: the system gives connections to workers at random, and the
            # server closes those that are idle.
            port = caching if result.page.is_repeated else fresh
            with open_connections(port, CONNECTIONS) as connections:
                times, together = latencies(connections, unit, seconds / 2)
                rate = len(times) / together
                times, together = latencies(connections, result.page.requests(), seconds)
            result.rates.append(len(times) / together)
            result.ratios.append(result.rates[-1] / rate)
            result.seconds += times
    return found


def warm_up(result: Result, port: int, seconds: float) -> None:
    """Request a page on all connections, so that each worker has made it; note what it took."""
    page = result.page
    with open_connections(port, CONNECTIONS) as connections:
        for connection in connections:
            until = time.monotonic() + seconds
            for data in page.requests():
                connection.send(data)
                if time.monotonic() > until and not page.is_repeated:
                    break
        headers, body = connections[0].send(page.requests(X_Report="1")[0])
        result.queries, result.size = int(headers[b"x-queries"]), len(body)


def measure_many_cases(scale: int, *, is_quick: bool) -> list[str]:
    """Measure pages one after another, with 10,000 cases and with `scale` times as much.

    Without cache and semantic search. Returns a sentence for each missed target.
    """
    prepare()
    fill.fill_series(texts=0)
    first = CASES // (QUICK if is_quick else 1)
    found = []
    for cases in (first, first * scale):
        with timed(f"{cases:,} cases filled, with as many members and twice as many comments"):
            fill.fill_cases(cases)
            fill.fill_members(cases, comments=cases * 2, pending=50)
        with timed("measured"), served(NO_CACHE="1") as (server, port):
            found.append(measure_one_by_one(port, FEW_REQUESTS if is_quick else REQUESTS))
            worker = largest_worker(server)
    table, missed = results.scale_table(*found), results.missed_with_many_cases(*found)
    if is_quick:
        print(table, flush=True)
        return []
    command = f"make bench SCALE={scale}"
    return results.report("scale.md", command, table, missed, worker, pages.MOST_MB_OF_MANY)


def measure_one_by_one(port: int, number: int) -> dict[str, Result]:
    """Return results for pages of each kind, requested over one connection."""
    found = {}
    for page in pages.pages_of_many_cases():
        result = found[page.name] = Result(page)
        with open_connections(port, 1) as [connection]:
            for data in islice(cycle(page.requests(X_Report="1")), number + 1):
                sent = time.perf_counter()
                headers, _body = connection.send(data)
                result.seconds.append(time.perf_counter() - sent)
                result.queries = int(headers[b"x-queries"])
        # For the first page, the worker may make something that it remembers for all others.
        del result.seconds[0]
    return found


@contextmanager
def timed(done: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{done} in {time.monotonic() - began:.0f} seconds", flush=True)
