"""Results as tables, with a sentence for each missed target."""

import os
from dataclasses import dataclass, field
from statistics import median, quantiles

import django
from django.db import connection
from django.utils import timezone

from benchmarks import pages
from benchmarks.pages import Page
from config.environment import BASE_DIR


@dataclass
class Result:
    """The rounds of one page: rates, those as parts of the one-query view, and seconds taken."""

    page: Page
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    queries: int = 0
    size: int = 0

    def percentile(self, number: int) -> float:
        """Return a percentile of the times in milliseconds."""
        return 1000 * quantiles(self.seconds, n=100, method="inclusive")[number - 1]


def pages_table(results: list[Result]) -> str:
    head = "| | requests/s | of one-query | target | p50 ms | p99 ms | queries | bytes |"
    rows = [
        f"| {result.page.name} | {median(result.rates):.0f} | {median(result.ratios):.3f} "
        f"| {result.page.target or ''} | {result.percentile(50):.1f} "
        f"| {result.percentile(99):.1f} | {result.queries} | {result.size:,} |"
        for result in results
    ]
    return "\n".join([head, "|---" * 8 + "|", *rows])


def missed_by_pages(results: list[Result]) -> list[str]:
    missed = []
    for result in results:
        name, target, ratio = result.page.name, result.page.target, median(result.ratios)
        if target and ratio < target:
            missed.append(f"{name} reaches {ratio:.3f} of the one-query view, not {target}")
        if result.page.is_repeated and result.queries > 1:
            missed.append(f"{name} makes {result.queries} queries, not 1")
        if name == "home" and result.size > pages.MOST_HOME_BYTES:
            missed.append(f"{name} has {result.size:,} bytes, not {pages.MOST_HOME_BYTES:,}")
    return missed


def scale_table(few: dict[str, Result], many: dict[str, Result]) -> str:
    head = "| | p50 ms, 10,000 cases | p50 | p95, 10,000 | p95 | queries, 10,000 | queries |"
    rows = [
        f"| {name} | {before.percentile(50):.0f} | {many[name].percentile(50):.0f} "
        f"| {before.percentile(95):.0f} | {many[name].percentile(95):.0f} "
        f"| {before.queries} | {many[name].queries} |"
        for name, before in few.items()
    ]
    return "\n".join([head, "|---" * 7 + "|", *rows])


def missed_with_many_cases(few: dict[str, Result], many: dict[str, Result]) -> list[str]:
    missed = []
    for name, result in many.items():
        times, slow = result.percentile(50) / few[name].percentile(50), result.percentile(95)
        if name in pages.BY_KEY and times > pages.MOST_TIMES:
            missed.append(f"{name} takes {times:.1f} times as long as with 10,000 cases")
        if name not in pages.BY_KEY and slow > pages.MOST_MS:
            missed.append(f"{name} takes {slow:.0f} ms at the 95th percentile")
    return missed


def report(
    file: str, command: str, table: str, missed: list[str], worker: int, most: int
) -> list[str]:
    """Print the results and write them to a file in this folder; return all that was missed.

    `worker` is the memory of the largest one in bytes, `most` the target in MB.
    """
    size = worker / 1024**2
    if size > most:
        missed = [*missed, f"a worker takes {size:.0f} MB, not {most}"]
    versions = f"Django {django.get_version()}, PostgreSQL {connection.pg_version // 10_000}"
    table = f"{table}\n\nLargest worker: {size:.0f} MB"
    print(table, flush=True)
    (BASE_DIR / "benchmarks" / file).write_text(
        f"# Results of the last `{command}`\n\n"
        f"{timezone.localdate()}, {os.cpu_count()} cores, {versions}\n\n{table}\n\n"
        + "".join(f"- Missed: {line}.\n" for line in missed)
        + ("" if missed else "Every target is met.\n")
    )
    return missed
