"""How fast the pages are, on a scratch database and the server of production: `make bench`.

Two servers with two workers each stand side by side, one before 1,000 cases and one before
10,000 and a million comments, with ten times the offers and requests as well. Pages are measured in
short rounds, each beside a round of the one-query view, so that whatever else the machine does at
that moment weighs on both; medians of the rounds count. In the end requests are ranked among 10,000
cities with 50,000 offers.

It prints a table, writes it to benchmarks/results.md and results.json, and fails with a sentence
for each target that is missed.
"""

import argparse
import atexit
import json
import os
import platform
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django
import psutil
import psycopg

from benchmarks import pages
from benchmarks.client import BadAnswer, Connections, request
from benchmarks.pages import BARE, HOST, ONE_QUERY, PAGES, Asking, Page
from config.environment import BASE_DIR as BASE
from config.postgres import embedded_url

SMALL, LARGE, COMMENTS = 1_000, 10_000, 1_000_000
# Cities, offers and requests beside them, and those among which requests are ranked.
FEW_PARTNERS, MANY_PARTNERS = (1_000, 1_000, 200), (1_000, 10_000, 2_000)
MATCHED = (10_000, 50_000, 2_000)
WORKERS, CONNECTIONS = 2, 8
SECONDS = 0.7
# As many rounds as the time allows: a busy machine takes longer to fill the databases.
FEWEST_ROUNDS, MOST_ROUNDS, MOST_SECONDS = 2, 5, 160
RESULTS = BASE / "benchmarks"
# What `manage.py serve` starts, and others to compare it with where they are installed.
SERVERS = {
    "serve": "manage.py serve --port {port} --workers {workers}",
    "gunicorn-sync": "-m gunicorn -b 127.0.0.1:{port} -w {workers} -k sync config.wsgi",
    "gunicorn-gthread": "-m gunicorn -b 127.0.0.1:{port} -w {workers} -k gthread "
    "--threads {threads} config.wsgi",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--server", choices=SERVERS, default="serve")
    options.add_argument("--threads", type=int, help="of each worker, if not as in production")
    chosen = options.parse_args()
    began = time.monotonic()
    # Whoever stops this program stops the servers too, and finds no folder left behind.
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
                ):
                    say("measuring")
                    results = measure(small_server, large_server, until=began + MOST_SECONDS)
                    memory = max(small_server.memory(), large_server.memory())
                matching = match(large, environment)
    except (BadAnswer, subprocess.CalledProcessError, psycopg.Error) as error:
        sys.exit(f"The benchmark could not be run: {error}")
    table = f"{as_table(results, memory)}\n\n{matching_table(matching)}"
    missed = [*misses(results, memory), *slow_matching(matching)]
    print(f"\n{table}\n")
    report(results, memory, matching, machine, missed, table)
    say(f"took {time.monotonic() - began:.0f} seconds")
    if missed:
        sys.exit("\n".join(missed))
    say("every target is met")


def say(text: str) -> None:
    print(text, flush=True)


# The scratch database


@contextmanager
def scratch_server() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a server to make databases in, and the environment of production."""
    # An open /tmp: under root the embedded server runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    # Registered first, carried out last: the server in the folder is stopped before.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment = os.environ | {
        "ALLOWED_HOSTS": HOST,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "MAIL_URL": "console:",
        "PYTHONPATH": str(BASE),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "STATIC_ROOT": str(folder / "static"),
    }
    for name in ("CACHE_URL", "DEBUG", "DEMO", "TESTING"):
        environment.pop(name, None)
    yield os.environ.get("DATABASE_URL") or embedded_url(folder, durable=False), environment


@contextmanager
def databases(url: str, environment: dict[str, str]) -> Iterator[tuple[str, str, dict]]:
    """Two databases, one with few cases and one with many, dropped in the end; and who signs in."""
    names = [f"exchange_bench_{os.getpid()}_{size}" for size in (SMALL, LARGE)]
    small, large = (urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for name in names)
    with psycopg.connect(url, autocommit=True) as server:
        try:
            server.execute(f"CREATE DATABASE {names[0]}")
            began = time.monotonic()
            run(["manage.py", "prepare", "--verbosity=0"], environment | {"DATABASE_URL": small})
            say(f"database prepared in {time.monotonic() - began:.0f} seconds")
            members = Path(environment["DATA_DIR"]) / "members.json"
            with_small = environment | {"DATABASE_URL": small}
            run(["benchmarks/fill.py", str(SMALL)], with_small)
            run(["benchmarks/discuss.py", "members", str(members)], with_small)
            run(["benchmarks/partner.py", "fill", *map(str, FEW_PARTNERS)], with_small)
            server.execute(f"CREATE DATABASE {names[1]} TEMPLATE {names[0]}")
            with_large = environment | {"DATABASE_URL": large}
            run(["benchmarks/fill.py", str(LARGE)], with_large)
            run(["benchmarks/discuss.py", "comments", str(COMMENTS)], with_large)
            run(["benchmarks/partner.py", "fill", *map(str, MANY_PARTNERS)], with_large)
            yield small, large, json.loads(members.read_text())
        finally:
            for name in names:
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def run(arguments: list[str], environment: dict[str, str]) -> None:
    subprocess.run([sys.executable, *arguments], cwd=BASE, env=environment, check=True)


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


# The servers


@dataclass
class Server:
    """A running server with the requests that it will be asked."""

    process: psutil.Process
    connections: Connections
    askings: dict[str, Asking]

    def round(self, page: Page, seconds: float, *, renew: bool = True):
        if renew:
            self.connections.renew()
        requests = map(self.askings[page.name], repeat([]))
        return self.connections.run(requests, seconds=seconds, status=page.status)

    def ask(self, page: Page, **headers: str) -> tuple[dict[bytes, bytes], bytes]:
        extra = [(name.replace("_", "-"), value) for name, value in headers.items()]
        return self.connections.ask(self.askings[page.name](extra))

    def memory(self) -> int:
        """Bytes of the largest worker."""
        workers = self.process.children(recursive=True)
        return max(worker.memory_info().rss for worker in workers if is_worker(worker))


def is_worker(process: psutil.Process) -> bool:
    return "resource_tracker" not in " ".join(process.cmdline())


@contextmanager
def served(database: str, members: dict, environment: dict[str, str], chosen) -> Iterator[Server]:
    """Start the server before one database, with a few connections to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = chosen.threads or 1
    command = SERVERS[chosen.server].format(port=port, workers=WORKERS, threads=threads)
    process = subprocess.Popen(
        [sys.executable, *command.split()],
        cwd=BASE,
        env=environment | {"DATABASE_URL": database},
    )
    try:
        wait_for(port, process)
        connections = Connections(port, CONNECTIONS)
        path = pages.addresses(database)["case"][0]
        headers, _body = connections.ask(request(path, host=HOST))
        etag = headers[b"etag"].decode()
        yield Server(
            process=psutil.Process(process.pid),
            connections=connections,
            askings=pages.askings(database, members, etag),
        )
        connections.close()
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise BadAnswer("the server ended as soon as it was started.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise BadAnswer("the server did not start within a minute.")


# Measuring


@dataclass
class Result:
    """One page: medians of the rounds with many cases, and how they compare."""

    page: Page
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    drops: list[float] = field(default_factory=list)
    latencies: list[list[float]] = field(default_factory=list)
    queries: int = 0
    size: int = 0
    compressed: int = 0

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the requests of a round was answered."""
        ordered = map(sorted, self.latencies)
        return median(row[min(int(len(row) * share), len(row) - 1)] for row in ordered)

    def as_dict(self) -> dict:
        return {
            "requests_per_second": round(median(self.rates), 1),
            "share_of_one_query_view": round(median(self.ratios), 3),
            "requests": sum(map(len, self.latencies)),
            "p50_ms": round(self.percentile(0.5) * 1000, 1),
            "p99_ms": round(self.percentile(0.99) * 1000, 1),
            "queries": self.queries,
            "bytes": self.size,
            "bytes_compressed": self.compressed,
            "change_with_ten_times_the_cases_and_a_million_comments": round(median(self.drops), 3)
            if self.drops
            else None,
        }


def measure(small: Server, large: Server, *, until: float) -> dict[str, Result]:
    """All pages in turn, round after round."""
    results = {page.name: Result(page) for page in [BARE, ONE_QUERY, *PAGES]}
    for server in (small, large):
        for page in [BARE, ONE_QUERY, *PAGES]:
            server.round(page, page.warm_up)
    for result in results.values():
        headers, body = large.ask(result.page, X_Count_Queries="1")
        result.queries, result.size = int(headers[b"x-queries"]), len(body)
        _headers, body = large.ask(result.page, Accept_Encoding="gzip")
        result.compressed = len(body)
    for number in range(MOST_ROUNDS):
        began = time.monotonic()
        bare = large.round(BARE, SECONDS)
        note(results[BARE.name], bare, large.round(ONE_QUERY, SECONDS, renew=False).rate)
        for page in PAGES:
            ceiling = large.round(ONE_QUERY, SECONDS / 2)
            note(results[ONE_QUERY.name], ceiling, ceiling.rate)
            result = results[page.name]
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


def misses(results: dict[str, Result], memory: int) -> list[str]:
    """A sentence for each target that is missed."""
    sentences = []
    for page in PAGES:
        result = results[page.name]
        ratio, slow = median(result.ratios), result.percentile(0.99)
        drop = -median(result.drops)
        if page.ratio and ratio < page.ratio:
            sentences.append(
                f"Missed: {page.name} reaches {ratio:.3f} of the one-query view, not {page.ratio}."
            )
        if page.slowest and slow >= page.slowest:
            sentences.append(
                f"Missed: {page.name} takes {slow * 1000:.0f} ms at the 99th percentile, "
                f"not under {page.slowest * 1000:.0f} ms."
            )
        if page.drop is not None and drop > page.drop:
            sentences.append(
                f"Missed: {page.name} loses {drop:.0%} from {SMALL:,} to {LARGE:,} cases and "
                f"{COMMENTS:,} comments, more than {page.drop:.0%}."
            )
    if memory >= pages.WORKER_BYTES:
        sentences.append(
            f"Missed: a worker takes {megabytes(memory)}, not under "
            f"{megabytes(pages.WORKER_BYTES)}."
        )
    return sentences


def slow_matching(matching: dict[str, float]) -> list[str]:
    sentences = []
    if matching["ranking_slowest"] >= pages.RANKING:
        sentences.append(
            f"Missed: ranking a request takes up to {matching['ranking_slowest'] * 1000:.0f} ms, "
            f"not under {pages.RANKING * 1000:.0f} ms."
        )
    if matching["round"] >= pages.ROUND:
        sentences.append(
            f"Missed: a round takes {matching['round']:.1f} seconds, not under {pages.ROUND}."
        )
    return sentences


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"


def as_table(results: dict[str, Result], memory: int) -> str:
    """The results in Markdown."""
    head = ["", "requests/s", "of one-query", "asked", "p50 ms", "p99 ms", "queries"]
    head += ["bytes", "gzip", "with ten times as much and 1,000,000 comments"]
    rows = []
    for result in results.values():
        told = result.as_dict()
        change = told["change_with_ten_times_the_cases_and_a_million_comments"]
        rows.append(
            [
                result.page.name,
                f"{told['requests_per_second']:.0f}",
                f"{told['share_of_one_query_view']:.3f}",
                f"{result.page.ratio or ''}",
                f"{told['p50_ms']:.1f}",
                f"{told['p99_ms']:.1f}",
                f"{result.queries}",
                f"{result.size:,}",
                f"{result.compressed:,}",
                "" if change is None else f"{change:+.1%}",
            ]
        )
    return f"{markdown([head, *rows])}\n\nLargest worker: {megabytes(memory)}"


def matching_table(matching: dict[str, float]) -> str:
    cities, offers, _requests = MATCHED
    return markdown(
        [
            ["", "seconds", "slowest", "asked", "queries", "outcome"],
            [
                f"ranking one request among {cities:,} cities with {offers:,} offers",
                f"{matching['ranking_median']:.3f}",
                f"{matching['ranking_slowest']:.3f}",
                f"{pages.RANKING}",
                f"{matching['ranking_queries']}",
                f"up to {matching['candidates']:,} candidates",
            ],
            [
                f"a round of {matching['requests']:,} requests and {matching['cities']:,} cities",
                f"{matching['round']:.1f}",
                "",
                f"{pages.ROUND}",
                f"{matching['round_queries']}",
                f"{matching['assigned']:,} assigned",
            ],
        ]
    )


def markdown(rows: list[list[str]]) -> str:
    """A table, of which the first row is the head."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [rows[0], ["-" * width for width in widths], *rows[1:]]
    )


def report(results, memory: int, matching, machine: dict, missed: list[str], table: str) -> None:
    """Write the results down beside this file."""
    told = {
        "machine": machine,
        "worker_bytes": memory,
        "pages": {name: result.as_dict() for name, result in results.items()},
        "matching": matching,
        "missed": missed,
    }
    (RESULTS / "results.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    known = ", ".join(f"{name} {value}" for name, value in machine.items())
    verdict = "\n".join(f"- {line}" for line in missed) or "Every target is met."
    (RESULTS / "results.md").write_text(
        f"# Results of the last `make bench`\n\n{known}\n\n{table}\n\n{verdict}\n"
    )


if __name__ == "__main__":
    main()
