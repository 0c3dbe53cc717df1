"""The public API: the collection, and the figures of the page and the files."""

import csv
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community.models import User
from repository.pages.http import SHARED
from tests.community.writing.drafts.cases import as_user
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    CountryFactory,
    EvidenceFactory,
    ExperienceFactory,
    MatchFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    PracticeFactory,
    SeriesFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)
from tests.page import page_of
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db

API = "/api/v1"


def get(path: str, status: int = 200, **headers):
    response = Client(headers=headers).get(f"{API}{path}")
    assert (response.status_code, response.headers["Content-Type"]) == (
        status,
        "application/json; charset=utf-8",
    )
    return response.json()


def slugs(path: str) -> list[str]:
    return [item["slug"] for item in get(path)["items"]]


# Figures


def exchange():
    """Some of everything that is counted."""
    for region, code in (("Africa", "BJ"), ("Asia", "CN")):
        country = CountryFactory(iso2=code, region=region)
        city, theme = CityFactory(country=country), ThemeFactory()
        case = CaseStudyFactory(published=True, themes=[theme])
        case.cities.add(city)
        PartnershipRequestFactory(opened=True, city=city, themes=[theme], title="=1+1")
        CommentFactory.create_batch(3, subject=case)
        ExperienceFactory(subject=PracticeFactory(name=f"=Practice {code}"), city=city)
    MatchFactory(proposed=True, status="expired")
    PartnershipFactory(status="active")


@pytest.mark.parametrize(("prefix", "query"), [("", ""), ("/fr", "?lang=fr")])
def test_page_files_and_api_have_the_same_numbers(prefix, query):
    exchange()
    client = Client()
    response = client.get(f"{prefix}/monitoring/")
    answer = client.get(f"{API}/figures{query}").json()
    assert [table["key"] for table in answer["tables"]] == [
        table.key for table in response.context["report"].public
    ]
    shown = {
        section["id"]: section.one("tbody").rows
        for section in page_of(response).select("section[id], figure[id]")
        if section.select("tbody")
    }
    compared = 0
    for table in answer["tables"]:
        text = client.get(f"{prefix}/monitoring/{table['key']}.csv").text.removeprefix("\ufeff")
        head, *rows = csv.reader(StringIO(text))
        assert head[:-1] == table["columns"]
        assert {row[-1] for row in rows} <= {answer["on"]}
        # In a file None is empty, and formulas are quoted.
        here = [["" if cell is None else str(cell) for cell in row] for row in table["rows"]]
        assert [[cell.removeprefix("'") for cell in row[:-1]] for row in rows] == here
        if table["key"] in shown:
            # On a page all spaces are read as plain ones.
            words = [[cell.replace("\u00a0", " ") for cell in row] for row in here]
            assert shown[table["key"]] == words
            compared += 1
        alone = client.get(f"{API}/figures/{table['key']}{query}").json()
        assert alone == {"on": answer["on"], **table}
    # The other tables are empty, and some numbers of "path" are shown as large figures.
    assert compared >= 9
    assert {"case-regions", "adoption", "comments", "requests", "partnerships"} <= shown.keys()


def test_hide_figures_for_brokers(broker):
    PartnershipRequestFactory(opened=True, title="Lonely", visibility="brokers")
    client = as_user(broker)
    assert client.get("/admin/partnerships/figures/unmatched.csv").status_code == 200
    assert client.get(f"{API}/figures/unmatched").status_code == 404
    assert client.get(f"{API}/figures").json() == get("/figures")


def test_hide_figures_about_few_people():
    exchange()
    rows = dict(get("/figures/contributions")["rows"])
    assert rows["Comments"] == 6
    assert rows["Experiences"] == "not shown: protects groups of fewer than 5 people"


def test_answer_unchanged_figures_with_304():
    first = Client().get(f"{API}/figures/path")
    again = Client(headers={"if-none-match": first.headers["ETag"]})
    assert again.get(f"{API}/figures/path").status_code == 304
    PartnershipRequestFactory(submitted=True)
    assert again.get(f"{API}/figures/path").status_code == 304
    PartnershipRequestFactory(opened=True)
    assert again.get(f"{API}/figures/path").status_code == 200


# The collection


def test_list_published_cases_by_facets():
    trade = ThemeFactory(name="Trade")
    practice, tag = PracticeFactory(), TagFactory()
    shown = CaseStudyFactory(published=True, themes=[trade])
    shown.practices.add(practice)
    shown.tags.add(tag)
    CaseStudyFactory(published=True)
    CaseStudyFactory(themes=[trade])
    call_command("rebuild_search", verbosity=0)
    assert len(slugs("/cases")) == 2
    for query in (
        f"theme={trade.slug}",
        f"theme=none&theme={trade.slug}",
        f"practice={practice.slug}&theme={trade.slug}",
        f"tag={tag.slug}",
        f"q={shown.title.split()[-1]}&theme={trade.slug}",
    ):
        assert slugs(f"/cases?{query}") == [shown.slug], query
    assert slugs("/cases?theme=none") == []
    assert slugs("/cases?theme=%00") == []


def test_case_has_the_content_of_its_page():
    city = CityFactory(name="Kisumu", country=CountryFactory(iso2="KE"))
    case = CaseStudyFactory(published=True, challenge="No **port**.", cost="Little")
    case.cities.add(city)
    EvidenceFactory(case=case, label="less time", value=12, unit="days")
    answer = get(f"/cases/{case.slug}")
    assert answer["url"] == f"http://testserver/cases/{case.slug}/"
    assert answer["places"] == ["Kisumu", "Kenya"]
    assert answer["sections"]["challenge"] == "<p>No <strong>port</strong>.</p>\n"
    assert answer["cost"] == "Little"
    (figure,) = answer["evidence"]
    assert (figure["value"], figure["unit"], figure["is_missing"]) == (12, "days", False)
    assert get(f"/cases/{case.slug}?lang=fr")["places"] == ["Kisumu", "Kenya"]


def test_texts_are_in_the_language_that_is_asked_for():
    practice = PracticeFactory(name="Parcels by bus")
    case = CaseStudyFactory(published=True, title="Rural parcels", challenge="One.")
    case.practices.add(practice)
    EvidenceFactory(case=case, label="less time", value=12)
    translated("case", case)
    translated("practice", practice)
    for query, mark in (("", ""), ("?lang=es", "ES "), ("?lang=ru", "")):
        (card,) = get(f"/cases{query}")["items"]
        assert (card["title"], card["language"]) == (f"{mark}Rural parcels", "es" if mark else "en")
        answer = get(f"/cases/{case.slug}{query}")
        assert answer["sections"]["challenge"] == f"<p>{mark}One.</p>\n"
        assert answer["evidence"][0]["label"] == f"{mark}less time"
        assert answer["practices"][0]["name"] == f"{mark}Parcels by bus"
        assert get(f"/practices{query}")["items"][0]["name"] == f"{mark}Parcels by bus"


def test_list_the_fields_added_by_editors():
    reported = CaseStudyFactory(published=True, series=SeriesFactory())
    contributed = CaseStudyFactory(published=True)
    found = [get(f"/cases/{case.slug}")["suggested_by_editors"] for case in (reported, contributed)]
    assert found == [["preconditions", "advice", "goals"], []]
    assert get(f"/practices/{PracticeFactory().slug}")["suggested_by_editors"] == ["needs"]


def test_archived_case_has_the_reason():
    case = CaseStudyFactory(published=True, status="archived", archived_reason="It was wrong.")
    assert get(f"/cases/{case.slug}", 410) == {"detail": "It was wrong.", "title": case.title}
    assert slugs("/cases") == []


def test_drafts_are_not_found_even_by_their_authors():
    case = CaseStudyFactory()
    author = User.objects.create_confirmed("author@example.org", handle="author")
    case.authors.add(author)
    client = Client()
    client.force_login(author)
    assert client.get(f"/cases/{case.slug}/").status_code == 200
    assert client.get(f"{API}/cases/{case.slug}").status_code == 404


def test_list_cities_and_practices_with_their_published_cases():
    benin = CountryFactory(iso2="BJ")
    city, theme = CityFactory(name="Cotonou", country=benin), ThemeFactory()
    practice = PracticeFactory(description="In *steps*.")
    practice.themes.add(theme)
    for fields in ({"published": True}, {}):
        case = CaseStudyFactory(**fields)
        case.cities.add(city)
        case.practices.add(practice)
    CityFactory(country=CountryFactory(iso2="TG"))
    (found,) = get("/cities?country=BJ")["items"]
    assert (found["name"], found["case_count"], found["country"]["name"]) == ("Cotonou", 1, "Benin")
    assert get(f"/cities/{city.slug}")["languages"] == city.working_languages
    (found,) = get(f"/practices?theme={theme.slug}")["items"]
    assert (found["slug"], found["case_count"]) == (practice.slug, 1)
    assert get(f"/practices/{practice.slug}")["description"] == "<p>In <em>steps</em>.</p>\n"
    assert get("/practices?theme=%00")["items"] == []


def test_order_cities_by_their_published_cases_without_samples():
    country = CountryFactory(iso2="BJ")
    cities = [CityFactory(name=name, country=country) for name in ("Ba", "Bb", "Bc", "Bd")]
    for city, published, samples in zip(cities, (1, 0, 2, 1), (0, 9, 0, 3), strict=True):
        for number in range(published + samples):
            case = CaseStudyFactory(published=True, is_sample=number >= published)
            case.cities.add(city)
        CaseStudyFactory().cities.add(city)
    CityFactory(name="Be", country=country, is_sample=True)

    def found() -> list[tuple[str, int]]:
        return [(item["name"], item["case_count"]) for item in get("/cities?size=4")["items"]]

    assert found() == [("Bc", 2), ("Ba", 1), ("Bd", 1), ("Bb", 0)]
    for city in cities:
        listed = dict(found())[city.name]
        assert get(f"/cities/{city.slug}")["case_count"] == listed
    with CaptureQueriesContext(connection) as few:
        get("/cities?size=1")
    with CaptureQueriesContext(connection) as more:
        assert found()
    assert len(few) == len(more)


def test_webinars_do_not_include_the_meeting_link():
    webinar = WebinarFactory(status="held", meeting_link="https://meet.example/secret")
    draft = WebinarFactory(status="draft", series=webinar.series)
    assert slugs("/webinars") == [webinar.slug]
    response = Client().get(f"{API}/webinars/{webinar.slug}")
    assert response.json()["title"] == webinar.title
    assert "secret" not in response.text
    get(f"/webinars/{draft.slug}", 404)


def test_page_through_a_list():
    CityFactory.create_batch(3)
    first = get("/cities?size=2")
    assert (first["count"], len(first["items"]), first["next"]) == (3, 2, 2)
    second = get("/cities?size=2&page=2")
    assert (len(second["items"]), second["next"]) == (1, None)
    assert get("/cities?page=99")["items"] == []


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "size=201", "page=100001", "country=xx", "country=BJ%00"],
)
def test_refuse_invalid_parameters(query):
    assert get(f"/cities?{query}", 422)["detail"][0]["msg"]


def test_refuse_too_many_values():
    get("/cases?" + "&".join(f"tag={number}" for number in range(11)), 422)


def test_caching_and_methods_are_those_of_public_pages(pages):
    CaseStudyFactory(published=True, slug="shown")
    for path in ("/cases", "/cases/shown", "/cities", "/docs", "/openapi.json"):
        first = Client().get(f"{API}{path}")
        assert first.headers["Cache-Control"] == SHARED
        again = {"if-none-match": first.headers["ETag"]}
        with CaptureQueriesContext(connection) as queries:
            assert Client(headers=again).get(f"{API}{path}").status_code == 304
        assert len(queries) == 1
        head = Client().head(f"{API}{path}")
        assert (head.status_code, head.content) == (200, b"")
        assert Client().post(f"{API}{path}").status_code == 405
    assert Client().get(f"{API}/cases").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/nothing", "/cases/", "/cases/not-there", "/figures/not-there"])
def test_answer_unknown_urls_in_json(path):
    assert get(path, 404) == {"detail": "Not Found"}
    response = Client().get(f"{API}{path}")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
@pytest.mark.parametrize("path", ["/cases", "/figures", "/figures/path", "/docs"])
def test_refuse_other_methods(path, method):
    response = getattr(Client(enforce_csrf_checks=True), method)(f"{API}{path}")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.json() == {"detail": "Method Not Allowed"}


# The description


def test_answer_as_described():
    for factory in (CityFactory, PracticeFactory, WebinarFactory):
        factory(slug="shown")
    CaseStudyFactory(published=True, slug="shown")
    CaseStudyFactory(archived=True, slug="archived")
    schema = get_schema()
    seen = set()
    for path, methods in schema["paths"].items():
        names = ["shown", "archived", "not-there", "path", "x" * 121] if "{" in path else [""]
        for name in names:
            for query in ("", "?page=0", "?size=x", "?page=1&size=2&lang=fr"):
                response = Client().get(re.sub("{.*}", name, path) + query)
                described = methods["get"]["responses"][str(response.status_code)]
                shape = described["content"]["application/json"]["schema"]
                jsonschema.validate(response.json(), shape | {"components": schema["components"]})
                seen.add(response.status_code)
    assert seen == {200, 404, 410, 422}


def test_describe_every_route():
    schema = get_schema()
    named = {"/api/v1/docs", "/api/v1/openapi.json"}
    from config.api_urls import urlpatterns

    routes = {f"{API}/{pattern.pattern}" for pattern in urlpatterns} - named
    for kind in ("slug", "key"):
        routes = {route.replace(f"<slug:{kind}>", f"{{{kind}}}") for route in routes}
    assert set(schema["paths"]) == routes
    assert all({*methods} == {"get"} for methods in schema["paths"].values())


def test_operation_ids_are_stable():
    paths = get_schema()["paths"]
    names = sorted(method["operationId"] for path in paths.values() for method in path.values())
    assert names == [
        "partnerships_api_figure",
        "partnerships_api_figures",
        "repository_api_case",
        "repository_api_cases",
        "repository_api_cities",
        "repository_api_city",
        "repository_api_landscape",
        "repository_api_practice",
        "repository_api_practices",
        "repository_api_webinar",
        "repository_api_webinars",
    ]


def get_schema() -> dict:
    response = Client().get(f"{API}/openapi.json")
    assert response.headers["Content-Type"] == "application/json"
    return response.json()


def test_show_the_description_without_scripts_and_other_hosts():
    page = page_of(Client().get(f"{API}/docs"))
    assert page.select("script") == []
    assert "//" not in page.html.replace("http://testserver", "").replace("http://www.w3.org", "")
    shown = {
        (each.one("h3").text, each.select("code")[0].text) for each in page.select(".operation")
    }
    paths = get_schema()["paths"].items()
    assert {(methods["get"]["summary"], f"GET {path}") for path, methods in paths} <= shown
    anchors = {href for _text, href in page.main.links if href.startswith("#shape-")}
    assert anchors
    assert anchors <= {f"#{element['id']}" for element in page.select("[id]")}


@pytest.mark.proof(group="starts", sample=3)
def test_load_the_api_with_its_first_request():
    """A worker that only serves pages saves the memory."""
    code = (
        "import django, sys; django.setup(); import config.urls; from django.urls import reverse;"
        "reverse('api:cases'); print(*{'ninja', 'pydantic', 'weasyprint'} & {*sys.modules})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == ""
