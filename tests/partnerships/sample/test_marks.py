"""Samples are marked, and never mixed with what is real."""

import pytest
from django.utils import timezone

from community.experiences.city_suggestions import suggested_cities
from community.models import Comment, Experience
from partnerships.figures import monitoring
from partnerships.figures.periods import Period
from partnerships.figures.yearly import yearly
from partnerships.matches import actions as matches
from partnerships.models import Cluster, MatchOrigin, Offer, Partnership, PartnershipRequest
from repository.models import CaseFacet, CaseStudy, City, Series, Webinar
from repository.search.queries import search
from repository.workflow import ActionRefused
from tests.page import page_of
from tests.sampling import ALL

pytestmark = [pytest.mark.django_db, pytest.mark.proof(in_turn=True, sample=ALL)]


@pytest.fixture(autouse=True)
def loaded(sample_data):
    """All tests of the module use the sample data set."""


def samples() -> list:
    """One sample of each kind with a public page."""
    return [
        City.objects.filter(is_sample=True)[0],
        CaseStudy.objects.published().filter(is_sample=True)[0],
        Webinar.objects.public().filter(series__is_sample=True)[0],
        Series.objects.filter(is_sample=True)[0],
        Offer.objects.published().filter(city__is_sample=True)[0],
        PartnershipRequest.objects.public().filter(city__is_sample=True)[0],
        Partnership.objects.filter(is_public=True, parties__city__is_sample=True)[0],
        Cluster.objects.filter(is_sample=True)[0],
    ]


def test_pages_of_samples_are_marked_and_not_indexed(client):
    for row in samples():
        page = page_of(client.get(row.get_absolute_url()))
        assert len(page.select("main .sample")) > 0, row
        assert page.select("meta[name=robots]")[0]["content"] == "noindex", row


def test_pages_of_samples_offer_no_citation(client):
    for row in samples():
        page = page_of(client.get(row.get_absolute_url()))
        assert page.select(".cite") == [], row
    real = CaseStudy.objects.published().real()[0]
    assert len(page_of(client.get(real.get_absolute_url())).select(".cite")) == 1


def test_comparisons_mark_samples(client):
    sample = CaseStudy.objects.published().filter(is_sample=True)[0]
    real = CaseStudy.objects.published().real()[0]
    page = page_of(client.get(f"/compare/?case={sample.slug}&case={real.slug}"))
    assert len(page.select("main .sample")) == 1
    assert page.select("meta[name=robots]")[0]["content"] == "noindex"


def test_suggest_sample_cities_after_all_others():
    city = City.objects.get(slug="sample-nyavuma")
    found = suggested_cities(city.name[:2])
    names = [label.partition(",")[0] for label in found]
    samples = set(City.objects.filter(is_sample=True).values_list("name", flat=True))
    order = [name in samples for name in names]
    assert city.name in names
    assert order == sorted(order)


def test_cards_of_samples_are_marked(client):
    for path in ("/cases/", "/partnerships/", "/partnerships/clusters/", "/search/?q=sample"):
        assert page_of(client.get(path)).select("main .sample"), path


def test_machines_get_no_samples(client):
    paths = ["/sitemap-cases.xml", "/sitemap-cities.xml", "/sitemap-webinars.xml"]
    paths += ["/sitemap-requests.xml", "/sitemap-offers.xml", "/sitemap-partnerships.xml"]
    paths += ["/feeds/cases.atom", "/feeds/webinars.ics", "/api/v1/cases", "/api/v1/webinars"]
    addresses = [row.get_absolute_url() for row in samples()]
    for path in [*paths, "/api/v1/cities?limit=100"]:
        answer = client.get(path)
        text = answer.content.decode()
        assert answer.status_code in (200, 404), path
        assert not [address for address in addresses if f"{address}<" in text], path
        assert "sample-" not in text, path
    city = City.objects.filter(is_sample=True)[0]
    assert client.get(f"/api/v1/cities/{city.slug}").status_code == 404


def test_search_finds_samples_after_everything_real():
    hits = search("parcels", per_page=60).hits
    order = [hit.is_sample for hit in hits]
    assert order == sorted(order)
    assert set(order) == {False, True}


def test_sample_cases_come_last_in_the_list():
    count = CaseStudy.objects.published().filter(is_sample=True).count()
    assert count > 0
    last = list(CaseFacet.objects.of("all", "").newest().cases())[-count:]
    assert set(CaseStudy.objects.filter(pk__in=last).values_list("is_sample", flat=True)) == {True}


def total(report: monitoring.Report, key: str) -> int:
    table = report.table(key)
    return sum(row[-1] for row in table.rows if isinstance(row[-1], int)) if table else 0


def test_monitoring_shows_either_real_or_sample_data(client):
    today = timezone.localdate()
    real = monitoring.report(on=today)
    made_up = monitoring.report(on=today, samples=True)
    for key in ("requests", "partnerships", "adoption", "countries"):
        assert (total(real, key), total(made_up, key) > 0) == (0, True), key
    assert total(real, "case-regions") > total(made_up, "case-regions") > 0
    page = page_of(client.get("/monitoring/"))
    assert not page.select("main .sample")
    [link] = page.select("#dataset a")
    page = page_of(client.get(link["href"]))
    assert page.select("#dataset .sample")
    assert page.select("meta[name=robots]")[0]["content"] == "noindex"


def test_yearly_report_has_no_samples():
    today = timezone.localdate()
    year = yearly(Period.year_before(today), on=today)
    assert {row[-1] for row in year.headline.rows} == {0}
    assert not [case for case in year.cases if case.is_sample]
    assert (year.agreed, year.completed) == ([], [])


def test_suggest_refused_between_real_cities_and_samples():
    request = PartnershipRequest.objects.open().filter(city__is_sample=True)[0]
    real = City.objects.real()[0]
    with pytest.raises(ActionRefused, match="mix sample data"):
        matches.suggest(partnership_request=request, city=real, origin=MatchOrigin.RANKING)


def test_contributions_name_sample_members_and_no_real_city():
    assert Experience.objects.count() == 25
    assert Comment.objects.count() == 120
    assert set(Experience.objects.values_list("city__is_sample", flat=True)) == {True}
    assert set(Comment.objects.values_list("author__is_sample", flat=True)) == {True}
    assert CaseStudy.objects.filter(is_sample=True, cities__is_sample=False).count() == 0
