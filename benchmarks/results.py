"""What was measured: as tables, in files beside this one, and a sentence for each target missed."""

import json
from dataclasses import dataclass, field
from statistics import median

from benchmarks import pages
from benchmarks.pages import PAGES, Page
from benchmarks.scratch import COMMENTS, LARGE, MATCHED, SMALL
from config.environment import BASE_DIR

FOLDER = BASE_DIR / "benchmarks"


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


def slow_counting(counting: dict[str, float]) -> list[str]:
    if counting["counting_slowest"] < pages.COUNTING:
        return []
    return [
        f"Missed: counting the figures of a series takes up to "
        f"{counting['counting_slowest'] * 1000:.0f} ms, not under {pages.COUNTING * 1000:.0f} ms."
    ]


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


def counting_line(counting: dict[str, float]) -> str:
    """How long the figures of a series take, which a worker counts once a day and edition."""
    return (
        f"The figures of a series with {counting['registrations']:,} registrations and "
        f"{counting['answers']:,} answers to surveys are counted in "
        f"{counting['counting_median'] * 1000:.0f} ms, at most "
        f"{counting['counting_slowest'] * 1000:.0f} ms, asked: {pages.COUNTING * 1000:.0f} ms; "
        f"{counting['counting_queries']} queries."
    )


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
    (FOLDER / "results.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    known = ", ".join(f"{name} {value}" for name, value in machine.items())
    verdict = "\n".join(f"- {line}" for line in missed) or "Every target is met."
    (FOLDER / "results.md").write_text(
        f"# Results of the last `make bench`\n\n{known}\n\n{table}\n\n{verdict}\n"
    )
