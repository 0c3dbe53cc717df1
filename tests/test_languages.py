"""A page and all it leads to are in the language of its URL."""

import pytest
from django.conf import settings
from django.test import Client

from community.models import User
from repository.counts import counting
from repository.models import CaseStudy, DailyCount
from repository.pages.addresses import in_language
from tests.collection import MEMBER_PAGES, PUBLIC_PAGES, VISITOR_PAGES, signed_in
from tests.community.moderation.reviews.test_views import decide
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CommentFactory, UserFactory
from tests.kept_pages import made
from tests.page import page_of

pytestmark = pytest.mark.django_db


def targets(page) -> set[str]:
    """The paths of links and forms, without links to other languages."""
    found = {link["href"] for link in page.select("a[href]") if "hreflang" not in link.attributes}
    found |= {form["action"] for form in page.select("form[action]")}
    return {path for path in found if path.startswith("/")}


@pytest.mark.proof(sample=1)
@pytest.mark.slow(20)
def test_lead_to_pages_in_the_same_language(collection, sample):
    """Also after the page was rendered in another language by the same process."""
    member = signed_in(User.objects.get(handle="member"))
    cases = [case.get_absolute_url() for case in CaseStudy.objects.published()]
    pages = [(Client(), path) for path in [*PUBLIC_PAGES, *VISITOR_PAGES, *cases]]
    pages += [(member, path) for path in ["/", *MEMBER_PAGES]]
    wrong = {}
    others = [code for code, _name in settings.LANGUAGES if code != "en"]
    for client, english in sample(pages, 10):
        for language in ("en", *sample(others, 2), "en"):
            path = in_language(english, language)
            if language != "en" and path == english:
                continue  # The page is in English only.
            found = targets(page_of(client.get(path)))
            others = {url for url in found if in_language(url, language) != url}
            if others:
                wrong[path] = others
    assert wrong == {}


def flag(comment, prefix: str, moderator):
    """The third flag hides a comment."""
    for number in range(3):
        client = Client()
        client.force_login(UserFactory(email=f"reader-{number}@example.org"))
        path = f"{prefix}/flags/comment/{comment.pk}/"
        assert client.post(path, {"reason": "spam"}).status_code == 302


def hide(comment, prefix: str, moderator):
    """The admin has no prefix: its language is that of the profile."""
    moderator.language = prefix[1:]
    moderator.save()
    client = DeskClient()
    client.force_login(moderator)
    sent = {"verb": "hide", "reason": "spam", "message": "This is advertising."}
    review = page_of(client.get(f"/admin/review/comment/{comment.pk}/"))
    assert review["lang"] == prefix[1:] or "en"
    assert decide(client, "comment", comment, **sent).redirect_chain


def withdraw(comment, prefix: str, moderator=None):
    client = Client()
    client.force_login(comment.author)
    assert client.post(f"{prefix}/comments/{comment.pk}/withdraw/").status_code == 302


@pytest.mark.parametrize("act", [flag, hide, withdraw])
@pytest.mark.parametrize("prefix", ["", "/fr"])
def test_hide_a_comment_in_every_language_at_once(pages, collection, act, prefix):
    """Hidden from one language, it is gone from the cached pages of all by the next request."""
    case = CaseStudyFactory(published=True, slug="parcels")
    comment = CommentFactory(subject=case, body="It took a year.")
    paths = ["/cases/parcels/", "/fr/cases/parcels/"]
    for path in paths * 2:
        was_made, response = made(lambda path=path: Client().get(path))
        assert "It took a year." in page_of(response).html
    assert was_made is False
    act(comment, prefix, User.objects.get(handle="moderator"))
    for path in paths:
        assert "It took a year." not in page_of(Client().get(path)).html


def test_store_nothing_under_a_language(collection):
    """The views that are counted."""
    case = CaseStudy.objects.published().first()
    browser = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}
    path = case.get_absolute_url()
    for prefix in ("", "/fr"):
        told = Client(headers=browser).post("/seen/", prefix + path, content_type="text/plain")
        assert told.status_code == 204
    counting.buffer.write()
    assert DailyCount.objects.get(case=case).number == 2


def test_lay_out_a_text_from_right_to_left(db):
    CaseStudyFactory(published=True, slug="arabic", language="ar", title="ميناء", summary="ملخص")
    page = page_of(Client().get("/cases/arabic/"))
    assert (page["lang"], page["dir"]) == ("en", "ltr")
    for text in (page.one("h1"), page.one(".lead")):
        assert (text["lang"], text["dir"]) == ("ar", "rtl")
    section = page.select("section[lang=ar]")[0]
    assert (section["dir"], section.one("h2")["lang"], section.one("h2")["dir"]) == (
        "rtl",
        "en",
        "ltr",
    )
    card = page_of(Client().get("/cases/")).one("h3[lang=ar]")
    assert card["dir"] == "rtl"
