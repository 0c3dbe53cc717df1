import pytest
from django.conf import settings as configured
from django.urls import reverse

from community.accounts import known_devices, purpose
from community.feedback.actions import KEPT_FOR as FEEDBACK_KEPT_FOR
from community.privacy import retention
from repository.models import SitePage, SiteTopic
from repository.site_pages.loading import initial, load_site_pages
from repository.site_pages.sections import sections
from tests.factories import SitePageFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("topic", SiteTopic.values)
def test_show_the_initial_text_before_it_is_stored(read, topic):
    page, text = read(f"/{topic}/"), initial(topic)
    assert page.one("h1").text == text.title
    assert page.one(".lead").text == text.summary
    headings = [each.heading for each in sections(text, text.body) if each.heading]
    assert [each.text for each in page.select("main .prose h2")] == headings
    assert len(page.select(".foot a[href='/terms/']")) == 1
    # Without a translation, but with a page in each language.
    assert read(f"/fr/{topic}/").one("h1").text == text.title


def test_show_the_text_of_staff(read, django_assert_num_queries):
    SitePageFactory(topic="terms")
    with django_assert_num_queries(2):
        page = read("/terms/")
    assert page.main.lines == [
        "Terms of use", "What to expect.", "Be kind.", "Reuse", "Name the source.",
    ]  # fmt: skip


def test_load_missing_texts_only():
    SitePageFactory(topic="terms", title="Ours")
    load_site_pages()
    assert dict(SitePage.objects.values_list("topic", "title")) == {
        topic: "Ours" if topic == "terms" else initial(topic).title for topic in SiteTopic.values
    }


def test_lead_members_to_the_translations(client, member):
    page = SitePageFactory(topic="terms")
    url = reverse("community:translation_languages", args=["page", page.pk])
    assert page_of(client.get("/terms/").content.decode()).select(f"a[href='{url}']") == []
    client.force_login(member)
    assert len(page_of(client.get("/terms/").content.decode()).select(f"a[href='{url}']")) == 1
    page.delete()
    assert page_of(client.get("/terms/").content.decode()).select("a.translate") == []


def test_clean_the_text():
    page = SitePageFactory.build(body="<b>x</b>\r\n\r\n## <i>Head\r\n\r\n[a](javascript:b)")
    first, second = sections(page, page.body)
    assert "<b>" not in first.html
    assert second.heading == "<i>Head"
    assert "href" not in second.html


def test_edit_the_page_about_the_collection(read):
    SitePageFactory(topic="about", title="Our aims", body="We collect.\n\n## Rights\n\nAsk us.")
    page = read("/about/")
    assert page.main.lines[:2] == ["Our aims", "What to expect."]
    assert page.main.lines[2:5] == ["We collect.", "Rights", "Ask us."]
    assert ("References", "/references/") in page.main.links
    assert read("/fr/about/").one("h1").text == "Our aims"


@pytest.mark.parametrize(
    ("contact", "text"),
    [
        ("mailto:office@exchange.example", "office@exchange.example"),
        ("https://exchange.example/write", "https://exchange.example/write"),
    ],
)
def test_show_the_contact_that_is_configured(read, settings, contact, text):
    settings.CONTACT = contact
    assert read("/contact/").main.link(text) == contact
    assert read("/privacy/").select(".contact-address") == []


def test_show_no_contact_without_one(read, settings):
    settings.CONTACT = ""
    assert read("/contact/").select(".contact-address") == []
    assert [href for _name, href in read("/contact/").main.links if "mailto:" in href] == []


@pytest.mark.parametrize("language", [code for code, _name in configured.LANGUAGES])
def test_privacy_page_names_the_cookies(read, language, settings):
    load_site_pages()
    page = read("/privacy/" if language == "en" else f"/{language}/privacy/")
    names = [
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        "messages",
        settings.SIGN_UP_COOKIE_NAME,
        settings.KNOWN_DEVICE_COOKIE_NAME,
    ]
    assert [each.text for each in page.select("main .prose code")] == names


def test_privacy_page_states_the_periods_of_the_code(settings):
    """The periods in days as the page states them, in the order of the page."""
    day = 24 * 60 * 60
    assert (
        14 * day,
        False,
    ) == (settings.SESSION_COOKIE_AGE, settings.SESSION_EXPIRE_AT_BROWSER_CLOSE)
    # A year is 52 weeks here.
    assert 52 * 7 * day == settings.CSRF_COOKIE_AGE
    assert (3 * day, 365 * day) == (purpose.KEPT_FOR, known_devices.KEPT_FOR)
    periods = [
        retention.UNCONFIRMED_FOR,
        retention.COPIES_KEPT_FOR,
        retention.GUESTS_KEPT_FOR,
        retention.SPEAKERS_KEPT_FOR,
        FEEDBACK_KEPT_FOR,
    ]
    assert [period.days for period in periods] == [7, 90, 180, 365, 365]
