"""Format the results as tables and files, with a sentence for each missed target."""

import json
from dataclasses import dataclass, field
from statistics import median

from benchmarks import pages
from benchmarks.databases import FULL
from benchmarks.pages import PAGES, Page
from config.environment import BASE_DIR

FOLDER = BASE_DIR / "benchmarks"
SMALL, LARGE = FULL.cases


@dataclass
class Result:
    """The rounds of one page with the large database, and comparisons."""

    page: Page
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    drops: list[float] = field(default_factory=list)
    latencies: list[list[float]] = field(default_factory=list)
    queries: int = 0
    # With the small database; None for pages that are measured only with the large one.
    queries_before: int | None = None
    size: int = 0
    compressed: int = 0

    def percentile(self, share: float) -> float:
        """Return the median over all rounds of a percentile of the latencies, in seconds."""
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
            "queries_with_few_cases": self.queries_before,
            "bytes": self.size,
            "bytes_compressed": self.compressed,
            "change_with_ten_times_the_cases_and_a_million_comments": round(median(self.drops), 3)
            if self.drops
            else None,
        }


def misses(results: dict[str, Result], memory: int) -> list[str]:
    """Return a sentence for each missed target."""
    sentences = []
    for page in PAGES:
        result = results[page.name]
        ratio = median(result.ratios)
        if page.ratio and ratio < page.ratio:
            sentences.append(
                f"Missed: {page.name} reaches {ratio:.3f} of the one-query view, not {page.ratio}."
            )
        if page.is_repeated and result.queries != 1:
            sentences.append(f"Missed: {page.name} makes {result.queries} queries, not 1.")
        before = result.queries_before
        if page.has_fixed_queries and before is not None and result.queries > before:
            sentences.append(
                f"Missed: {page.name} makes {result.queries} queries with {LARGE:,} cases, "
                f"and {before} with {SMALL:,}."
            )
        if page.drop is not None and -median(result.drops) > page.drop:
            sentences.append(
                f"Missed: {page.name} loses {-median(result.drops):.0%} from {SMALL:,} to "
                f"{LARGE:,} cases and {FULL.comments:,} comments, more than {page.drop:.0%}."
            )
    if memory > pages.MAX_WORKER_BYTES:
        sentences.append(
            f"Missed: a worker takes {megabytes(memory)}, more than "
            f"{megabytes(pages.MAX_WORKER_BYTES)}."
        )
    return sentences


@dataclass(frozen=True)
class Task:
    """A task that takes longer than a page, with its keys in the figures and its target."""

    name: str
    key: str
    # How many times the median of the one-query view it may take.
    most: int
    queries: str
    outcome: str


cities, offers, _requests = FULL.matching
TASKS = [
    Task(
        f"ranking one request among {cities:,} cities with {offers:,} offers",
        "ranking_slowest",
        pages.MAX_RANKING,
        "ranking_queries",
        "up to {candidates:,} candidates",
    ),
    Task(
        "a round of matches",
        "round",
        pages.MAX_ROUND,
        "round_queries",
        "{assigned:,} assigned of {requests:,} requests and {cities:,} cities",
    ),
    Task(
        "counting the figures of a series",
        "counting_slowest",
        pages.MAX_COUNTING,
        "counting_queries",
        "{registrations:,} registrations, {answers:,} answers to surveys",
    ),
    Task(
        "the vector of a question",
        "embedding_slowest",
        pages.MAX_EMBEDDING,
        "embedding_queries",
        "an engine of {engine_megabytes:.0f} MB",
    ),
    Task(
        "practices and cases close to a text",
        "suggestion_slowest",
        pages.MAX_NEAREST,
        "suggestion_queries",
        "from {passages:,} passages",
    ),
    Task(
        "looking for changed texts in the collection",
        "due_slowest",
        pages.MAX_LOOK,
        "due_queries",
        "once for each edition",
    ),
]


def slow_tasks(figures: dict[str, float], unit: float) -> list[str]:
    """Return a sentence for each missed target; `unit` is the time of the one-query view."""
    sentences = [
        f"Missed: {task.name} takes {figures[task.key] / unit:.0f} times as long as the one-query "
        f"view, more than {task.most:,}."
        for task in TASKS
        if figures[task.key] > task.most * unit
    ]
    if figures["engine_bytes"] > pages.MAX_ENGINE_BYTES:
        sentences.append(
            f"Missed: the embedding engine takes {megabytes(int(figures['engine_bytes']))}, more "
            f"than {megabytes(pages.MAX_ENGINE_BYTES)}."
        )
    if figures["suggestion_queries"] > pages.MAX_SUGGESTION_QUERIES:
        sentences.append(
            f"Missed: a suggestion makes {figures['suggestion_queries']} queries, not "
            f"{pages.MAX_SUGGESTION_QUERIES}."
        )
    return sentences


def tasks_table(figures: dict[str, float], unit: float) -> str:
    """Return the tasks as a Markdown table; `unit` is the time of the one-query view."""
    head = ["", "slowest, ms", "of one-query", "target", "queries", "outcome"]
    figures = figures | {"engine_megabytes": figures["engine_bytes"] / 1024**2}
    rows = [
        [
            task.name,
            f"{figures[task.key] * 1000:.0f}",
            f"{figures[task.key] / unit:.0f}",
            f"{task.most:,}",
            f"{figures[task.queries]}",
            task.outcome.format(**figures),
        ]
        for task in TASKS
    ]
    return markdown([head, *rows])


def megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f} MB"


def as_table(results: dict[str, Result], memory: int) -> str:
    """Return the results of the pages as a Markdown table."""
    head = ["", "requests/s", "of one-query", "target", "p50 ms", "p99 ms", "queries"]
    head += ["bytes", "gzip", "with ten times as much and 1,000,000 comments"]
    rows = []
    for result in results.values():
        values = result.as_dict()
        change = values["change_with_ten_times_the_cases_and_a_million_comments"]
        rows.append(
            [
                result.page.name,
                f"{values['requests_per_second']:.0f}",
                f"{values['share_of_one_query_view']:.3f}",
                f"{result.page.ratio or ''}",
                f"{values['p50_ms']:.1f}",
                f"{values['p99_ms']:.1f}",
                f"{result.queries}",
                f"{result.size:,}",
                f"{result.compressed:,}",
                "" if change is None else f"{change:+.1%}",
            ]
        )
    return f"{markdown([head, *rows])}\n\nLargest worker: {megabytes(memory)}"


def markdown(rows: list[list[str]]) -> str:
    """Return a Markdown table; the first row is the header."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in [rows[0], ["-" * width for width in widths], *rows[1:]]
    )


def report(results, memory: int, tasks, machine: dict, missed: list[str], table: str) -> None:
    """Write the results to files in this folder."""
    content = {
        "machine": machine,
        "worker_bytes": memory,
        "pages": {name: result.as_dict() for name, result in results.items()},
        "tasks": tasks,
        "missed": missed,
    }
    (FOLDER / "results.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    facts = ", ".join(f"{name} {value}" for name, value in machine.items())
    verdict = "\n".join(f"- {line}" for line in missed) or "Every target is met."
    (FOLDER / "results.md").write_text(
        f"# Results of the last `make bench`\n\n{facts}\n\n{table}\n\n{verdict}\n"
    )
