import pytest
from django.urls import reverse

from repository.models import CaseStudy
from tests.factories import CaseStudyFactory, CityFactory, PracticeFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
URL = "/search/"


@pytest.fixture
def get(client):
    def get(**query):
        return client.get(reverse("repository:search"), query)

    return get


def titles(response):
    return [str(hit.title) for hit in response.context["results"].hits]


def test_show_results(get):
    CaseStudyFactory(published=True, title="A <new> harbour", summary="For all.")
    response = get(q="harbour")
    assert response.status_code == 200
    assert titles(response) == ["A &lt;new&gt; <mark>harbour</mark>"]
    assert response.context["count"] == "1 result"


def test_show_the_page_without_words(get):
    assert titles(get()) == titles(get(q="")) == titles(get(q=" ")) == []


def test_keep_what_was_typed(get):
    typed = '"><script>alert(1)</script>'
    page = page_of(get(q=typed))
    assert "<script>alert(1)" not in page.html
    assert page.main.one("input[name=q]")["value"] == typed


def test_answer_only_results_for_search_as_you_type(get):
    CaseStudyFactory(published=True, title="Harbour")
    response = get(q="harb", partial="1")
    assert {template.name for template in response.templates} == {
        "repository/search/_search_results.html",
        "repository/search/_search_hit.html",
    }
    assert titles(response) == ["<mark>Harbour</mark>"]
    assert "partial" not in page_of(response).html


def test_narrow_to_one_kind(get):
    CaseStudyFactory(published=True, title="Harbour")
    PracticeFactory(name="Harbour works")
    response = get(q="harbour", kind="practice")
    assert titles(response) == ["<mark>Harbour</mark> works"]
    assert [(tab["kind"], tab["count"], tab["is_chosen"]) for tab in response.context["tabs"]] == [
        ("", (2, 0), False),
        ("case", (1, 0), False),
        ("practice", (1, 0), True),
    ]


def test_name_samples_beside_the_numbers(get):
    """A sample is counted apart, as in lists: an invented city is no result more."""
    CaseStudyFactory(published=True, title="Harbour", summary="")
    CaseStudyFactory(published=True, title="Harbour works", summary="", is_sample=True)
    CityFactory(name="Harbour", is_sample=True)
    page = page_of(get(q="harbour"))
    assert [each.text for each in page.select(".tabs a")] == [
        "Everything 1 + 2 samples",
        "Cases 1 + 1 sample",
        "Cities 0 + 1 sample",
    ]
    heading = page.one("h2.found")
    assert heading.text == heading["data-status"] == "1 result + 2 samples"
    assert page_of(get(q="harbour", kind="city")).one("h2.found").text == "0 results + 1 sample"


def test_ignore_an_unknown_kind(get):
    CaseStudyFactory(published=True, title="Harbour")
    assert titles(get(q="harbour", kind="nonsense")) == ["<mark>Harbour</mark>"]


def test_link_all_kinds_if_the_chosen_one_has_no_result(get):
    CaseStudyFactory(published=True, title="Harbour")
    response = get(q="harbour", kind="city")
    assert titles(response) == []
    assert "?q=harbour" in [href for _text, href in page_of(response).main.links]


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "9" * 5000, "٣", "²"])
def test_answer_any_page_number(get, page):
    CaseStudyFactory(published=True, title="Harbour")
    assert titles(get(q="harbour", page=page)) == ["<mark>Harbour</mark>"]


def test_show_the_corrected_query(get):
    CaseStudyFactory(published=True, title="Harbour")
    page = page_of(get(q="harbuor"))
    assert [word.text for word in page.select("bdi")] == ["harbuor", "harbour"]


def test_link_other_pages_when_nothing_is_found(get):
    main = page_of(get(q="quokka")).main
    assert [word.text for word in main.select("bdi")] == ["quokka"]
    assert main.link("Practices") == reverse("repository:practice_list")


def test_report_a_query_that_is_too_long(get):
    assert len(page_of(get(q="word " * 500)).select(".notice.warning")) == 1
    assert page_of(get(q="word")).select(".notice.warning") == []


def test_report_a_query_without_words(get):
    assert len(page_of(get(q="?!")).select(".empty h2.found")) == 1
    assert page_of(get(q="")).select(".empty h2.found") == []


@pytest.mark.parametrize(("prefix", "marks"), [("", 0), ("/fr", 2)])
def test_name_the_language_of_what_is_not_in_the_readers(client, prefix, marks):
    CaseStudyFactory(published=True, title="Harbour", language="en")
    response = client.get(prefix + URL, {"q": "harbour"})
    assert len(page_of(response).select("h3[lang=en], p[lang=en]")) == marks


@pytest.mark.parametrize("count", [1, 3, 1000])
def test_show_in_a_fixed_number_of_queries(get, count, django_assert_num_queries):
    CaseStudy.objects.bulk_create(
        CaseStudyFactory.build(published=True, title=f"Harbour {n}") for n in range(count)
    )
    get(q="warm")
    # The edition; then, in a test only, the entries brought up to date; then the search.
    with django_assert_num_queries(3):
        assert len(titles(get(q="harbour"))) == min(count, 20)


def test_answer_an_unchanged_page_with_304(get, client):
    CaseStudyFactory(published=True, title="Harbour")
    etag = get(q="harbour").headers["ETag"]
    response = client.get(URL, {"q": "harbour"}, headers={"if-none-match": etag})
    assert response.status_code == 304
