"""The pages that are measured, each with many addresses, and what is asked of them."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote_plus, urlencode

import psycopg

from benchmarks.client import request

HOST = "localhost"
COMMENT = "Which form did the farmers fill in, and who read it first? Ours took a week."
QUERIES = [
    *["customs", "parcels", "logistics", "warehouse", "payment", "training", "villages", "railway"],
    *["bonded", "farmers", "export", "digital", "platform", "tariff", "delivery", "women", "youth"],
    *["rural delivery", "single window", "cross-border trade", "small firms", "port of"],
    *['"customs clearance"', '"e-commerce platform"', "training -women", "parcels -customs"],
    *["logistcs", "Zengzhou", "Quingdao", "warehuose", "跨境电商", "郑州", "villages numériques"],
]


PLACES = ["Kigali", "Kisumu", "Tananarive", "Cotonou", "郑州", "San", "Sao Paulo", "Lagos"]

# What a page may lose with ten times the cases and a million comments.
DROP = 0.10


@dataclass(frozen=True)
class Page:
    """`ratio` is the least share of the one-query view's rate, `slowest` the most seconds at the
    99th percentile, `drop` the most that may be lost with ten times as much; None where nothing is
    asked. `warm_up` is how many seconds it is asked before it is measured: longer where it shows
    many different cards, which workers fetch once.
    """

    name: str
    ratio: float | None = None
    status: int = 200
    slowest: float | None = 0.060
    drop: float | None = DROP
    warm_up: float = 0.3


PAGES = [
    Page("home"),
    Page("case list", 0.12, warm_up=1),
    Page("faceted list", 0.12, warm_up=2),
    Page("case", 0.15, warm_up=3),
    Page("city"),
    Page("search", 0.12, warm_up=1),
    Page("unchanged case (304)", 0.8, status=304),
    Page("case, 200 comments", slowest=None),
    Page("the same, signed in", slowest=None),
    Page("posting a comment", status=302, slowest=None),
    Page("desk, 5,000 waiting", slowest=None),
    # Counted once a day, and kept; benchmarks/attend.py tells how long that takes.
    Page("series, 100,000 registrations, 50,000 answers", slowest=None, drop=None, warm_up=1),
    # Everybody for the same webinar, one after the other.
    Page("registering for a webinar", status=302, slowest=None, drop=None),
    # With ten times the offers and requests as well, of which nothing is asked by name.
    Page("board, 10,000 offers", slowest=None, drop=None, warm_up=1),
    Page("broker's desk, 2,000 requests", slowest=None, drop=None),
    # So that the size of a worker is that of one which has asked the gazetteer.
    Page("a place looked up at the desk", slowest=None, drop=None, warm_up=1),
]
BARE = Page("bare view")
ONE_QUERY = Page("one-query view")
# The first cases, which have no comment; the others of the first 1,000 are talked about. No more
# than each worker has shown before it is measured: among ten times the cases, those related to them
# are others each time, and a worker fetches a card once.
MEASURED = 300
WORKER_BYTES = 150 * 1024 * 1024
# Seconds in which one request is ranked, and a round assigned: see benchmarks/partner.py.
RANKING, ROUND = 0.300, 20
# Seconds in which the figures of a series are counted anew: see benchmarks/attend.py.
COUNTING = 1.0
# The series with the registrations, and how many webinars of it are to come.
ATTENDED, ANNOUNCED = "series-2020", 30


def addresses(database: str) -> dict[str, list[str]]:
    """Many addresses for each page, mixed by a fixed seed."""
    with psycopg.connect(database) as connection:

        def column(sql: str) -> list:
            return [row[0] for row in connection.execute(sql)]

        keys = column("SELECT id FROM repository_casestudy ORDER BY id LIMIT 1000")
        cases = column("SELECT slug FROM repository_casestudy ORDER BY id LIMIT 1000")[:MEASURED]
        # With the others so few that each round asks all: some take ten times as long as others.
        titles = column(
            "SELECT title FROM repository_casestudy WHERE language = 'en' ORDER BY id LIMIT 40"
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
            "series, 100,000 registrations, 50,000 answers": [f"/series/{ATTENDED}/"],
            "unchanged case (304)": [f"/cases/{case}/" for case in cases],
            "board, 10,000 offers": [
                *[f"/partnerships/?page={page}" for page in range(1, 51)],
                *[f"/partnerships/?theme={theme}&kind=offer" for theme in themes],
                *[f"/partnerships/?practice={practice}" for practice in practices],
                *[f"/partnerships/?region=Asia&theme={theme}" for theme in themes],
            ],
        }
    )


def mixed(lists: dict[str, list[str]]) -> dict[str, list[str]]:
    for paths in lists.values():
        random.Random(1).shuffle(paths)
    return lists


# Makes the same request each time, or the next one, with further headers.
type Asking = Callable[[list[tuple[str, str]]], bytes]


def askings(database: str, members: dict, etag: str) -> dict[str, Asking]:
    """For each page, what asks for one address after the other, for ever.

    `members` is what benchmarks/discuss.py wrote down; `etag` that of a case.
    """
    unchanged = [("If-None-Match", etag)]
    look_ups = [f"/admin/repository/city/gazetteer/?name={quote_plus(name)}" for name in PLACES]
    asks = {
        name: partial(ask, itertools.cycle(paths), unchanged if "304" in name else [])
        for name, paths in addresses(database).items()
    }
    return asks | {
        "case, 200 comments": partial(ask, itertools.repeat(members["discussed"]), []),
        "the same, signed in": partial(
            ask, itertools.repeat(members["discussed"]), [("Cookie", members["reader"])]
        ),
        "desk, 5,000 waiting": partial(
            ask, itertools.repeat("/admin/"), [("Cookie", members["moderator"])]
        ),
        "broker's desk, 2,000 requests": partial(
            ask, itertools.repeat("/admin/"), [("Cookie", members["broker"])]
        ),
        "a place looked up at the desk": partial(
            ask, itertools.cycle(look_ups), [("Cookie", members["moderator"])]
        ),
        "registering for a webinar": partial(register, turns_of(members["posters"])),
        "posting a comment": partial(
            post, zip(itertools.cycle(members["posters"]), itertools.count())
        ),
    }


def ask(paths: Iterator[str], headers: list[tuple[str, str]], more: list[tuple[str, str]]) -> bytes:
    return request(next(paths), host=HOST, headers=[*headers, *more])


def turns_of(posters: list[dict]) -> Iterator[tuple[dict, str]]:
    """Each member for each webinar: all for the first, then all for the next."""
    webinars = range(ANNOUNCED)
    paths = itertools.cycle(f"/webinars/announced-{number}/register/" for number in webinars)
    return ((poster, path) for path in paths for poster in posters)


def register(turns: Iterator[tuple[dict, str]], more: list[tuple[str, str]]) -> bytes:
    """The one click of the next member, who has no seat at this webinar yet."""
    poster, path = next(turns)
    headers = [("Cookie", poster["cookie"]), *more]
    return request(path, host=HOST, headers=headers, form=poster["form"])


def post(turns: Iterator[tuple[dict, int]], more: list[tuple[str, str]]) -> bytes:
    """A comment that nobody has written before, by the next member."""
    poster, number = next(turns)
    form = f"{poster['form']}&{urlencode({'body': f'{COMMENT} {number}'})}"
    headers = [("Cookie", poster["cookie"]), *more]
    return request(poster["path"], host=HOST, headers=headers, form=form)
