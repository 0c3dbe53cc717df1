"""The pages about the site in translation."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from repository.models import Origin, SitePage, SiteTopic, Translation, TranslationState
from repository.site_pages import loading
from repository.site_pages.loading import load_site_pages
from repository.translations import actions
from repository.translations.kinds import kinds
from repository.translations.po import as_po, from_po
from repository.translations.problems import problems
from tests.factories import SitePageFactory
from tests.repository.content.translated_texts import entries
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]


@pytest.fixture
def page():
    return SitePageFactory(
        topic="terms", body="Be kind.\n\nBe brief.\n\n## Reuse\n\n- Name the source.\n- Ask."
    )


def notice_of(page) -> list[str]:
    return [" ".join(line.text.split()) for line in page.select(".notice.translated > *")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_initial_translations_are_complete_and_not_reviewed(language):
    load_site_pages()
    found = Translation.objects.filter(kind="page", language=language)
    assert {translation.state for translation in found} == {TranslationState.DRAFT}
    assert len(found) == len(SiteTopic.values)
    for entry in entries(language, "site")["page"]:
        assert problems(entry.source, entry.text) == []
        numbers = [sorted(re.findall(r"\d+", text)) for text in (entry.source, entry.text)]
        assert numbers[0] == numbers[1], entry


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_lead_to_pages_in_the_language_of_the_reader(read, language):
    links = "[About](/about/#aims), [elsewhere](https://example.org/about/), [API](/api/v1/docs)."
    translated("page", SitePageFactory(topic="terms", body=links), language=language)
    found = [link["href"] for link in read(f"/{language}/terms/").select("main .prose a")]
    assert found == [f"/{language}/about/#aims", "https://example.org/about/", "/api/v1/docs"]
    found = [link["href"] for link in read("/terms/").select("main .prose a")]
    assert found == ["/about/#aims", "https://example.org/about/", "/api/v1/docs"]


def test_show_a_page_in_translation(read, page, django_assert_num_queries):
    translation = translated("page", page, language="ar")
    translation.paragraphs.filter(source="## Reuse").update(text="## ES Reuse")
    with django_assert_num_queries(4):
        shown = read("/ar/terms/")
    assert shown.one("h1").text == "ES Terms of use"
    assert shown.one(".lead").text == "ES What to expect."
    assert shown.one("main .prose").lines == [
        "ES Be kind.", "ES Be brief.", "ES Reuse", "ES Name the source.", "ES Ask.",
    ]  # fmt: skip
    assert [heading.text for heading in shown.select("main .prose h2")] == ["ES Reuse"]
    assert shown.select("main [lang]") == []
    [notice] = notice_of(shown)
    assert "لم يراجعها بعد" in notice
    assert shown.one(".notice.translated a")["href"] == "http://testserver/terms/"
    assert notice_of(read("/terms/")) == []


def test_mark_what_has_changed_and_what_is_not_translated(read, page):
    translated("page", page, language="fr")
    page.body = "Be kind, always.\n\n## New\n\nNew too.\n\n" + page.body.partition("\n\n")[2]
    page.save()
    shown = read("/fr/terms/")
    assert shown.one("main .prose").lines[:4] == ["ES Be kind.", "New", "New too.", "ES Be brief."]
    marked = [(part.text.strip(), part["lang"]) for part in shown.select("main .prose [lang]")]
    assert marked == [("New", "en"), ("New too.", "en")]
    assert len(notice_of(shown)) == 3
    assert "always" in shown.one(".notice.translated details").text


def test_say_that_a_page_is_reviewed_no_longer_a_draft(read, page):
    translation = translated("page", page, language="fr")
    draft = notice_of(read("/fr/terms/"))
    translation.paragraphs.update(is_reviewed=True)
    assert len(notice_of(read("/fr/terms/"))[0]) < len(draft[0])


def test_say_that_a_page_is_not_translated(read, page):
    shown = read("/fr/terms/")
    assert [part["lang"] for part in shown.select("main [lang]")] == ["en", "en", "en"]
    assert len(shown.select("p.notice.translated")) == 1
    assert shown.one("link[rel=canonical]")["href"] == "http://testserver/terms/"
    assert shown.select("link[hreflang]") == []


def test_name_the_languages_of_a_page(read, client, page):
    for language in ("fr", "ar"):
        translated("page", page, language=language)
    links = {link["hreflang"]: link["href"] for link in read("/fr/terms/").select("link[hreflang]")}
    assert links == {
        "en": "http://testserver/terms/",
        "ar": "http://testserver/ar/terms/",
        "fr": "http://testserver/fr/terms/",
        "x-default": "http://testserver/terms/",
    }
    sitemap = client.get("/sitemap-pages.xml").content.decode()
    assert re.findall(r"<loc>http://testserver([^<]*/terms/)</loc>", sitemap) == [
        "/terms/", "/ar/terms/", "/fr/terms/",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_changed_translation_changes_the_etag(client):
    page = SitePageFactory(topic="terms")
    translation = translated("page", page, language="fr")
    first = client.get("/fr/terms/")
    again = client.get("/fr/terms/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    translation.paragraphs.filter(field="title").update(text="Les règles")
    changed = client.get("/fr/terms/", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert "Les règles" in changed.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_about_the_site_says_how_it_was_translated(read, language):
    load_site_pages()
    assert len(read(f"/{language}/about/").select("section[aria-labelledby=translation]")) == 1
    assert read("/about/").select("section[aria-labelledby=translation]") == []


def test_load_initial_translations_again(member):
    assert load_site_pages() == 5 + 6 * 5
    assert load_site_pages() == 0
    page = SitePage.objects.get(topic="terms")
    title, summary = list(kinds["page"].units(page))[:2]
    about = {"kind": kinds["page"], "row": page, "language": "fr", "by": member}
    actions.store(texts={title.key: "Nos règles"}, origin=Origin.PERSON, **about)
    page.summary = "Ours."
    page.save()
    assert load_site_pages() == 0
    assert SitePage.objects.get(topic="terms").summary == "Ours."
    french = Translation.objects.get(kind="page", object_id=page.pk, language="fr")
    assert french.paragraphs.get(field="title").text == "Nos règles"
    # The paragraph of the earlier summary.
    assert french.paragraphs.get(field="summary").source == summary.paragraph.text
    assert french.state == TranslationState.PARTLY_STALE


def test_load_texts_of_a_newer_version(tmp_path, monkeypatch):
    load_site_pages()
    (path,) = loading.FOLDER.glob("fr/page.po")
    _language, _is_reviewed, found = from_po(path.read_bytes())
    (tmp_path / "fr").mkdir()
    newer = [type(each)(each.context, each.source, f"{each.text} !") for each in found[:1]]
    (tmp_path / "fr" / "page.po").write_bytes(as_po("fr", newer))
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    assert load_site_pages() == 1
    translation = Translation.objects.get(language="fr", object_id=SitePage.objects.first().pk)
    assert translation.paragraphs.get(field="title").text == "À propos !"
    # A member has translated it since.
    translation.paragraphs.update(text="Ce site", origin=Origin.PERSON)
    assert load_site_pages() == 0


def test_export_translations(tmp_path, monkeypatch):
    load_site_pages()
    before = {
        path.relative_to(loading.FOLDER): path.read_bytes() for path in loading.FOLDER.glob("*/*")
    }
    for name, data in before.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    call_command("export_translations", str(tmp_path), verbosity=0)
    assert {
        path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.glob("*/*")
    } == before
    page = SitePage.objects.get(topic="terms")
    page.title = "Our terms"
    page.save()
    call_command("export_translations", str(tmp_path), verbosity=0)
    _language, _is_reviewed, found = from_po((tmp_path / "fr" / "page.po").read_bytes())
    [title] = [entry for entry in found if entry.context == "terms/title"]
    assert (title.source, title.text) == ("Our terms", "")
