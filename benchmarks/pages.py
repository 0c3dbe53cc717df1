"""The measured pages and their targets."""

import random
from dataclasses import dataclass
from urllib.parse import quote_plus

from benchmarks.client import request
from benchmarks.fill import MEASURED_CASES, commented_case, leading_cities
from community.models import User
from repository.models import CaseStudy, City, Country, Practice, SearchWord, Theme

QUERIES = [
    *["customs", "parcels", "logistics", "warehouse", "payment", "training", "villages", "railway"],
    *["bonded", "farmers", "export", "digital", "platform", "tariff", "delivery", "women", "youth"],
    *["rural delivery", "single window", "cross-border trade", "small firms", "跨境电商", "郑州"],
    *['"customs clearance"', '"e-commerce platform"', "training -women", "parcels -customs"],
    *["logistcs", "Zengzhou", "Quingdao", "warehuose", "port of", "villages numériques"],
]
MEANINGS = [
    *["How can farmers sell their products abroad?", "What do small firms need to export?"],
    *["农村快递怎么降低成本？", "中小企业怎样在网上卖货？", "des entrepôts pour les artisans"],
    *["¿Cómo aceleran los pequeños puertos el despacho?", "pagos para empresas de mujeres"],
    *["Comment former les jeunes au commerce en ligne ?", "كيف ندرب الشباب على التجارة؟"],
    *["Como reduzir o custo das entregas no campo?", "Как ускорить таможенное оформление?"],
]
PLACES = ["Kigali", "Kisumu", "Tananarive", "Cotonou", "郑州", "San", "Sao Paulo", "Lagos"]
MOST_HOME_BYTES, MOST_MB = 70_000, 170
# URLs of a page that is requested again and again.
REPEATED = 40


@dataclass(frozen=True)
class Page:
    """A page, and the least rate as a part of that of the one-query view, if there is a target.

    Repeated pages come from the cache, compressed; nothing else is cached.
    """

    name: str
    paths: list[str]
    target: float | None = None
    cookie: str = ""
    is_repeated: bool = False

    def requests(self, **headers: str) -> list[bytes]:
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.is_repeated:
            headers["Accept_Encoding"] = "gzip"
        return [request(path, **headers) for path in self.paths]


def column(rows, name: str) -> list:
    return list(rows.order_by("pk").values_list(name, flat=True))


def one_query_view() -> Page:
    return Page("one-query view", [f"/one-query/{pk}/" for pk in column(CaseStudy.objects, "pk")])


def measured_pages(cookies: dict[str, str]) -> list[Page]:
    """Return the pages with many different URLs, in an order that is always the same."""
    themes = column(Theme.objects, "slug")
    invented = CaseStudy.objects.filter(slug__startswith="case-")
    titles = column(invented.filter(language="en"), "title")[:40]
    goals = range(1, 18)
    lists = [
        *[f"/cases/?theme={theme}&goal={goal}" for theme in themes for goal in goals],
        *[f"/cases/?practice={practice}" for practice in column(Practice.objects, "slug")],
        *[f"/cases/?region=Asia&theme={theme}" for theme in themes],
    ]
    visited = {
        "home": (["/"], 0.05),
        "case list": ([f"/cases/?page={page}" for page in range(1, 51)], 0.045),
        "faceted list": (lists, 0.045),
        "case": ([f"/cases/{slug}/" for slug in column(invented, "slug")[:MEASURED_CASES]], 0.05),
        "city": ([f"/cities/{city.slug}/" for city in leading_cities()], 0.03),
    }
    for paths, _target in visited.values():
        random.Random(1).shuffle(paths)
    titles = [" ".join(title.split()[:2]) for title in titles]
    searches = [f"/search/?q={quote_plus(text)}" for text in [*QUERIES, *titles]]
    meanings = [f"/search/?q={quote_plus(text)}" for text in MEANINGS]
    commented = [commented_case().get_absolute_url()]
    look_ups = [f"/admin/repository/city/gazetteer/?name={quote_plus(name)}" for name in PLACES]
    reader, moderator, broker = (cookies[role] for role in ("reader", "moderator", "broker"))
    return [
        *(
            Page(f"{name}, repeated", paths[:REPEATED], 0.9, is_repeated=True)
            for name, (paths, _target) in visited.items()
        ),
        *(Page(name, paths, target) for name, (paths, target) in visited.items()),
        Page("search", searches, 0.06),
        Page("search by meaning", meanings, 0.04),
        Page("case, signed in", visited["case"][0], 0.03, reader),
        Page("case, 200 comments, signed in", commented, 0.02, reader),
        Page("desk, 5,000 waiting", ["/admin/"], 0.015, moderator),
        Page("list of 2,000 requests", ["/admin/partnerships/pipeline/"], 0.015, broker),
        Page(
            "board of 2,000 requests", ["/admin/partnerships/pipeline/?view=board"], 0.015, broker
        ),
        # Loads the gazetteer, so that the memory of workers includes it.
        Page("a place looked up at the desk", look_ups, None, moderator),
    ]


# Pages by key may take this many times as long as with 10,000 cases; all others may take so many
# milliseconds at the 95th percentile.
MOST_TIMES, MOST_MS, MOST_MB_OF_MANY = 2, 1_000, 200
BY_KEY = {"case", "city", "practice", "country", "member", "API: case"}


def pages_of_many_cases() -> list[Page]:
    """Return pages of each kind, with different URLs."""
    drawn, most = random.Random(1), 41

    def some(rows, name: str) -> list:
        values = column(rows, name)
        return drawn.sample(values, min(len(values), most))

    last = max(CaseStudy.objects.count() // 20, most)
    cases, cities = some(CaseStudy.objects, "slug"), some(City.objects, "slug")
    themes = column(Theme.objects, "slug")
    words = SearchWord.objects.exclude(word__contains="=").order_by("-entries", "word")
    frequent = list(words.values_list("word", flat=True)[:2_000])
    rare = words.filter(entries__gt=1).reverse().values_list("word", flat=True)[:most]
    paths = {
        "case": [f"/cases/{slug}/" for slug in cases],
        "city": [f"/cities/{slug}/" for slug in cities],
        "practice": [f"/practices/{slug}/" for slug in some(Practice.objects, "slug")],
        "country": [f"/countries/{code.lower()}/" for code in some(Country.objects, "iso2")],
        "member": [f"/members/{handle}/" for handle in some(User.objects, "handle")],
        "API: case": [f"/api/v1/cases/{slug}" for slug in cases],
        "list": [f"/cases/?page={n}" for n in range(1, most)],
        "list, late pages": [f"/cases/?page={last - n}" for n in range(most)],
        "list by title": [f"/cases/?sort=title&page={1 + n * last // most}" for n in range(most)],
        "list of a theme": [f"/cases/?theme={theme}&page={n}" for theme in themes for n in (1, 9)],
        "list of two facets": [f"/cases/?theme={theme}&region=Asia" for theme in themes],
        "list of a city": [f"/cases/?city={slug}" for slug in cities],
        "list with words": [f"/cases/?q={word}" for word in frequent[::50]],
        "search, frequent word": [f"/search/?q={word}" for word in frequent[:most]],
        "search, two words": [f"/search/?q={word}+{frequent[0]}" for word in frequent[1:most]],
        "search, rare word": [f"/search/?q={word}" for word in rare],
        "search, nothing": [f"/search/?q=xq{n}vkwzj" for n in range(most)],
        "API: cases": [f"/api/v1/cases?page={1 + n * last // 50}" for n in range(most)],
    }
    return [Page(name, each) for name, each in paths.items()]
