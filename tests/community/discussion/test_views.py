import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.accounts import spam_protection
from community.accounts.spam_protection import stamp_for
from community.discussion import actions
from community.discussion.actions import withdraw
from community.models import AppealOutcome, Comment, Decision, HelpfulMark, Standing, Verb
from community.moderation.appeals.actions import appeal, decide_appeal
from community.moderation.decisions.actions import decide
from community.moderation.decisions.undo import undo
from repository.pages.http import SHARED
from tests.conftest import staff
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    PracticeFactory,
    RecommendationFactory,
    UserFactory,
    WebinarFactory,
)
from tests.page import Element, Page, page_of
from tests.timing import ends_soon

pytestmark = pytest.mark.django_db
BODY = "It took us two years."


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, slug="parcels", title="Parcels from the village")


@pytest.fixture
def trusted(member):
    CommentFactory.create_batch(3, author=member, subject=CityFactory())
    Comment.objects.update(created_at=timezone.now() - timedelta(days=2))
    return member


@pytest.fixture
def as_member(client, trusted):
    client.force_login(trusted)
    return client


@pytest.fixture
def comment(case, trusted):
    # A number that is localized with a comma in texts, but not in URLs.
    return CommentFactory(pk=1_234_567, subject=case, author=trusted, body="Who **pays** for it?")


def filled(user, body=BODY, **changes):
    return {"body": body, "website": "", "stamp": stamp_for(user, at=time.time() - 10)} | changes


def new_url(subject, word="case"):
    return f"/comments/{word}/{subject.pk}/new/"


def page_for(user=None, path="/cases/parcels/", **headers) -> Page:
    browser = Client(headers=headers)
    if user:
        browser.force_login(user)
    return page_of(browser.get(path))


def texts(page) -> list[str]:
    return [each.text for each in page.select("article.comment .prose")]


def placeholders(page) -> dict[str, str]:
    """The id and the text of each comment whose own text is not shown."""
    found = page.select("article.comment")
    return {each["id"]: each.text for each in found if not each.select(".prose")}


def queries(client, path) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


# The page


def test_show_a_discussion_to_visitors_without_forms(client, case, comment):
    CommentFactory(subject=case, parent=comment, body="The post.")
    response = client.get("/cases/parcels/")
    page = page_of(response)
    assert page.one(f"#comment-{comment.pk} .prose strong").text == "pays"
    assert texts(page) == ["Who pays for it?", "The post."]
    assert page.forms == []
    assert ("csrfmiddlewaretoken" in page.html, "htmx" in page.html) == (False, False)
    sign_in = page.one("#discussion").link("Sign in to comment")
    assert sign_in == "/accounts/login/?next=/cases/parcels/%23discussion"
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == SHARED


@pytest.mark.parametrize(
    ("factory", "word"),
    [
        (CityFactory, "city"),
        (PracticeFactory, "practice"),
        (RecommendationFactory, "recommendation"),
        (WebinarFactory, "webinar"),
    ],
)
def test_discuss_each_kind(factory, word, as_member, trusted):
    subject = factory()
    response = as_member.post(new_url(subject, word), filled(trusted))
    comment = Comment.objects.get(body=BODY)
    assert response.url == f"{subject.get_absolute_url()}#comment-{comment.pk}"
    assert texts(page_for(path=subject.get_absolute_url())) == [BODY]


def test_show_pending_and_hidden_comments_to_their_author_only(case, member, stranger, moderator):
    CommentFactory(subject=case, author=member, pending=True, body="Not yet.")
    CommentFactory(subject=case, author=member, standing=Standing.HIDDEN, body="No more.")
    for user in (None, stranger, moderator):
        html = page_for(user).html
        assert [words in html for words in ("Not yet.", "No more.")] == [False, False]
    page = page_for(member)
    assert texts(page) == ["Not yet.", "No more."]
    assert len({each.text for each in page.select("article.comment .notice")}) == 2


@pytest.mark.parametrize(
    ("standing", "placeholder"),
    [
        (Standing.HIDDEN, "This comment is no longer available."),
        (Standing.REMOVED, "Deleted by its author."),
    ],
)
def test_leave_a_placeholder_where_others_answered(standing, placeholder, case, stranger):
    head = CommentFactory(subject=case, author=stranger, standing=standing, body="Rude.")
    alone = CommentFactory(subject=case, author=stranger, standing=standing, body="Also rude.")
    CommentFactory(subject=case, parent=head, body="Please.")
    page = page_for()
    assert placeholders(page) == {f"comment-{head.pk}": placeholder}
    for secret in ("ude.", "Stranger", f"comment-{alone.pk}"):
        assert secret not in page.html
    assert texts(page) == ["Please."]


REMOVED = "Removed by a moderator."


def removed(comment, moderator):
    decide(subject=comment, verb=Verb.REMOVE, by=moderator, reason="abuse", message="Rude.")
    return comment


def test_leave_a_placeholder_for_what_a_moderator_removed(case, member, moderator):
    comment = removed(CommentFactory(subject=case, author=member, body="You fools."), moderator)
    for reader in (None, member):
        page = page_for(reader)
        assert placeholders(page) == {f"comment-{comment.pk}": REMOVED}
        assert "You fools." not in page.html


def test_distinguish_withdrawal_after_restoration_from_removal(case, member, moderator):
    comment = removed(CommentFactory(subject=case, author=member), moderator)
    CommentFactory(subject=case, parent=comment)
    decide(subject=comment, verb=Verb.RESTORE, by=moderator, reason="mistake", message="Sorry.")
    withdraw(comment=comment, by=member)
    assert [*placeholders(page_for())] == [f"comment-{comment.pk}"]


def test_leave_a_placeholder_for_a_removal_upheld_on_appeal(case, member, moderator):
    comment = removed(CommentFactory(subject=case, author=member), moderator)
    asked = appeal(decision=Decision.objects.get(), by=member, words="Not rude.")
    answer = {"outcome": AppealOutcome.UPHELD, "answer": "It was."}
    decide_appeal(appeal=asked, by=staff("Moderators", "another"), **answer)
    assert list(placeholders(page_for())) == [f"comment-{comment.pk}"]


def test_show_no_placeholder_once_the_removal_is_undone(case, member, moderator):
    removed(CommentFactory(subject=case, author=member, body="You folks."), moderator)
    undo(decision=Decision.objects.get(), by=moderator)
    page = page_for()
    assert (placeholders(page), texts(page)) == ({}, ["You folks."])


def test_show_a_comment_of_a_former_member(case):
    CommentFactory(subject=case, author=None)
    assert page_for().one("article.comment bdi").text == "Former member"


def test_link_members_who_are_mentioned(as_member, trusted, case, colleague):
    def comment():
        return page_of(as_member.get("/cases/parcels/")).one("article.comment .prose")

    as_member.post(new_url(case), filled(trusted, "Ask @Colleague or @nobody."))
    assert comment().text == "Ask @Colleague or @nobody."
    assert comment().links == [("@Colleague", "/members/colleague/")]
    colleague.is_active = False
    colleague.save()
    assert comment().text == "Ask @Colleague or @nobody."
    assert comment().links == []


def test_sort_and_turn_pages(client, case, stranger):
    heads = CommentFactory.create_batch(99, subject=case, author=stranger)
    answers = CommentFactory.create_batch(3, subject=case, author=stranger, parent=heads[-1])

    def shown(path):
        found = page_for(path=path).select("article.comment")
        return [int(each["id"].removeprefix("comment-")) for each in found]

    oldest = [row.pk for row in [*heads, *answers]]
    assert shown("/cases/parcels/") == oldest[:100]
    assert shown("/cases/parcels/?comments=2") == oldest[100:]
    earlier = page_for(path="/cases/parcels/?comments=2").link("Replies to an earlier comment")
    assert earlier == f"/comments/{heads[-1].pk}/"
    newest = [heads[-1], *answers, *heads[-2::-1]]
    assert shown("/cases/parcels/?sort=newest") == [row.pk for row in newest][:100]
    for number in ("0", "x", "-1", "99999999999999999999"):
        assert len(shown(f"/cases/parcels/?comments={number}")) in (2, 100)
    # Permanent URLs lead to the right page.
    assert client.get(f"/comments/{oldest[100]}/").url == (
        f"/cases/parcels/?comments=2#comment-{oldest[100]}"
    )
    assert client.get(f"/comments/{oldest[99]}/").url == f"/cases/parcels/#comment-{oldest[99]}"


def test_offer_each_reader_their_actions(case, member, stranger):
    """On every request, and until the comment changes."""
    comment = CommentFactory(subject=case, author=member, body="We see the same.")
    acts = ["Reply", "Helpful", "Flag", "Edit", "Delete"]

    def seen(user=None, prefix="") -> Element:
        return page_for(user, prefix + case.get_absolute_url()).one("article.comment")

    def offered(user=None) -> list[str]:
        found = [each.text for each in seen(user).select(".acts a, .acts button")]
        return [act for act in acts if any(text.startswith(act) for text in found)]

    for _again in range(2):
        assert offered() == []
        assert offered(stranger) == ["Reply", "Helpful", "Flag"]
        assert offered(member) == ["Reply", "Edit", "Delete"]
    assert seen(stranger, "/fr").one(".flag").text.startswith("Signaler")
    HelpfulMark.objects.create(comment=comment, member=stranger)
    assert seen(stranger).one(".helpful button")["aria-pressed"] == "true"
    assert seen().one(".helpful").text.split()[0] == "1"
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert offered(member) == ["Reply", "Delete"]
    member.display_name = "Other name"
    member.save()
    assert seen().one("bdi").text == "Other name"
    member.delete()
    assert seen().one("bdi").text == "Former member"


@pytest.mark.parametrize("signed_in", [False, True])
def test_page_takes_the_same_queries_for_1_and_200_comments(signed_in, case, member):
    browser = Client()
    if signed_in:
        browser.force_login(member)
    counts = set()
    for number in (1, 2, 197):
        for row in CommentFactory.create_batch(number, subject=case):
            row.mentioned.add(member)
            HelpfulMark.objects.create(comment=row, member=member)
        counts.add(queries(browser, "/cases/parcels/"))
    assert len(counts) == 1
    assert counts.pop() <= 12


def test_answer_304_until_the_discussion_changes(case, trusted, stranger):
    """Of the page that visitors share; those of members have tokens of forms."""
    comment = CommentFactory(subject=case, author=trusted)
    visitor = Client()

    def after(act) -> int:
        etag = visitor.get("/cases/parcels/").headers["ETag"]
        act()
        return visitor.get("/cases/parcels/", headers={"If-None-Match": etag}).status_code

    said = []
    assert after(lambda: None) == 304
    for is_helpful in (True, False):
        assert (
            after(
                lambda is_helpful=is_helpful: actions.mark_helpful(
                    comment=comment, by=stranger, is_helpful=is_helpful
                )
            )
            == 200
        )
    assert after(lambda: said.append(actions.post(subject=case, body=BODY, by=trusted))) == 200
    assert after(lambda: actions.edit(comment=said[0], body="Three.", by=trusted)) == 200
    assert after(lambda: actions.withdraw(comment=said[0], by=trusted)) == 200
    # A pending comment is on the page for its author only.
    assert after(lambda: actions.post(subject=case, body=BODY, by=stranger)) == 304


# Writing


def test_post_leads_to_the_comment(as_member, case, trusted):
    for _ in range(2):
        response = as_member.post(new_url(case), filled(trusted))
        comment = Comment.objects.get(body=BODY)
        assert (response.status_code, response.url) == (
            302,
            f"/cases/parcels/#comment-{comment.pk}",
        )
    assert (comment.language, comment.author) == ("en", trusted)


def test_post_of_a_newcomer_shows_that_it_is_pending(client, case, member):
    client.force_login(member)
    page = page_of(client.post(new_url(case), filled(member), follow=True))
    assert page.outcomes == ["info"]
    assert texts(page) == [BODY]
    assert BODY not in page_for().html


def test_post_is_refused_to_visitors_who_keep_their_text(client, case):
    page = page_of(client.post(new_url(case), {"body": BODY}))
    assert (page.status, Comment.objects.count()) == (403, 0)
    assert page.one("textarea[readonly][dir=auto]").text == BODY
    assert client.get(new_url(case)).status_code == 403


def test_post_is_refused_without_the_token(case, member):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member)
    assert browser.post(new_url(case), filled(member)).status_code == 403
    assert Comment.objects.count() == 0


def test_post_nothing_by_get(as_member, case, trusted):
    assert as_member.get(new_url(case), filled(trusted)).status_code == 200
    assert Comment.objects.filter(body=BODY).count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"website": "https://spam.example"}, "hidden field"),
        ({"stamp": ""}, "has expired"),
        ({"stamp": "1.2:forged"}, "has expired"),
    ],
)
def test_post_is_refused_to_robots_who_keep_their_text(changes, words, as_member, case, trusted):
    page = page_of(as_member.post(new_url(case), filled(trusted, **changes)))
    assert [words in error for error in page.errors] == [True]
    again = page.form(new_url(case)).fields
    assert again["body"] == BODY
    # The form of the new page is accepted.
    if "stamp" in changes:
        again["stamp"] = stamp_for(trusted, at=time.time() - 10)
    assert as_member.post(new_url(case), again).status_code == 302


def test_post_within_three_seconds_waits(as_member, case, trusted, monkeypatch):
    waits = []
    monkeypatch.setattr(spam_protection, "sleep", waits.append)
    response = as_member.post(new_url(case), filled(trusted, stamp=stamp_for(trusted)))
    assert (response.status_code, len(waits)) == (302, 1)


def test_post_is_refused_while_too_many_others_wait(as_member, case, trusted, monkeypatch):
    monkeypatch.setattr(spam_protection, "waiting", threading.Semaphore(0))
    page = page_of(as_member.post(new_url(case), filled(trusted, stamp=stamp_for(trusted))))
    assert len(page.errors) == 1
    assert page.form(new_url(case)).fields["body"] == BODY


def test_post_is_refused_with_the_stamp_of_another(as_member, case, trusted, stranger):
    page = page_of(as_member.post(new_url(case), filled(stranger)))
    assert len(page.errors) == 1


def test_post_too_much_keeps_the_text(as_member, case, trusted):
    CommentFactory.create_batch(10, author=trusted)
    page = page_of(as_member.post(new_url(case), filled(trusted)))
    assert "many of these" in page.errors[0]
    assert page.form(new_url(case)).fields["body"] == BODY


def test_post_a_megabyte_is_refused_unread(as_member, case, trusted):
    sent = filled(trusted, "*[_<`(" * 200_000)
    with ends_soon():
        response = as_member.post(new_url(case), sent)
    assert "5000" in response.context["form"].errors["body"][0]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "   \n",
        "a" * 5001,
        "nul \0 byte",
        "\u200b\u2060",
        "\u202e",
        "[x]: https://example.org/",
        "***",
    ],
)
def test_post_is_refused_without_text(body, as_member, case, trusted):
    response = as_member.post(new_url(case), filled(trusted, body))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["body"]


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "@a<svg/onload=alert(1)>",
        "\u202eevil \u2066 words",
        "line\r\nSet-Cookie: a=b",
        "\ud800 lone",
        "{{ 7|add:7 }} {% now 'Y' %}",
        "郑州 " * 1000,
    ],
)
def test_escape_hostile_text(body, as_member, case, trusted):
    trusted.display_name = "<script>alert(2)</script>"
    trusted.save()
    data = filled(trusted, body.encode("utf-8", "replace").decode())
    assert as_member.post(new_url(case), data).status_code == 302
    html = Client().get("/cases/parcels/").text
    for bad in ("<script>alert", "<img src=x", "<svg/", 'href="javascript', "{{ 14"):
        assert bad not in html


# Answering


def test_answer_a_comment_and_an_answer(as_member, case, trusted, comment, stranger):
    answer = CommentFactory(subject=case, author=stranger, parent=comment)
    path = f"/comments/{answer.pk}/reply/"
    assert page_of(as_member.get(path)).form(path).fields["body"] == "@stranger "
    response = as_member.post(path, filled(trusted))
    made = Comment.objects.get(body=BODY)
    assert (made.parent, made.subject) == (comment, case)
    assert response.url == f"/cases/parcels/#comment-{made.pk}"


# Editing, withdrawing


def test_edit_redirects_to_the_comment_marked_as_edited(as_member, case, comment):
    path = f"/comments/{comment.pk}/edit/"
    assert page_of(as_member.get(path)).form(path).fields["body"] == "Who **pays** for it?"
    response = as_member.post(path, {"body": "Who pays?"})
    assert response.url == f"/cases/parcels/#comment-{comment.pk}"
    page = page_for()
    assert texts(page) == ["Who pays?"]
    assert page.link("edited") == f"/comments/{comment.pk}/history/"


def test_edit_too_late_keeps_the_text(as_member, comment):
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(hours=1))
    path = f"/comments/{comment.pk}/edit/"
    page = page_of(as_member.post(path, {"body": "Later."}))
    assert "30 minutes" in page.errors[0]
    assert page.form(path).fields["body"] == "Later."


def test_withdraw_asks_first_and_is_harmless_twice(as_member, case, comment):
    path = f"/comments/{comment.pk}/withdraw/"
    assert as_member.get(path).status_code == 200
    comment.refresh_from_db()
    assert comment.standing == Standing.PUBLISHED
    for _ in range(2):
        assert as_member.post(path).url == "/cases/parcels/#discussion"
    comment.refresh_from_db()
    assert comment.standing == Standing.REMOVED
    assert "for it?" not in page_of(as_member.get("/cases/parcels/")).html


# Helpful


def test_mark_and_unmark_helpful(client, case, comment, stranger):
    client.force_login(stranger)
    path = f"/comments/{comment.pk}/helpful/"
    for value, count in [("yes", 1), ("yes", 1), ("no", 0), ("no", 0), ("yes", 1)]:
        response = client.post(path, {"helpful": value})
        assert response.url == f"/cases/parcels/#comment-{comment.pk}"
        assert HelpfulMark.objects.count() == count
    shown = page_for(stranger).one(".helpful")
    assert shown.one(".soft").text.split()[0] == "1"
    assert shown.one("button")["aria-pressed"] == "true"
    part = client.post(path, {"helpful": "no"}, headers={"HX-Request": "true"})
    assert page_of(part).one("body > *").classes == {"helpful"}


# Permanent addresses, history


@pytest.mark.parametrize("page", ["", "history/", "reply/"])
def test_answer_404_for_comments_that_are_not_shown(page, client, case, member, stranger):
    hidden = [
        CommentFactory(subject=case, author=member, standing=standing).pk
        for standing in Standing
        if standing != Standing.PUBLISHED
    ]
    hidden.append(CommentFactory(subject=CaseStudyFactory(archived=True), author=member).pk)
    hidden.append(CommentFactory(subject=CaseStudyFactory(), author=member).pk)
    client.force_login(stranger)
    for browser in (Client(), client):
        assert {browser.get(f"/comments/{pk}/{page}").status_code for pk in hidden} == {404}


def test_history_shows_public_versions_to_others(client, case, trusted, stranger):
    # Others do not see versions from while it was pending.
    comment = CommentFactory(subject=case, author=trusted, pending=True, body="First words.")
    actions.edit(comment=comment, body="Second words.", by=trusted)
    Comment.objects.filter(pk=comment.pk).update(standing=Standing.PUBLISHED)
    actions.edit(comment=comment, body="Third <b>words</b>.", by=trusted)
    path = f"/comments/{comment.pk}/history/"

    def bodies(user=None):
        browser = Client()
        if user:
            browser.force_login(user)
        response = browser.get(path)
        assert "<b>" not in response.text
        return [version.body for version in response.context["versions"]]

    assert bodies() == bodies(stranger) == ["Third <b>words</b>.", "Second words."]
    assert bodies(trusted) == ["Third <b>words</b>.", "Second words.", "First words."]


# Names while typing


def names(client, letters):
    return client.get("/mentions/", {"q": letters}).json()["members"]


def test_suggest_members_by_handle_and_name(as_member, colleague):
    UserFactory(handle="colin", display_name="", is_active=False)
    UserFactory(handle="", display_name="Colleague without a handle")
    UserFactory(handle="am", display_name="Dr Colm Ray")
    assert names(as_member, "col") == [["am", "Dr Colm Ray"], ["colleague", "Colleague"]]
    assert names(as_member, "COLL") == [["colleague", "Colleague"]]
    for letters in ("", "c", " c ", "%%", "__", "zz", "co\0", "example.org"):
        assert names(as_member, letters) == []


def test_suggest_nothing_to_visitors(client, colleague):
    assert client.get("/mentions/?q=col").status_code == 302


def test_suggest_eight_at_most_within_a_rate_limit(as_member):
    for number in range(9):
        UserFactory(handle=f"many-{number}")
    assert len(names(as_member, "many")) == 8
    for _ in range(119):
        as_member.get("/mentions/")
    assert as_member.get("/mentions/?q=many").status_code == 429
