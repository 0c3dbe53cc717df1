import pytest

from repository.models import SitePage, SiteTopic
from repository.site_pages.loading import initial, load_site_pages
from tests.factories import SitePageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("prefix", ["", "/fr"])
@pytest.mark.parametrize("topic", SiteTopic.values)
def test_show_the_initial_text(read, topic, prefix):
    page = read(f"{prefix}/{topic}/")
    text = initial(topic, prefix[1:] or "en")
    assert page.one("h1").text == text.title
    assert page.one(".lead").text == text.summary
    headings = [heading for heading, _html in text.sections() if heading]
    assert [each.text for each in page.select("main h2")] == headings
    assert len(page.select(f".foot a[href='{prefix}/terms/']")) == 1


def test_show_the_text_of_staff(read, django_assert_num_queries):
    SitePageFactory(topic="terms")
    with django_assert_num_queries(2):
        page = read("/terms/")
    assert page.main.lines == [
        "Terms of use", "What to expect.", "Be kind.", "Reuse", "Name the source.",
    ]  # fmt: skip


def test_prefer_the_language_of_the_page(read):
    SitePageFactory(topic="terms")
    assert read("/fr/terms/").one("h1").text == initial("terms", "fr").title
    SitePageFactory(topic="terms", language="fr", title="Les règles")
    assert read("/fr/terms/").one("h1").text == "Les règles"


def test_fall_back_to_english(read, monkeypatch):
    english = initial("terms", "en")
    monkeypatch.setattr(
        "repository.site_pages.views.initial",
        lambda topic, code: english if code == "en" else None,
    )
    page = read("/fr/terms/")
    assert page.one("main [lang]")["lang"] == "en"
    assert page.one("link[rel=canonical]")["href"].endswith("//testserver/terms/")


def test_load_missing_texts_only():
    SitePageFactory(topic="terms", title="Ours")
    assert load_site_pages() == 2 * len(SiteTopic) - 1
    assert SitePage.objects.get(topic="terms", language="en").title == "Ours"
    assert load_site_pages() == 0


def test_clean_the_text():
    page = SitePageFactory.build(body="<b>x</b>\r\n\r\n## <i>Head\r\n\r\n[a](javascript:b)")
    (_none, first), (heading, second) = page.sections()
    assert "<b>" not in first
    assert heading == "<i>Head"
    assert "href" not in second
