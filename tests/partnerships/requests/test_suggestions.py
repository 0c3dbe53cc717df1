"""What the form of a request suggests from its text, with the series and the embedding engine."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from partnerships.requests import subjects
from partnerships.requests.forms import RequestForm
from repository.models import CaseStudy, City, Practice
from tests import engines
from tests.factories import RepresentationFactory, UserFactory
from tests.page import Page, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("embedded_collection")]
NEW = "/partnerships/requests/new/"
# Parcels to far villages cost too much; one company should bring them all.
PARCELS = {
    "title": "包裹送不到村里",
    "challenge": "去偏远村庄的快递很少，每家快递公司各跑一趟，运费比东西还贵。",
    "desired_result": "由本地一家公司统一配送所有快递。",
}


@pytest.fixture
def focal_point(client):
    member = UserFactory()
    RepresentationFactory(member=member, city=City.objects.get(slug="zhengzhou"))
    client.force_login(member)
    return member


def suggest(client, url: str = NEW, **texts: str) -> Page:
    page = page_of(client.get(url))
    [form] = [each for each in page.forms if "challenge" in each.fields]
    return page_of(client.post(url, form.fields | texts | {"suggest": "1"}))


def suggested(page: Page, name: str) -> list[str]:
    return [each["value"] for each in page.select(f"#field-{name} .suggest input")]


def test_suggest_practices_and_cases_with_their_reasons(client, focal_point, engine):
    page = suggest(client, **PARCELS)
    practice = Practice.objects.get(slug="parcel-consolidation")
    case = CaseStudy.objects.get(slug="zhalantun")
    assert suggested(page, "practices")[0] == str(practice.pk)
    assert suggested(page, "cases")[0] == str(case.pk)
    first = page.select("#field-practices .suggest label")[0]
    reason = first.one(".reason")
    assert reason.text.startswith("Your text is close to ")
    assert "parcels" in reason.one("q").text
    assert page.select("#field-cases .suggest .reason")


def test_quotations_are_marked_with_their_language(client, focal_point, engine):
    page = suggest(client, f"/fr{NEW}", **PARCELS)
    quotation = page.select("#field-practices .suggest q")[0]
    assert (quotation["lang"], quotation["dir"]) == ("en", "ltr")


def test_words_are_the_reason_while_the_engine_fails(client, focal_point, settings):
    settings.EMBEDDINGS_URL = "http://127.0.0.1:9/v1"
    page = suggest(client, challenge="Parcels to villages are expensive.")
    practice = Practice.objects.get(slug="parcel-consolidation")
    assert suggested(page, "practices")[0] == str(practice.pk)
    reason = page.select("#field-practices .suggest .reason")[0]
    assert reason.text == "These words of your text match: parcels, expensive, villages"
    assert page.select("#field-cases .suggest .reason")[0].text.startswith(
        "Shows a suggested practice: "
    )


def test_nothing_for_a_text_on_another_subject(client, focal_point, engine):
    page = suggest(client, title="Mon chat", challenge="Il griffe le canapé toute la journée.")
    assert page.select("#subjects .suggest") == []
    assert len(page.select("#subjects [role=status]")) == 1


@pytest.mark.parametrize("is_engine_there", [True, False])
def test_take_three_queries(request, is_engine_there):
    if is_engine_there:
        request.getfixturevalue("engine")
    engines.apply_search_changes()
    practices = subjects.described_practices()
    texts = PARCELS if is_engine_there else {"challenge": "Parcels to villages are expensive."}
    with CaptureQueriesContext(connection) as queries:
        found = subjects.suggested_by(texts, practices)
    assert found.practices
    assert found.cases
    sent = [each["sql"] for each in queries if "SET CONSTRAINTS" not in each["sql"]]
    assert len(sent) == (3 if is_engine_there else 2)


def test_only_the_button_asks_for_suggestions(engine):
    cities = list(City.objects.filter(slug="zhengzhou").select_related("country"))
    assert RequestForm(cities=cities, initial=PARCELS).suggested == subjects.NOTHING_SUGGESTED
