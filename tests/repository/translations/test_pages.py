import json

import pytest
from django.urls import reverse

from tests.factories import (
    CaseStudyFactory,
    EvidenceFactory,
    OfferFactory,
    PracticeFactory,
    RecommendationFactory,
    SuggestionFactory,
    WebinarFactory,
)
from tests.page import page_of
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    practice = PracticeFactory(name="Parcels by bus")
    case = CaseStudyFactory(title="Rural parcels", challenge="One.\n\nTwo.", published=True)
    case.practices.add(practice)
    EvidenceFactory(case=case, label="Parcels delivered", is_headline=True)
    translated("case", case)
    translated("practice", practice)
    return case


def open_in(client, row, language=""):
    response = client.get(f"{language and '/' + language}{row.get_absolute_url()}")
    assert response.status_code == 200
    return page_of(response.content.decode())


def test_a_case_is_shown_in_translation(client, case):
    page = open_in(client, case, "es")
    assert page.select("h1")[0].text == "ES Rural parcels"
    assert "lang" not in page.select("h1")[0].attributes
    assert "ES One." in page.text
    assert "ES Parcels by bus" in page.text
    assert "ES Parcels delivered" in page.text
    [notice] = page.select(".notice.translated")
    assert notice.select("a")[0]["href"].endswith(f"//testserver{case.get_absolute_url()}")


def test_a_page_without_translation_says_so(client, case):
    page = open_in(client, case, "fr")
    assert page.select("h1")[0]["lang"] == "en"
    assert len(page.select(".notice.translated")) == 1
    assert not open_in(client, case).select(".notice.translated")


def test_search_engines_find_the_translations_of_a_page(client, case):
    addresses = {
        "en": f"http://testserver{case.get_absolute_url()}",
        "es": f"http://testserver/es{case.get_absolute_url()}",
    }
    for language in ("", "es"):
        page = open_in(client, case, language)
        links = {link["hreflang"]: link["href"] for link in page.select("link[hreflang]")}
        assert links == {**addresses, "x-default": addresses["en"]}
        assert page.select("link[rel=canonical]")[0]["href"] == addresses[language or "en"]
    page = open_in(client, case, "fr")
    assert page.select("link[rel=canonical]")[0]["href"] == addresses["en"]
    assert not page.select("link[hreflang]")


def test_the_schema_names_the_original(client, case):
    text = open_in(client, case, "es").select("script[type='application/ld+json']")[0].text
    schema = json.loads(text)
    assert schema["inLanguage"] == "es"
    assert schema["headline"] == "ES Rural parcels"
    assert schema["translationOfWork"]["inLanguage"] == "en"


@pytest.mark.parametrize(
    ("kind", "factory"), [("practice", PracticeFactory), ("recommendation", RecommendationFactory)]
)
def test_the_schema_of_an_article_names_the_original(client, kind, factory):
    row = factory(summary="Of parcels.")
    translated(kind, row)
    here, original = f"/es{row.get_absolute_url()}", row.get_absolute_url()
    [schema] = open_in(client, row, "es").json_ld
    assert (schema["@type"], schema["inLanguage"]) == ("Article", "es")
    assert (schema["headline"][:3], schema["description"]) == ("ES ", "ES Of parcels.")
    assert schema["url"] == f"http://testserver{here}"
    assert schema["translationOfWork"] == {
        "@type": "Article",
        "url": f"http://testserver{original}",
        "inLanguage": "en",
    }
    [schema] = open_in(client, row, "fr").json_ld
    assert (schema["inLanguage"], schema["url"]) == ("en", f"http://testserver{original}")
    assert "translationOfWork" not in schema


@pytest.mark.parametrize(
    ("kind", "factory"),
    [
        ("webinar", lambda: WebinarFactory(date="2020-08-14")),
        ("series", lambda: WebinarFactory(series__start="2020-08-14").series),
    ],
)
def test_the_schema_of_an_event_names_the_original_of_its_page(client, kind, factory):
    row = factory()
    translated(kind, row)
    here, original = f"/es{row.get_absolute_url()}", row.get_absolute_url()
    [schema] = open_in(client, row, "es").json_ld
    assert (schema["name"][:3], schema["url"]) == ("ES ", f"http://testserver{here}")
    assert schema["mainEntityOfPage"] == {
        "@type": "WebPage",
        "url": f"http://testserver{here}",
        "inLanguage": "es",
        "translationOfWork": {
            "@type": "WebPage",
            "url": f"http://testserver{original}",
            "inLanguage": "en",
        },
    }
    [schema] = open_in(client, row, "fr").json_ld
    assert schema["mainEntityOfPage"] == {
        "@type": "WebPage",
        "url": f"http://testserver{original}",
        "inLanguage": "en",
    }


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("case", lambda: CaseStudyFactory(published=True)),
        ("practice", PracticeFactory),
        ("webinar", WebinarFactory),
        ("series", lambda: WebinarFactory().series),
        ("offer", OfferFactory),
        ("suggestion", SuggestionFactory),
    ],
)
def test_previews_of_links_lead_to_the_translation(client, kind, row):
    row = row()
    translated(kind, row)
    for language, url in [("es", f"/es{row.get_absolute_url()}"), ("fr", row.get_absolute_url())]:
        page = open_in(client, row, language)
        [shared] = page.select("meta[property='og:url']")
        assert shared["content"] == f"http://testserver{url}"
        [link] = page.select(".notice.translated a")[:1]
        if language == "es":
            assert link["href"] == f"http://testserver{row.get_absolute_url()}"


def test_a_citation_cites_the_original_and_names_the_translation(client, case):
    text = open_in(client, case, "es").select(".cite pre")[0].text
    assert "Rural parcels [ES Rural parcels] [Case study]." in text
    assert text.endswith(f"http://testserver{case.get_absolute_url()}")


def test_cards_are_in_the_language_of_the_reader(client, case):
    url = reverse("repository:case_list")
    page = page_of(client.get(f"/es{url}").content.decode())
    assert [heading.text for heading in page.select("h3")] == ["ES Rural parcels"]
