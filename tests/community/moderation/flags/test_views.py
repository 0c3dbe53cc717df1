import pytest
from django.urls import reverse

from community.models import Comment, Flag
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


def url_of(word, subject) -> str:
    return reverse("community:flag_new", args=[word, subject.pk])


@pytest.fixture
def comment(colleague):
    return CommentFactory(author=colleague)


@pytest.mark.parametrize(
    ("word", "made_by"),
    [
        ("comment", CommentFactory),
        ("experience", ExperienceFactory),
        ("case", lambda: CaseStudyFactory(published=True)),
    ],
)
def test_flag(word, made_by, client, member):
    subject = made_by()
    client.force_login(member)
    assert client.get(url_of(word, subject)).status_code == 200
    response = client.post(url_of(word, subject), {"reason": "spam", "note": "An ad."})
    assert (response.status_code, response.url) == (302, subject.get_absolute_url())
    flag = Flag.objects.get()
    assert (flag.subject, flag.by, flag.reason, flag.note) == (subject, member, "spam", "An ad.")
    page = page_of(client.get(url_of(word, subject)))
    assert page.one("main .notice").text == "You’ve flagged this."


@pytest.mark.parametrize(
    ("word", "made_by"), [("comment", CommentFactory), ("experience", ExperienceFactory)]
)
def test_flag_that_hides_redirects_to_an_existing_page(word, made_by, client):
    subject = made_by()
    for _time in range(3):
        client.force_login(UserFactory())
        sent = {"reason": "spam", "note": ""}
        response = client.post(url_of(word, subject), sent, follow=True)
    subject.refresh_from_db()
    assert (subject.standing, response.status_code) == ("hidden", 200)
    assert response.redirect_chain == [(subject.subject.get_absolute_url(), 302)]


def test_flag_by_get_changes_nothing(client, member, comment):
    client.force_login(member)
    client.get(url_of("comment", comment), {"reason": "spam"})
    assert not Flag.objects.exists()


def test_flag_ones_own_contribution_is_refused(client, colleague, comment):
    client.force_login(colleague)
    page = page_of(client.post(url_of("comment", comment), {"reason": "spam"}))
    assert page.wrong_fields == [""]
    assert not Flag.objects.exists()


def test_flag_twice_is_harmless(client, member, comment):
    client.force_login(member)
    for _time in range(2):
        client.post(url_of("comment", comment), {"reason": "spam"})
    assert Flag.objects.count() == 1


def test_flag_an_invisible_object_is_not_found(client, member, comment):
    client.force_login(member)
    Comment.objects.update(standing="hidden")
    draft = CaseStudyFactory()
    for word, subject in (
        ("comment", comment),
        ("case", draft),
        ("user", member),
        ("member", member),
    ):
        for act in (client.get, client.post):
            assert act(url_of(word, subject)).status_code == 404


@pytest.mark.parametrize("data", [{}, {"reason": "nothing"}, {"reason": "spam", "note": "x" * 501}])
def test_flag_with_invalid_data_is_refused(data, client, member, comment):
    client.force_login(member)
    assert client.post(url_of("comment", comment), data).status_code == 200
    assert not Flag.objects.exists()


def test_flag_page_escapes_the_title(client, member):
    case = CaseStudyFactory(published=True, title="<script>alert(1)</script>")
    client.force_login(member)
    page = page_of(client.get(url_of("case", case)))
    assert "<script>alert" not in page.html
    assert page.one("blockquote").text == case.title


def test_flag_page_links_moderators_to_the_desk(member, moderator):
    subject, client = CommentFactory(), DeskClient()
    desk = f"/admin/review/comment/{subject.pk}/"
    client.force_login(member)
    assert desk not in page_of(client.get(f"/flags/comment/{subject.pk}/")).html
    client.force_login(moderator)
    page = page_of(client.get(f"/flags/comment/{subject.pk}/"))
    assert desk in [href for _text, href in page.links]
