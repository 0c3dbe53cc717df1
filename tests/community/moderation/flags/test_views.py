import pytest
from django.urls import reverse

from community.models import Comment, Flag
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory, UserFactory

pytestmark = pytest.mark.django_db


def address(word, subject) -> str:
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
    assert client.get(address(word, subject)).status_code == 200
    response = client.post(address(word, subject), {"reason": "spam", "note": "An ad."})
    assert (response.status_code, response.url) == (302, subject.get_absolute_url())
    flag = Flag.objects.get()
    assert (flag.subject, flag.by, flag.reason, flag.note) == (subject, member, "spam", "An ad.")
    assert "You have flagged this." in client.get(address(word, subject)).text


@pytest.mark.parametrize(
    ("word", "made_by"), [("comment", CommentFactory), ("experience", ExperienceFactory)]
)
def test_flag_that_hides_leads_to_a_page_that_is_there(word, made_by, client):
    subject = made_by()
    for _time in range(3):
        client.force_login(UserFactory())
        sent = {"reason": "spam", "note": ""}
        response = client.post(address(word, subject), sent, follow=True)
    subject.refresh_from_db()
    assert (subject.standing, response.status_code) == ("hidden", 200)
    assert response.redirect_chain == [(subject.subject.get_absolute_url(), 302)]


def test_flag_signed_out_leads_to_the_sign_in(client, comment):
    for act in (client.get, client.post):
        response = act(address("comment", comment))
        assert response.url == f"/accounts/login/?next={address('comment', comment)}"
    assert not Flag.objects.exists()


def test_flag_by_get_changes_nothing(client, member, comment):
    client.force_login(member)
    client.get(address("comment", comment), {"reason": "spam"})
    assert not Flag.objects.exists()


def test_flag_ones_own_is_refused_in_words(client, colleague, comment):
    client.force_login(colleague)
    response = client.post(address("comment", comment), {"reason": "spam"})
    assert "This is yours." in response.text
    assert not Flag.objects.exists()


def test_flag_twice_is_harmless(client, member, comment):
    client.force_login(member)
    for _time in range(2):
        client.post(address("comment", comment), {"reason": "spam"})
    assert Flag.objects.count() == 1


def test_flag_what_one_may_not_know_of_is_not_found(client, member, comment):
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
            assert act(address(word, subject)).status_code == 404


@pytest.mark.parametrize("made_by", [CommentFactory, ExperienceFactory])
def test_flag_on_the_page_of_a_case_that_is_gone_is_not_found(made_by, client, member, moderator):
    subject = made_by(subject=CaseStudyFactory(archived=True))
    word = subject._meta.model_name
    for user, status in ((member, 404), (moderator, 200)):
        client.force_login(user)
        assert client.get(address(word, subject)).status_code == status


@pytest.mark.parametrize("data", [{}, {"reason": "nothing"}, {"reason": "spam", "note": "x" * 501}])
def test_flag_without_sense_asks_again(data, client, member, comment):
    client.force_login(member)
    assert client.post(address("comment", comment), data).status_code == 200
    assert not Flag.objects.exists()


def test_page_of_a_flag_escapes_what_it_shows(client, member):
    case = CaseStudyFactory(published=True, title="<script>alert(1)</script>")
    client.force_login(member)
    assert "<script>alert" not in client.get(address("case", case)).text


def test_lead_moderators_to_the_desk(member, moderator):
    subject, client = CommentFactory(), DeskClient()
    desk = f'href="/admin/review/comment/{subject.pk}/"'
    shown = []
    for reader in (member, moderator):
        client.force_login(reader)
        shown.append(desk in client.get(f"/flags/comment/{subject.pk}/").text)
    assert shown == [False, True]
