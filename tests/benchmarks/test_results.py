"""The benchmark says which target was missed, and by how much."""

import pytest

from benchmarks import pages
from benchmarks.pages import PAGES
from benchmarks.results import Result, as_table, misses, slow_tasks, tasks_table

TASKS = {
    "ranking_slowest": 0.1,
    "ranking_queries": 3,
    "candidates": 4_971,
    "round": 1.0,
    "round_queries": 3,
    "assigned": 200,
    "requests": 200,
    "cities": 2_000,
    "counting_slowest": 0.25,
    "counting_queries": 7,
    "registrations": 100_000,
    "answers": 50_000,
    "embedding_slowest": 0.005,
    "embedding_queries": 0,
    "suggestion_slowest": 0.01,
    "suggestion_queries": 3,
    "passages": 60_000,
    "due_slowest": 0.15,
    "due_queries": 20,
    "engine_bytes": 200 * 1024 * 1024,
}


def met() -> dict[str, Result]:
    """Every page exactly at its targets."""
    return {
        page.name: Result(
            page,
            rates=[100.0],
            ratios=[page.ratio or 0.001],
            drops=[] if page.is_repeated else [-(page.drop or 0.9)],
            latencies=[[0.01]],
            queries=1,
            queries_before=None if page.is_repeated else 1,
        )
        for page in PAGES
    }


def test_no_output_if_every_target_is_met():
    assert misses(met(), pages.MAX_WORKER_BYTES) == []


@pytest.mark.parametrize(
    ("name", "change", "sentence"),
    [
        ("case, repeated", {"ratios": [0.9]}, "reaches 0.900 of the one-query view, not 1.0."),
        ("case, repeated", {"queries": 3}, "makes 3 queries, not 1."),
        ("home", {"ratios": [0.04, 0.01, 0.06]}, "reaches 0.040 of the one-query view, not 0.05."),
        ("search", {"queries": 3}, "makes 3 queries with 10,000 cases, and 1 with 1,000."),
        (
            "city",
            {"drops": [-0.25]},
            "loses 25% from 1,000 to 10,000 cases and 1,000,000 comments, more than 20%.",
        ),
    ],
)
def test_report_page_that_missed_its_target(name, change, sentence):
    results = met()
    for field, value in change.items():
        setattr(results[name], field, value)
    assert misses(results, 0) == [f"Missed: {name} {sentence}"]


def test_report_memory_of_a_worker():
    assert misses(met(), 180 * 1024 * 1024) == ["Missed: a worker takes 180 MB, more than 170 MB."]


def test_compare_tasks_with_the_one_query_view():
    assert slow_tasks(TASKS, 0.001) == []
    assert slow_tasks(TASKS | {"ranking_slowest": 0.5, "round": 1.2}, 0.001) == [
        "Missed: ranking one request among 10,000 cities with 50,000 offers takes 500 times as "
        "long as the one-query view, more than 100.",
        "Missed: a round of matches takes 1200 times as long as the one-query view, more than "
        "1,000.",
    ]


def test_report_memory_of_the_engine_and_queries_of_a_suggestion():
    assert slow_tasks(TASKS | {"engine_bytes": 210 * 1024**2, "suggestion_queries": 4}, 0.001) == [
        "Missed: the embedding engine takes 210 MB, more than 200 MB.",
        "Missed: a suggestion makes 4 queries, not 3.",
    ]


def test_write_a_row_for_each_page_and_each_task():
    assert len(as_table(met(), 0).splitlines()) == len(PAGES) + 4
    assert [row.split("|")[3].strip() for row in tasks_table(TASKS, 0.001).splitlines()[2:]] == [
        "100",
        "1000",
        "250",
        "5",
        "10",
        "150",
    ]
