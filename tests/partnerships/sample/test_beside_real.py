"""Search and ranking answer about real things as they would without the sample data set."""

import re

import pytest
from django.test import Client

from partnerships.ranking.holders import starting_points_for
from partnerships.ranking.loading import gather, ranked
from repository.models import City, Country, Practice
from repository.search.queries import search
from tests import databases
from tests.factories.partnerships import NeedFactory, OfferFactory, PartnershipRequestFactory
from tests.sampling import ALL

pytestmark = [pytest.mark.slow(20), pytest.mark.proof(in_turn=True, sample=ALL)]

# In the languages of the samples, about their subjects, and names of real cities.
QUERIES = [
    *("parcels", "port", "village service station", "tea", "customs loans", "Zhengzhou", "rail"),
    *("vanille", "puerto", "直播", "蜂蜜", "Kenya", "abandoned", "market days", "drone"),
    *("e-commerce", "small firms", "returns", "Cotonou", "honey", "lists", "sample"),
]
# These say when they were computed.
MOMENTS = {"/api/v1/figures"}
PRACTICES = ["parcel-consolidation", "single-window", "rail-corridor", "live-streaming"]


def found(query: str) -> list[tuple[str, str, bool]]:
    hits = search(query, per_page=500).hits
    return [(hit.kind.value, hit.url, hit.is_sample) for hit in hits]


def asked(slug: str) -> int:
    """Create an open request of a real city for a practice that others offer or want."""
    practice = Practice.objects.get(slug=slug)
    city = City.objects.real().get(slug="kolkata")
    for place in City.objects.real().filter(slug__in=["zhengzhou", "qingdao"]):
        OfferFactory(city=place, practices=[practice])
    OfferFactory(city=None, country=Country.objects.get(pk="BR"), practices=[practice])
    NeedFactory(city=City.objects.real().get(slug="geneva"), practices=[practice])
    return PartnershipRequestFactory(opened=True, city=city, practices=[practice], languages=[]).pk


def candidates(slug: str) -> tuple:
    """Everything that brokers read about the candidates, with slugs instead of keys."""
    pk = asked(slug)
    slugs = dict(City.objects.values_list("pk", "slug"))
    _gathered, ranking = ranked(pk)
    starts = starting_points_for(gather([pk]))
    return (
        [
            (
                slugs[each.place],
                each.tenths,
                [(factor.factor, factor.tenths, factor.is_known) for factor in each.factors],
            )
            for each in ranking.candidates
        ],
        [(start.holder.kind, start.holder.key, start.tenths) for start in starts],
    )


def for_machines() -> dict[str, str]:
    """What programs read: the API, feeds, and which addresses the sitemap lists."""
    client = Client()
    schema = client.get("/api/v1/openapi.json").json()
    paths = [path for path, verbs in schema["paths"].items() if "get" in verbs and "{" not in path]
    found = {path: client.get(path).text for path in paths if path not in MOMENTS}
    for path in ("/feeds/cases.atom", "/fr/feeds/cases.atom", "/feeds/webinars.ics"):
        found[path] = client.get(path).text
    for section in re.findall(
        r"<loc>http://testserver(.*?)</loc>", client.get("/sitemap.xml").text
    ):
        listed = re.findall(r'<loc>(.*?)</loc>|href="(.*?)"', client.get(section).text)
        found[section] = "\n".join(sorted(first or second for first, second in listed))
    return found


@pytest.fixture(scope="module")
def answers(series_database, sample_database, django_db_blocker) -> dict[str, dict]:
    """What is found and ranked in a copy without samples, and in one with samples."""
    answers = {}
    for name, source in (("without", series_database), ("with", sample_database)):
        with django_db_blocker.unblock(), databases.copied(source, "asked"):
            answers[name] = {
                "machines": for_machines(),
                "search": {query: found(query) for query in QUERIES},
                "ranking": {slug: candidates(slug) for slug in PRACTICES},
            }
    return answers


def test_find_the_same_real_things_in_the_same_order(answers):
    without, with_samples = answers["without"]["search"], answers["with"]["search"]
    # Where nothing real has all of the words, samples that have them take the place of a guess.
    known = [query for query in QUERIES if without[query]]
    real = {query: [hit for hit in with_samples[query] if not hit[2]] for query in known}
    assert real == {query: without[query] for query in known}
    is_sample = {query: [hit[2] for hit in with_samples[query]] for query in QUERIES}
    assert {query: order for query, order in is_sample.items() if order != sorted(order)} == {}
    assert sum(any(order) for order in is_sample.values()) > 10


@pytest.mark.parametrize("slug", PRACTICES)
def test_rank_the_same_candidates_with_the_same_points(answers, slug):
    places, starts = answers["without"]["ranking"][slug]
    assert answers["with"]["ranking"][slug] == (places, starts)
    assert len(places) >= 2
    assert len(starts) >= 1


def test_tell_machines_the_same(answers):
    without, with_samples = answers["without"]["machines"], answers["with"]["machines"]
    differing = {path for path in without if with_samples.get(path) != without[path]}
    assert (differing, with_samples.keys()) == (set(), without.keys())
    assert len(without) > 12
