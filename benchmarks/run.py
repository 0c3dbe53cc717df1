"""How fast the pages are, on a scratch database and the server of production: `make bench`.

Servers with two workers each run side by side: one with 1,000 cases and one with 10,000 and a
million comments, with ten times the offers and requests as well, both without a page cache; and a
third that caches the pages of the larger database. Pages are measured in short rounds, each after a
round of the one-query view, so that whatever else the machine does at that moment affects both; the
medians of the rounds count. In the end requests are ranked among 10,000 cities with 50,000 offers.

It prints a table, writes it to benchmarks/results.md and results.json, and fails with a sentence
for each target that is missed.
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

from benchmarks.client import BadAnswer
from benchmarks.pages import BARE, ONE_QUERY, PAGES
from benchmarks.results import Result, as_table, misses, report, slow_tasks, tasks_table
from benchmarks.scratch import MATCHED, databases, run, say, scratch_server
from benchmarks.servers import CONNECTIONS, SERVERS, WORKERS, Server, served

SECONDS = 0.6
# As many rounds as the time allows: a busy machine takes longer to fill the databases.
FEWEST_ROUNDS, MOST_ROUNDS, MOST_SECONDS = 2, 5, 160


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--server", choices=SERVERS, default="serve")
    options.add_argument("--threads", type=int, help="of each worker, if not as in production")
    chosen = options.parse_args()
    began = time.monotonic()
    # Interrupting this program stops the servers and removes the folder.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was stopped."))
    try:
        with scratch_server() as (url, environment):
            if chosen.threads:
                environment["WORKER_THREADS"] = str(chosen.threads)
            with databases(url, environment) as (small, large, members):
                machine = facts(large, chosen.server)
                with (
                    served(small, members, environment, chosen) as small_server,
                    served(large, members, environment, chosen) as large_server,
                    served(large, members, environment, chosen, caches=True) as caching_server,
                ):
                    say("measuring")
                    servers = (small_server, large_server, caching_server)
                    results = measure(*servers, until=began + MOST_SECONDS)
                    memory = max(server.memory() for server in servers)
                counting = count(large, environment)
                matching = match(large, environment)
    except (BadAnswer, subprocess.CalledProcessError, psycopg.Error) as error:
        sys.exit(f"The benchmark could not be run: {error}")
    unit = results[ONE_QUERY.name].percentile(0.5)
    table = f"{as_table(results, memory)}\n\n{tasks_table(counting | matching, unit)}"
    missed = [*misses(results, memory), *slow_tasks(counting | matching, unit)]
    print(f"\n{table}\n")
    report(results, memory, counting | matching, machine, missed, table)
    say(f"took {time.monotonic() - began:.0f} seconds")
    if missed:
        sys.exit("\n".join(missed))
    say("every target is met")


def facts(database: str, server: str) -> dict[str, str | int]:
    """What the figures depend on, and nothing that names the machine."""
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


def measure(small: Server, large: Server, caching: Server, *, until: float) -> dict[str, Result]:
    """All pages in turn, round after round."""
    results = {page.name: Result(page) for page in [BARE, ONE_QUERY, *PAGES]}
    for server in (small, large, caching):
        for page in [BARE, ONE_QUERY, *PAGES]:
            if page.is_repeated == (server is caching) or page is ONE_QUERY:
                server.warm_up(page)
    for result in results.values():
        server = caching if result.page.is_repeated else large
        result.queries = server.queries(result.page)
        if not result.page.is_repeated:
            result.queries_before = small.queries(result.page)
        _headers, body = large.ask(result.page)
        result.size = len(body)
        _headers, body = server.ask(result.page, Accept_Encoding="gzip")
        result.compressed = len(body)
    for number in range(MOST_ROUNDS):
        began = time.monotonic()
        bare = large.round(BARE, SECONDS)
        note(results[BARE.name], bare, large.round(ONE_QUERY, SECONDS, renew=False).rate)
        for page in PAGES:
            server = caching if page.is_repeated else large
            ceiling = server.round(ONE_QUERY, SECONDS / 2)
            note(results[ONE_QUERY.name], ceiling, ceiling.rate)
            result = results[page.name]
            if page.is_repeated:
                note(result, server.round(page, SECONDS, renew=False), ceiling.rate)
                continue
            # Who comes first takes turns as well.
            if number % 2:
                before = small.round(page, SECONDS)
                outcome = large.round(page, SECONDS, renew=False)
            else:
                outcome = large.round(page, SECONDS, renew=False)
                before = small.round(page, SECONDS)
            note(result, outcome, ceiling.rate)
            result.drops.append(outcome.rate / before.rate - 1)
        now = time.monotonic()
        if number + 1 >= FEWEST_ROUNDS and now + (now - began) > until:
            break
    return results


def count(database: str, environment: dict[str, str]) -> dict[str, float]:
    """How long it takes to count the figures of a series: what benchmarks/attend.py tells."""
    told = Path(environment["DATA_DIR"]) / "counting.json"
    run(["benchmarks/attend.py", "count", str(told)], environment | {"DATABASE_URL": database})
    return json.loads(told.read_text())


def match(database: str, environment: dict[str, str]) -> dict[str, float]:
    """How long it takes to bring cities together: what benchmarks/partner.py tells."""
    there = environment | {"DATABASE_URL": database}
    told = Path(environment["DATA_DIR"]) / "matching.json"
    run(["benchmarks/partner.py", "fill", *map(str, MATCHED)], there)
    run(["benchmarks/partner.py", "match", str(told)], there)
    return json.loads(told.read_text())


def note(result: Result, outcome, ceiling: float) -> None:
    result.rates.append(outcome.rate)
    result.ratios.append(outcome.rate / ceiling)
    result.latencies.append(outcome.latencies)


if __name__ == "__main__":
    main()
