"""Benchmark pages with up to a hundred times the content: `make bench SCALE=100`.

A scratch database is filled by benchmarks/scale_fill.py. Then one connection requests pages from
the production server without the page cache, so that nothing waits but the page itself. The first
page of each kind, for which the worker may build an index, is measured separately. Other load on
the machine makes pages slower, but hardly their processor time, which is the mean of the worker and
the database together; it is known if the database runs on the same machine.

The result is printed as a table, beside that of the last `make bench SCALE=1` on this machine,
which is kept in .data. With `--database` it can be run again on a database filled before.
"""

import argparse
import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import cycle, islice, pairwise
from pathlib import Path
from statistics import median_low, quantiles

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
import psycopg

from benchmarks.client import Connections, request
from benchmarks.databases import log, run, scratch_database, scratch_server
from benchmarks.pages import HOST
from benchmarks.servers import largest_worker, running_server
from config.environment import BASE_DIR

# URLs of each kind of page that are requested, fewer after so many seconds, and seconds to wait for
# one.
REQUESTS, FEWEST, SECONDS, PATIENCE = 20, 5, 10, 900
# The result with 10,000 cases.
SMALL = BASE_DIR / ".data" / "scale-1.json"
# The status of pages, where it is not 200.
STATUS = {"comment": 302}

# Random rows by number instead of ORDER BY random(), which would read all of a large table.
SOME = """
SELECT {column} FROM {table} WHERE id IN (
    SELECT first + floor(random() * (last - first + 1))::bigint
    FROM (SELECT min(id) AS first, max(id) AS last FROM {table}) AS ids, generate_series(1, 200)
)
"""


@dataclass
class Measured:
    """The times of the pages of one kind in milliseconds, their statements, and the memory of the
    largest worker in megabytes afterwards.
    """

    first: float
    times: list[float]
    processor: float
    statements: int
    memory: float

    def percentile(self, number: int) -> float:
        return quantiles(self.times, n=100, method="inclusive")[number - 1]


def urls(database: str) -> dict[str, list[str]]:
    """Return different URLs of each kind of page."""
    with psycopg.connect(database) as connection:
        connection.execute("SELECT setseed(0.3)")

        def column(sql: str) -> list[str]:
            return [str(row[0]) for row in connection.execute(sql)]

        def some(table: str, name: str) -> list[str]:
            return column(SOME.format(table=table, column=name))

        cases = some("repository_casestudy", "slug")
        cities = some("repository_city", "slug")
        members = some("community_user", "handle")
        comments = some("community_comment", "id")
        themes = column("SELECT slug FROM repository_theme ORDER BY id")
        practices = column("SELECT slug FROM repository_practice ORDER BY id")
        countries = column("SELECT DISTINCT lower(country_id) FROM repository_city ORDER BY 1")
        tags = column("SELECT slug FROM repository_tag ORDER BY id LIMIT 100")
        [total] = column("SELECT count(*) FROM repository_casestudy WHERE status = 'published'")
        discussed = column(
            "SELECT slug FROM repository_casestudy WHERE id IN (SELECT object_id FROM "
            "community_comment WHERE id < (SELECT min(id) + 2000 FROM community_comment))"
        )
        words = column(
            "SELECT word FROM repository_searchword WHERE strpos(word, '=') = 0 "
            "ORDER BY entries DESC, word LIMIT 2000"
        )
        rare = column(
            "SELECT word FROM repository_searchword WHERE entries BETWEEN 2 AND 5 LIMIT 100"
        )
    pages = int(total) // 20
    return {
        "case": [f"/cases/{slug}/" for slug in cases],
        "case with comments": [f"/cases/{slug}/" for slug in discussed],
        "city": [f"/cities/{slug}/" for slug in cities],
        "practice": [f"/practices/{slug}/" for slug in practices],
        "country": [f"/countries/{code}/" for code in countries],
        "member": [f"/members/{handle}/" for handle in members],
        "comment": [f"/comments/{pk}/" for pk in comments],
        "home": ["/"],
        "cities": ["/cities/", *(f"/cities/?page={page}" for page in range(2, 20))],
        "list": [f"/cases/?page={page}" for page in range(1, 41)],
        "list, late pages": [f"/cases/?page={pages - page}" for page in range(40)],
        "list by title": [
            f"/cases/?sort=title&page={1 + page * pages // 40}" for page in range(40)
        ],
        "list of a theme": [
            *(f"/cases/?theme={theme}" for theme in themes),
            *(f"/cases/?theme={theme}&page=9" for theme in themes),
        ],
        "list of two facets": [
            f"/cases/?theme={theme}&region={region}"
            for theme in themes
            for region in ("Africa", "Asia")
        ],
        "list of a city": [f"/cases/?city={slug}" for slug in cities],
        "list of a tag": [f"/cases/?tag={slug}" for slug in tags],
        "list with words": [f"/cases/?q={word}" for word in words[::40]],
        "search, frequent word": [f"/search/?q={word}" for word in words[:40]],
        "search, two words": [f"/search/?q={one}+{other}" for one, other in pairwise(words[:80:2])],
        "search, rare word": [f"/search/?q={word}" for word in rare],
        "search, nothing": [f"/search/?q=xq{number}vkwzj" for number in range(40)],
        "search while typing": [f"/search/?q={word[:4]}&partial=1" for word in words[:40]],
        "API: case": [f"/api/v1/cases/{slug}" for slug in cases],
        "API: cases": [f"/api/v1/cases?page={1 + page * pages // 45}" for page in range(40)],
        "API: cities": [f"/api/v1/cities?page={page}" for page in range(1, 41)],
    }


def measure(database: str, environment: dict[str, str], only: str) -> dict[str, Measured]:
    """Return the times of each kind of page."""
    environment = environment | {"DATABASE_URL": database, "PAGES_CACHE": "off"}
    found: dict[str, Measured] = {}
    paths = urls(database)
    with (
        psycopg.connect(database, autocommit=True) as sessions,
        running_server(environment) as (process, port),
    ):
        connections = Connections(port, 1, timeout=PATIENCE)
        server = psutil.Process(process.pid)
        usage = Usage(server, sessions)

        def send(path: str, status: int) -> tuple[float, int]:
            data = request(path, host=HOST, headers=[("X-Count-Queries", "1")])
            began = time.perf_counter()
            headers, _body = connections.send(data, status=status)
            taken = 1000 * (time.perf_counter() - began)
            usage.seconds()
            return taken, int(headers[b"x-queries"])

        for name, each in paths.items():
            if only not in name:
                continue
            first, *others = islice(cycle(each), REQUESTS + 1)
            status = STATUS.get(name, 200)
            first_time, _statements = send(first, status)
            before = usage.seconds()
            until, sent = time.monotonic() + SECONDS, []
            for path in others:
                sent.append(send(path, status))
                if time.monotonic() > until and len(sent) >= FEWEST:
                    break
            times, statements = zip(*sent, strict=True)
            processor = 1000 * (usage.seconds() - before) / len(sent)
            memory = largest_worker(server) / 1e6
            found[name] = Measured(
                first_time, list(times), processor, median_low(statements), memory
            )
            log(row(name, found[name]))
        connections.close()
    return found


class Usage:
    """The processor time of the workers and of their sessions of the database."""

    def __init__(self, server: psutil.Process, sessions: psycopg.Connection):
        self.server, self.sessions = server, sessions
        # Sessions end, so that the time of each is remembered.
        self.known: dict[int, float] = {}

    def seconds(self) -> float:
        rows = self.sessions.execute(
            "SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [process.pid for process in self.server.children(recursive=True)]
        for pid in [*pids, *(pid for (pid,) in rows)]:
            with suppress(psutil.NoSuchProcess):
                self.known[pid] = sum(psutil.Process(pid).cpu_times()[:2])
        return sum(self.known.values())


def row(name: str, found: Measured, small: Measured | None = None) -> str:
    cells = [
        *(found.first, found.percentile(50), found.percentile(95)),
        *(found.processor, found.statements, found.memory),
    ]
    if small:
        cells += [small.percentile(95), small.processor]
    return " | ".join([f"| {name}", *(f"{cell:.0f}" for cell in cells)]) + " |"


def table(results: dict[str, Measured], small: dict[str, Measured]) -> str:
    """Return all results, beside those with 10,000 cases if they are known."""
    heads = ["page", "first, ms", "p50, ms", "p95, ms", "processor, ms", "statements", "worker, MB"]
    if small:
        heads += ["p95, 10,000 cases", "processor, 10,000 cases"]
    rows = [row(name, found, small.get(name)) for name, found in results.items()]
    return "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *rows])


def stored(file: Path) -> dict[str, Measured]:
    if not file.exists():
        return {}
    return {name: Measured(**each) for name, each in json.loads(file.read_text()).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scale", type=float, nargs="?", default=1)
    parser.add_argument("--database", help="a database filled before (default: fill a new one)")
    parser.add_argument("--static", help="the folder with the static files of that database")
    parser.add_argument("--only", default="", help="part of the names of the pages to measure")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The benchmark was stopped."))
    began = time.monotonic()
    with scratch_server() as (url, environment):
        if options.database:
            environment["STATIC_ROOT"] = options.static
            results = measure(options.database, environment, options.only)
        else:
            with scratch_database(url, f"exchange_scale_{os.getpid()}", environment) as database:
                environment |= {"DATABASE_URL": database}
                run(["benchmarks/scale_fill.py", str(options.scale)], environment)
                log(f"database filled after {time.monotonic() - began:.0f} seconds in all")
                results = measure(database, environment, options.only)
    is_small = options.scale == 1 and not options.database and not options.only
    if is_small:
        SMALL.parent.mkdir(exist_ok=True)
        SMALL.write_text(json.dumps({name: asdict(each) for name, each in results.items()}))
    print(table(results, {} if is_small else stored(SMALL)))
    print(f"\nSeconds in all: {time.monotonic() - began:.0f}")
    print(f"Load of the machine: {os.getloadavg()[2]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
