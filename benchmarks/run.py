"""Benchmark the pages with the production server on scratch databases: `make bench`.

Three servers run at the same time: one with 1,000 cases; one with 10,000 cases, a million comments
and ten times as many offers and requests; and a third with the page cache on the same large
database. Each case has six passages with vectors, and the embedded engine runs beside the servers.
Pages are measured in short rounds, each after a round of the one-query view, so that other load on
the machine affects both; the results are medians of the rounds. Matching, the figures of a series
and the nearest passages are measured at the end.

The results are printed and written to benchmarks/results.md and results.json. If targets are
missed, the program fails with a message for each.

With `--quick` the databases are small, each page is measured for a moment, and no target is judged:
this checks in less than two minutes that the benchmark can be run.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
import psycopg

from benchmarks.client import BadResponse, RoundResult
from benchmarks.databases import (
    FULL,
    QUICK,
    Sizes,
    log,
    run,
    scratch_databases,
    scratch_server,
)
from benchmarks.pages import BARE, ONE_QUERY, PAGES
from benchmarks.results import Result, as_table, misses, report, slow_tasks, tasks_table
from benchmarks.servers import (
    CONNECTIONS,
    SERVERS,
    WORKERS,
    Server,
    embedding_engine,
    largest_worker,
    served,
)

# The duration of a round, and of one that only shows that a page can be measured.
SECONDS, MOMENT = 0.6, 0.02
# No further round starts if it would probably end more than this many seconds after the start.
MIN_ROUNDS, MAX_ROUNDS, MAX_SECONDS = 2, 5, 160


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=SERVERS, default="serve")
    parser.add_argument(
        "--threads", type=int, help="threads of each worker (default: as in production)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="check that the benchmark can be run, on little data"
    )
    options = parser.parse_args()
    sizes = QUICK if options.quick else FULL
    began = time.monotonic()
    # Exit normally on SIGTERM, so that servers are stopped and files removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was stopped."))
    try:
        with scratch_server() as (url, environment):
            if options.threads:
                environment["WORKER_THREADS"] = str(options.threads)
            with (
                embedding_engine(environment) as engine,
                scratch_databases(url, environment, sizes) as (small, large, members),
            ):
                machine = machine_facts(large, options.server)
                with (
                    served(small, members, environment, options) as small_server,
                    served(large, members, environment, options) as large_server,
                    served(large, members, environment, options, page_cache=True) as caching_server,
                ):
                    log("measuring")
                    servers = (small_server, large_server, caching_server)
                    until = began if options.quick else began + MAX_SECONDS
                    seconds = MOMENT if options.quick else SECONDS
                    results = measure(*servers, seconds=seconds, until=until)
                    memory = max(server.memory() for server in servers)
                tasks = measure_tasks(large, environment, sizes)
                tasks["engine_bytes"] = largest_worker(engine)
    except (BadResponse, subprocess.CalledProcessError, psycopg.Error) as error:
        sys.exit(f"The benchmark could not be run: {error}")
    unit = results[ONE_QUERY.name].percentile(0.5)
    table = f"{as_table(results, memory)}\n\n{tasks_table(tasks, unit)}"
    print(f"\n{table}\n")
    if options.quick:
        log(f"took {time.monotonic() - began:.0f} seconds; no target was judged")
        return
    missed = [*misses(results, memory), *slow_tasks(tasks, unit)]
    report(results, memory, tasks, machine, missed, table)
    log(f"took {time.monotonic() - began:.0f} seconds")
    if missed:
        sys.exit("\n".join(missed))
    log("every target is met")


def machine_facts(database: str, server: str) -> dict[str, str | int]:
    """Return what the results depend on, without identifying the machine."""
    with psycopg.connect(database) as connection:
        version = connection.info.server_version
    return {
        "server": server,
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
        "django": django.get_version(),
        "postgresql": f"{version // 10_000}.{version % 10_000}",
        "workers": WORKERS,
        "connections": CONNECTIONS,
    }


def measure(
    small: Server, large: Server, caching: Server, *, seconds: float, until: float
) -> dict[str, Result]:
    """Measure all pages in several rounds; return the results by page name."""
    results = {page.name: Result(page) for page in [BARE, ONE_QUERY, *PAGES]}
    for server in (small, large, caching):
        for page in [BARE, ONE_QUERY, *PAGES]:
            if page.is_repeated == (server is caching) or page is ONE_QUERY:
                server.warm_up(page)
    for result in results.values():
        # The server closes connections that were idle while the other servers were used.
        for server in (small, large, caching):
            server.connections.renew()
        server = caching if result.page.is_repeated else large
        result.queries = server.queries(result.page)
        if not result.page.is_repeated:
            result.queries_before = small.queries(result.page)
        _headers, body = large.get(result.page)
        result.size = len(body)
        _headers, body = server.get(result.page, Accept_Encoding="gzip")
        result.compressed = len(body)
    for number in range(MAX_ROUNDS):
        began = time.monotonic()
        bare = large.round(BARE, seconds)
        record(results[BARE.name], bare, large.round(ONE_QUERY, seconds, renew=False).rate)
        for page in PAGES:
            server = caching if page.is_repeated else large
            baseline = server.round(ONE_QUERY, seconds / 2)
            record(results[ONE_QUERY.name], baseline, baseline.rate)
            result = results[page.name]
            if page.is_repeated:
                record(result, server.round(page, seconds, renew=False), baseline.rate)
                continue
            # Alternate the order of the two databases.
            if number % 2:
                before = small.round(page, seconds)
                outcome = large.round(page, seconds, renew=False)
            else:
                outcome = large.round(page, seconds, renew=False)
                before = small.round(page, seconds)
            record(result, outcome, baseline.rate)
            result.drops.append(outcome.rate / before.rate - 1)
        now = time.monotonic()
        if number + 1 >= MIN_ROUNDS and now + (now - began) > until:
            break
    return results


def measure_tasks(database: str, environment: dict[str, str], sizes: Sizes) -> dict[str, float]:
    """Measure what takes longer than a page; return times in seconds, and numbers."""
    return (
        measure_figures(database, environment)
        | measure_matching(database, environment, sizes)
        | measure_passages(database, environment)
    )


def measure_figures(database: str, environment: dict[str, str]) -> dict[str, float]:
    """Run benchmarks/registrations.py and return its results."""
    environment = environment | {"DATABASE_URL": database}
    file = Path(environment["DATA_DIR"]) / "figures.json"
    run(["benchmarks/registrations.py", "measure", str(file)], environment)
    return json.loads(file.read_text())


def measure_matching(database: str, environment: dict[str, str], sizes: Sizes) -> dict[str, float]:
    """Run benchmarks/matching.py and return its results."""
    environment = environment | {"DATABASE_URL": database}
    file = Path(environment["DATA_DIR"]) / "matching.json"
    run(["benchmarks/matching.py", "fill", *map(str, sizes.matching)], environment)
    run(["benchmarks/matching.py", "measure", str(file)], environment)
    return json.loads(file.read_text())


def measure_passages(database: str, environment: dict[str, str]) -> dict[str, float]:
    """Run benchmarks/passages.py and return its results."""
    environment = environment | {"DATABASE_URL": database}
    file = Path(environment["DATA_DIR"]) / "passages.json"
    run(["benchmarks/passages.py", "measure", str(file)], environment)
    return json.loads(file.read_text())


def record(result: Result, outcome: RoundResult, baseline: float) -> None:
    """Add a round to the results; `baseline` is the rate of the one-query view at that time."""
    result.rates.append(outcome.rate)
    result.ratios.append(outcome.rate / baseline)
    result.latencies.append(outcome.latencies)


if __name__ == "__main__":
    main()
