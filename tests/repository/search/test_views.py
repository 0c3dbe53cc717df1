import pytest
from django.urls import reverse

from repository.models import CaseStudy
from tests.factories import CaseStudyFactory, PracticeFactory

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
    html = get(q='"><script>alert(1)</script>').content.decode()
    assert "<script>alert(1)" not in html
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in html


def test_answer_only_results_for_search_as_you_type(get):
    CaseStudyFactory(published=True, title="Harbour")
    response = get(q="harb", partial="1")
    assert {template.name for template in response.templates} == {
        "repository/search/_search_results.html",
        "repository/search/_search_hit.html",
    }
    assert titles(response) == ["<mark>Harbour</mark>"]
    assert "partial" not in response.content.decode()


def test_narrow_to_one_kind(get):
    CaseStudyFactory(published=True, title="Harbour")
    PracticeFactory(name="Harbour works")
    response = get(q="harbour", kind="practice")
    assert titles(response) == ["<mark>Harbour</mark> works"]
    assert [(tab["kind"], tab["count"], tab["is_chosen"]) for tab in response.context["tabs"]] == [
        ("", 2, False),
        ("case", 1, False),
        ("practice", 1, True),
    ]


def test_ignore_an_unknown_kind(get):
    CaseStudyFactory(published=True, title="Harbour")
    assert titles(get(q="harbour", kind="nonsense")) == ["<mark>Harbour</mark>"]


def test_offer_other_kinds_where_the_chosen_has_nothing(get):
    CaseStudyFactory(published=True, title="Harbour")
    response = get(q="harbour", kind="city")
    assert titles(response) == []
    assert 'href="?q=harbour"' in response.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "9" * 5000, "٣", "²"])
def test_answer_any_page_number(get, page):
    CaseStudyFactory(published=True, title="Harbour")
    assert titles(get(q="harbour", page=page)) == ["<mark>Harbour</mark>"]


def test_say_what_was_searched_instead(get):
    CaseStudyFactory(published=True, title="Harbour")
    html = get(q="harbuor").content.decode()
    assert (
        "Nothing was found for <bdi>harbuor</bdi>. "
        "Showing results for <strong><bdi>harbour</bdi></strong>." in html
    )


def test_suggest_a_way_on_where_nothing_is_found(get):
    html = get(q="quokka").content.decode()
    assert "Nothing was found for <bdi>quokka</bdi>." in html
    assert f'href="{reverse("repository:practice_list")}">Practices' in html


def test_say_that_more_was_typed_than_is_searched(get):
    assert "Only the first 12 words, or 200 characters," in get(q="word " * 500).content.decode()


def test_say_when_there_is_no_word(get):
    assert "There is no word to look for." in get(q="?!").content.decode()


@pytest.mark.parametrize(("reader", "marks"), [("en", 0), ("fr", 2)])
def test_name_the_language_of_what_is_not_in_the_readers(client, reader, marks):
    CaseStudyFactory(published=True, title="Harbour", language="en")
    response = client.get(URL, {"q": "harbour"}, headers={"accept-language": reader})
    html = response.content.decode()
    assert html.count('<h3 lang="en">') + html.count('<p lang="en">') == marks


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


def test_refuse_post(client):
    assert client.post(URL).status_code == 405
