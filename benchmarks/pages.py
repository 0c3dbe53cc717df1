"""The measured pages with their targets, URLs and requests."""

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
MEANINGS = [
    *[
        "How can farmers sell their products abroad?",
        "What do small firms need to export?",
    ],
    *["农村快递怎么降低成本？", "中小企业怎样在网上卖货？", "口岸通关怎么更快？"],
    *["¿Cómo aceleran los pequeños puertos el despacho?", "pagos para empresas de mujeres"],
    *["Comment former les jeunes au commerce en ligne ?", "des entrepôts pour les artisans"],
    *["Como reduzir o custo das entregas no campo?", "Как ускорить таможенное оформление?"],
    *["كيف ندرب الشباب على التجارة الإلكترونية؟", "helping old people shop on the internet"],
]
PLACES = ["Kigali", "Kisumu", "Tananarive", "Cotonou", "郑州", "San", "Sao Paulo", "Lagos"]

# How much slower a page may be with the large database.
MAX_DROP = 0.20


@dataclass(frozen=True)
class Page:
    """A measured page: one row of the table.

    `ratio` is the target rate relative to the one-query view, and `drop` the maximum loss with the
    large database; None if there is no target. `warm_up` is the time in seconds before measuring,
    longer for pages with many different cases. Repeated pages are requested compressed, from the
    server with the page cache.
    """

    name: str
    ratio: float | None = None
    status: int = 200
    drop: float | None = MAX_DROP
    warm_up: float = 0.3
    is_repeated: bool = False
    # Must the number of queries be the same with both databases?
    has_fixed_queries: bool = True


COMMENTED, BOARD = "case, 200 comments", "board, 10,000 offers"
# The number of URLs that are repeated for each repeated page.
REPEATED_URLS = 40
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
    # The large database has ten times as many offers and requests.
    Page(BOARD, 0.05, drop=None, warm_up=1),
    Page(COMMENTED, 0.025),
    Page("search", 0.08, warm_up=1),
    Page("search by meaning", 0.06, warm_up=1),
    Page("case, signed in", 0.03),
    Page("case, 200 comments, signed in", 0.02),
    Page("posting a comment", status=302),
    Page("desk, 5,000 waiting", 0.015),
    Page("broker's desk, 2,000 requests", 0.015),
    # The large database has ten times as many requests.
    Page("pipeline, 2,000 requests", 0.015, drop=None),
    # The large database has a hundred times as many registrations, counted once a day.
    Page("series, 100,000 registrations, 50,000 answers", drop=None, warm_up=1),
    # All members register for the same webinar, one after another.
    Page("registering for a webinar", status=302, drop=None, has_fixed_queries=False),
    # Loads the gazetteer, so that the memory of workers includes it.
    Page("a place looked up at the desk", warm_up=1),
]
BARE = Page("bare view")
ONE_QUERY = Page("one-query view")
# The first cases, which have no comments. The others of the first 1,000 have some.
MEASURED_CASES = 300
MAX_WORKER_BYTES = 170 * 1024 * 1024
MAX_ENGINE_BYTES = 200 * 1024 * 1024
# Targets in multiples of the median of the one-query view, for ranking one request and assigning a
# round (benchmarks/matching.py), for counting the figures of a series
# (benchmarks/registrations.py), and for a question's vector, texts close to another one, and the
# look of the worker for changes (benchmarks/passages.py).
MAX_RANKING, MAX_ROUND, MAX_COUNTING = 100, 1_000, 250
MAX_SUGGESTION_QUERIES = 3
MAX_EMBEDDING, MAX_NEAREST, MAX_LOOK = 5, 10, 150
# The series with registrations, and the number of webinars that are open for registration.
MEASURED_SERIES, ANNOUNCED_WEBINARS = "series-2020", 30


def page_urls(database: str) -> dict[str, list[str]]:
    """Return many URLs for each page, shuffled with a fixed seed."""
    with psycopg.connect(database) as connection:

        def column(sql: str) -> list:
            return [row[0] for row in connection.execute(sql)]

        keys = column("SELECT id FROM repository_casestudy ORDER BY id LIMIT 1000")
        slugs = column("SELECT slug FROM repository_casestudy ORDER BY id LIMIT 1000")
        # Few enough that each round requests all: some take ten times as long as others.
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
    return shuffled(
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
            "case": [f"/cases/{slug}/" for slug in slugs[:MEASURED_CASES]],
            "city": [f"/cities/{city}/" for city in cities],
            "search": [f"/search/?q={quote_plus(text)}" for text in [*QUERIES, *titles]],
            "search by meaning": [f"/search/?q={quote_plus(text)}" for text in MEANINGS],
            "series, 100,000 registrations, 50,000 answers": [f"/series/{MEASURED_SERIES}/"],
            BOARD: [
                *[f"/partnerships/?page={page}" for page in range(1, 51)],
                *[f"/partnerships/?theme={theme}&kind=offer" for theme in themes],
                *[f"/partnerships/?practice={practice}" for practice in practices],
                *[f"/partnerships/?region=Asia&theme={theme}" for theme in themes],
            ],
        }
    )


def shuffled(lists: dict[str, list[str]]) -> dict[str, list[str]]:
    for paths in lists.values():
        random.Random(1).shuffle(paths)
    return lists


# Returns the next request for a page, with additional headers.
type RequestBuilder = Callable[[list[tuple[str, str]]], bytes]


def request_builders(database: str, members: dict, etag: str) -> dict[str, RequestBuilder]:
    """Return, by page name, a function that builds requests for the URLs of the page in turn.

    `members` is what benchmarks/comments.py wrote to its file; `etag` is that of a case.
    """
    urls = page_urls(database)
    commented = [members["commented_case"]]
    look_ups = [f"/admin/repository/city/gazetteer/?name={quote_plus(name)}" for name in PLACES]

    def gets(paths: list[str], *headers: tuple[str, str]) -> RequestBuilder:
        return partial(get, itertools.cycle(paths), headers)

    def cookie(role: str) -> tuple[str, str]:
        return "Cookie", members[role]

    builders = {name: gets(paths) for name, paths in urls.items()}
    builders[COMMENTED] = gets(commented)
    builders |= {
        f"{name}, repeated": gets(paths[:REPEATED_URLS], ("Accept-Encoding", "gzip"))
        for name, paths in [*urls.items(), (COMMENTED, commented)]
    }
    return builders | {
        "unchanged case (304)": gets(urls["case"], ("If-None-Match", etag)),
        "case, signed in": gets(urls["case"], cookie("reader")),
        "case, 200 comments, signed in": gets(commented, cookie("reader")),
        "desk, 5,000 waiting": gets(["/admin/"], cookie("moderator")),
        "broker's desk, 2,000 requests": gets(["/admin/"], cookie("broker")),
        "pipeline, 2,000 requests": gets(["/admin/partnerships/pipeline/"], cookie("broker")),
        "a place looked up at the desk": gets(look_ups, cookie("moderator")),
        "registering for a webinar": partial(register, registrations(members["posters"])),
        "posting a comment": partial(
            post_comment, zip(itertools.cycle(members["posters"]), itertools.count())
        ),
    }


def get(
    paths: Iterator[str], headers: tuple[tuple[str, str], ...], extra: list[tuple[str, str]]
) -> bytes:
    return request(next(paths), host=HOST, headers=[*headers, *extra])


def registrations(posters: list[dict]) -> Iterator[tuple[dict, str]]:
    """Yield (member, path) pairs: all members for the first webinar, then all for the next."""
    webinars = range(ANNOUNCED_WEBINARS)
    paths = itertools.cycle(f"/webinars/announced-{number}/register/" for number in webinars)
    return ((poster, path) for path in paths for poster in posters)


def register(pairs: Iterator[tuple[dict, str]], extra: list[tuple[str, str]]) -> bytes:
    """Build the next registration of a member for a webinar."""
    poster, path = next(pairs)
    headers = [("Cookie", poster["cookie"]), *extra]
    return request(path, host=HOST, headers=headers, form=poster["form"])


def post_comment(pairs: Iterator[tuple[dict, int]], extra: list[tuple[str, str]]) -> bytes:
    """Build a request that posts a unique comment by the next member."""
    poster, number = next(pairs)
    form = f"{poster['form']}&{urlencode({'body': f'{COMMENT} {number}'})}"
    headers = [("Cookie", poster["cookie"]), *extra]
    return request(poster["path"], host=HOST, headers=headers, form=form)
