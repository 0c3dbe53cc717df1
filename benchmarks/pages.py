"""The measured pages with their URLs and targets."""

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

# The allowed loss of a page's rate with ten times the cases and a million comments.
DROP = 0.20


@dataclass(frozen=True)
class Page:
    """One row of the table.

    `ratio` is the least share of the one-query view's rate, and `drop` the most that may be lost
    with ten times as much; None where there is no target. `warm_up` is how many seconds a page is
    asked for before it is measured: longer where it shows many different cases. A repeated page is
    asked for compressed, from a server that caches pages.
    """

    name: str
    ratio: float | None = None
    status: int = 200
    drop: float | None = DROP
    warm_up: float = 0.3
    is_repeated: bool = False
    # The same number of queries before 1,000 cases and before 10,000.
    has_fixed_queries: bool = True


COMMENTED, BOARD = "case, 200 comments", "board, 10,000 offers"
# How many addresses of each page are repeated.
REPEATED = 40
PAGES = [
    *(
        Page(f"{name}, repeated", 1.0, drop=None, is_repeated=True)
        for name in ("home", "case list", "faceted list", "case", COMMENTED, "city", BOARD)
    ),
    Page("unchanged case (304)", 0.8, status=304),
    Page("home", 0.05),
    Page("case list", 0.05, warm_up=1),
    Page("faceted list", 0.05, warm_up=1.5),
    Page("case", 0.05, warm_up=1.5),
    Page("city", 0.05),
    # Its own content grows: ten times the offers and requests.
    Page(BOARD, 0.05, drop=None, warm_up=1),
    Page(COMMENTED, 0.025),
    Page("search", 0.08, warm_up=1),
    Page("case, signed in", 0.03),
    Page("case, 200 comments, signed in", 0.02),
    Page("posting a comment", status=302),
    Page("desk, 5,000 waiting", 0.015),
    Page("broker's desk, 2,000 requests", 0.015),
    # Its own content grows: a hundred times the registrations, counted once a day and kept.
    Page("series, 100,000 registrations, 50,000 answers", drop=None, warm_up=1),
    # Everybody for the same webinar, one after the other.
    Page("registering for a webinar", status=302, drop=None, has_fixed_queries=False),
    # So that the size of a worker is that of one which has asked the gazetteer.
    Page("a place looked up at the desk", warm_up=1),
]
BARE = Page("bare view")
ONE_QUERY = Page("one-query view")
# The first cases, which have no comment; the others of the first 1,000 are talked about.
MEASURED = 300
WORKER_BYTES = 170 * 1024 * 1024
# How many times the median of the one-query view it may take to rank one request and to assign a
# round (benchmarks/partner.py), and to recount the figures of a series (benchmarks/attend.py).
RANKING, ROUND, COUNTING = 100, 1_000, 250
# The series with the registrations, and how many webinars of it are to come.
ATTENDED, ANNOUNCED = "series-2020", 30


def addresses(database: str) -> dict[str, list[str]]:
    """Return many URLs for each page, shuffled with a fixed seed."""
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
            BOARD: [
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


# Returns the same or the next request, with additional headers.
type Asking = Callable[[list[tuple[str, str]]], bytes]


def askings(database: str, members: dict, etag: str) -> dict[str, Asking]:
    """For each page, what asks for one address after the other without end.

    `members` is what benchmarks/discuss.py wrote down; `etag` that of a case.
    """
    paths = addresses(database)
    discussed = [members["discussed"]]
    look_ups = [f"/admin/repository/city/gazetteer/?name={quote_plus(name)}" for name in PLACES]

    def asked_for(paths: list[str], *headers: tuple[str, str]) -> Asking:
        return partial(ask, itertools.cycle(paths), headers)

    def as_member(who: str) -> tuple[str, str]:
        return "Cookie", members[who]

    asks = {name: asked_for(found) for name, found in paths.items()}
    asks[COMMENTED] = asked_for(discussed)
    asks |= {
        f"{name}, repeated": asked_for(found[:REPEATED], ("Accept-Encoding", "gzip"))
        for name, found in [*paths.items(), (COMMENTED, discussed)]
    }
    return asks | {
        "unchanged case (304)": asked_for(paths["case"], ("If-None-Match", etag)),
        "case, signed in": asked_for(paths["case"], as_member("reader")),
        "case, 200 comments, signed in": asked_for(discussed, as_member("reader")),
        "desk, 5,000 waiting": asked_for(["/admin/"], as_member("moderator")),
        "broker's desk, 2,000 requests": asked_for(["/admin/"], as_member("broker")),
        "a place looked up at the desk": asked_for(look_ups, as_member("moderator")),
        "registering for a webinar": partial(register, turns_of(members["posters"])),
        "posting a comment": partial(
            post, zip(itertools.cycle(members["posters"]), itertools.count())
        ),
    }


def ask(
    paths: Iterator[str], headers: tuple[tuple[str, str], ...], more: list[tuple[str, str]]
) -> bytes:
    return request(next(paths), host=HOST, headers=[*headers, *more])


def turns_of(posters: list[dict]) -> Iterator[tuple[dict, str]]:
    """Yield each member for each webinar: all for the first, then all for the next."""
    webinars = range(ANNOUNCED)
    paths = itertools.cycle(f"/webinars/announced-{number}/register/" for number in webinars)
    return ((poster, path) for path in paths for poster in posters)


def register(turns: Iterator[tuple[dict, str]], more: list[tuple[str, str]]) -> bytes:
    """Build the registration request of the next member, who is not registered yet."""
    poster, path = next(turns)
    headers = [("Cookie", poster["cookie"]), *more]
    return request(path, host=HOST, headers=headers, form=poster["form"])


def post(turns: Iterator[tuple[dict, int]], more: list[tuple[str, str]]) -> bytes:
    """Build a request with a unique comment by the next member."""
    poster, number = next(turns)
    form = f"{poster['form']}&{urlencode({'body': f'{COMMENT} {number}'})}"
    headers = [("Cookie", poster["cookie"]), *more]
    return request(poster["path"], host=HOST, headers=headers, form=form)
