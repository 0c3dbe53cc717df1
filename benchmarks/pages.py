"""The pages that are measured, each with many addresses, and what is asked of them."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_plus

import psycopg

from benchmarks.client import request

HOST = "localhost"
QUERIES = [
    *["customs", "parcels", "logistics", "warehouse", "payment", "training", "villages", "railway"],
    *["bonded", "farmers", "export", "digital", "platform", "tariff", "delivery", "women", "youth"],
    *["rural delivery", "single window", "cross-border trade", "small firms", "port of"],
    *['"customs clearance"', '"e-commerce platform"', "training -women", "parcels -customs"],
    *["logistcs", "Zengzhou", "Quingdao", "warehuose", "跨境电商", "郑州", "villages numériques"],
]


@dataclass(frozen=True)
class Page:
    """`ratio` is the least share of the one-query view's rate; None where nothing is asked."""

    name: str
    ratio: float | None = None
    status: int = 200


PAGES = [
    Page("home"),
    Page("case list", 0.12),
    Page("faceted list", 0.12),
    Page("case", 0.15),
    Page("city"),
    Page("search", 0.12),
    Page("unchanged case (304)", 0.8, status=304),
]
BARE = Page("bare view")
ONE_QUERY = Page("one-query view")
# For every page: seconds at the 99th percentile, and what may be lost with ten times the cases.
SLOWEST = 0.060
DROP = 0.10
WORKER_BYTES = 150 * 1024 * 1024


def addresses(database: str) -> dict[str, list[str]]:
    """Many addresses for each page, mixed by a fixed seed."""
    with psycopg.connect(database) as connection:

        def column(sql: str) -> list:
            return [row[0] for row in connection.execute(sql)]

        keys = column("SELECT id FROM repository_casestudy ORDER BY id LIMIT 1000")
        cases = column("SELECT slug FROM repository_casestudy ORDER BY id LIMIT 1000")
        titles = column(
            "SELECT title FROM repository_casestudy WHERE language = 'en' ORDER BY id LIMIT 200"
        )
        themes = column("SELECT slug FROM repository_theme ORDER BY id")
        practices = column("SELECT slug FROM repository_practice ORDER BY id")
        cities = column(
            """SELECT slug FROM repository_city c JOIN repository_casestudy_cities l
                ON l.city_id = c.id GROUP BY c.id ORDER BY count(*) DESC, c.id LIMIT 12"""
        )
    goals = range(1, 18)
    titles = [" ".join(title.split()[:2]) for title in titles]
    return mixed(
        {
            "bare view": ["/ceiling/bare/"],
            "one-query view": [f"/ceiling/one-query/{key}/" for key in keys],
            "home": ["/"],
            "case list": [f"/cases/?page={page}" for page in range(1, 51)],
            "faceted list": [
                *[f"/cases/?theme={theme}&goal={goal}" for theme in themes for goal in goals],
                *[f"/cases/?practice={practice}" for practice in practices],
                *[f"/cases/?region=Asia&theme={theme}" for theme in themes],
            ],
            "case": [f"/cases/{case}/" for case in cases],
            "city": [f"/cities/{city}/" for city in cities],
            "search": [f"/search/?q={quote_plus(text)}" for text in [*QUERIES, *titles]],
            "unchanged case (304)": [f"/cases/{case}/" for case in cases],
        }
    )


def mixed(lists: dict[str, list[str]]) -> dict[str, list[str]]:
    for paths in lists.values():
        random.Random(1).shuffle(paths)
    return lists


def requests(paths: list[str], *, etag: str = "") -> Iterator[bytes]:
    """Requests for one address after the other, for ever."""
    headers = [("If-None-Match", etag)] if etag else []
    return itertools.cycle([request(path, host=HOST, headers=headers) for path in paths])
