"""All requests of a double click get the success message, for each kind of form."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.utils import timezone

from community.accounts.spam_protection import stamp_for
from community.models import (
    Comment,
    Decision,
    Flag,
    Invitation,
    Notification,
    Revision,
    Submission,
    TagProposal,
)
from community.writing.drafts import actions as drafts_actions
from config import repeated_posts
from config.repeated_posts import RepeatedPostMiddleware, key_of, locked
from partnerships.models import (
    Match,
    Partnership,
    ProgressReport,
    Question,
    RecordedAgreement,
    Representation,
)
from repository.models import CaseStudy, Edition, Practice
from tests.community.writing.drafts.cases import as_user, posted, whole
from tests.community.writing.revisions.revisions import proposed, published_case
from tests.config.conftest import ROOT, environment
from tests.conftest import staff
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    CountryFactory,
    PartnershipFactory,
    ProgressReportFactory,
    RepresentationFactory,
    UserFactory,
)
from tests.files import PDF
from tests.page import page_of
from tests.partnerships.agreements.agreements import REPORT, put
from tests.partnerships.matches.pairs import pair
from tests.processes import url_of_database

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = {"csrfmiddlewaretoken": "a" * 64}
COOKIE = {"csrftoken": "a" * 32}
CLICKS = 3


@pytest.fixture(autouse=True)
def _ground(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Edition.objects.get_or_create(pk=1)
    cache.clear()
    yield
    cache.clear()


def click(client: Client, path: str, sent: dict, *, times: int = CLICKS) -> list[HttpResponse]:
    """Submit the same form several times at once from one browser."""
    barrier = threading.Barrier(times)
    answers: list = [None] * times

    def run(number: int) -> None:
        browser = Client()
        browser.cookies.update(client.cookies)
        browser.cookies.load(COOKIE)
        data = {
            name: SimpleUploadedFile(value[0], value[1]) if isinstance(value, tuple) else value
            for name, value in (sent | TOKEN).items()
        }
        try:
            barrier.wait(timeout=120)
            answers[number] = browser.post(path, data)
        except Exception as error:
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


def messages_after(answer: HttpResponse) -> list[tuple[str, str]]:
    """The messages shown on the next page: (level, text)."""
    request = RequestFactory().get("/")
    if cookie := answer.cookies.get("messages"):
        request.COOKIES["messages"] = cookie.value
    return [(each.level_tag, str(each)) for each in CookieStorage(request)]


def guarded(person, **sent) -> dict:
    return {"website": "", "stamp": stamp_for(person, at=time.time() - 10), **sent}


def comment(person):
    case = CaseStudyFactory(published=True)
    sent = guarded(person, body="It took us two years.")
    return person, f"/comments/case/{case.pk}/new/", sent, Comment


def case_new(person):
    return person, "/cases/new/", posted(whole(), member=person), CaseStudy


def case_submit(person):
    case = drafts_actions.create_draft(document=whole(), by=person, token="first")
    return person, f"/cases/{case.slug}/submit/", {"note": ""}, Submission


def invite(person):
    case = CaseStudyFactory(authors=[person])
    UserFactory(handle="amina")
    return person, f"/cases/{case.slug}/authors/invite/", {"handle": "amina"}, Invitation


def flag(person):
    subject = CommentFactory(subject=CaseStudyFactory(published=True))
    return person, f"/flags/comment/{subject.pk}/", {"reason": "spam", "note": ""}, Flag


def tag(person):
    case = CaseStudyFactory(published=True)
    return person, f"/tag-proposals/case/{case.pk}/new/", guarded(person, tag="ports"), TagProposal


def accept_edit(person):
    case = published_case(person, by=staff("Moderators", "publisher"))
    edit = proposed(case, by=UserFactory(), results="Three days.")
    path = f"/revisions/{edit.pk}/accept/"
    page = page_of(as_user(person).get(f"/revisions/{edit.pk}/"))
    return person, path, page.form(path).fields, Revision


def review_comment(person):
    subject = CommentFactory(author=UserFactory(), pending=True)
    path = f"/admin/review/comment/{subject.pk}/"
    moderator = staff("Moderators", "reviewer")
    form = page_of(as_user(moderator).get(path)).form("#decide")
    return moderator, path, form.fields | {"verb": "approve"}, Decision


def practice_at_the_desk(person):
    sent = {"name": "Window", "slug": "window", "summary": "Ports."}
    moderator = staff("Moderators", "editor")
    return moderator, "/admin/repository/practice/add/", sent, Practice


def ask_to_speak(person):
    city = CityFactory(slug="cotonou", country=CountryFactory(iso2="BJ"))
    sent = guarded(person, city=city.name, place=f"city-{city.pk}", position="Officer")
    return person, "/partnerships/cities/ask/", sent, Representation


def answer_match(person):
    both = pair(proposed=True)
    sent = {"side": "candidate", "answer": "yes", "words": ""}
    return both.asked, f"/partnerships/matches/{both.match.pk}/answer/", sent, Match


def ask_question(person):
    both = pair(proposed=True)
    sent = {"side": "candidate", "words": "How many parcels are there a day?"}
    return both.asked, f"/partnerships/matches/{both.match.pk}/questions/", sent, Question


def agree(person):
    both = pair(introduced=True)
    sent = {
        "title": "Parcels",
        "summary": "",
        "agreed_on": timezone.localdate().isoformat(),
        "agreement_kind": "memorandum",
        "agreement": ("agreement.pdf", PDF),
    }
    return both.asked, f"/partnerships/matches/{both.match.pk}/agree/", sent, RecordedAgreement


def report(person):
    city = CityFactory()
    RepresentationFactory(member=person, city=city)
    made = PartnershipFactory(parties=[(city, "requester"), (CityFactory(), "provider")])
    due = ProgressReportFactory(partnership=made)
    return person, f"/partnerships/{made.pk}/reports/{due.pk}/", REPORT, ProgressReport


def complete(person):
    city = CityFactory()
    RepresentationFactory(member=person, city=city)
    made = PartnershipFactory(parties=[(city, "requester"), (CityFactory(), "provider")])
    put(made, "active")
    sent = {"words": "Three days."}
    return person, f"/partnerships/{made.pk}/complete/", sent, Partnership


FORMS = [
    comment,
    case_new,
    case_submit,
    invite,
    flag,
    tag,
    accept_edit,
    review_comment,
    practice_at_the_desk,
    ask_to_speak,
    answer_match,
    ask_question,
    agree,
    report,
    complete,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_click_gets_the_success_message(form: Callable, member):
    person, path, sent, model = form(member)
    notices = Notification.objects.count()
    answers = click(as_user(person), path, sent)
    assert [getattr(answer, "status_code", answer) for answer in answers] == [302] * CLICKS
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert not answers[0].headers["Location"].startswith("/accounts/")
    messages = [messages_after(answer) for answer in answers]
    assert messages == [messages[0]] * CLICKS
    assert {level for level, _words in messages[0]} <= {"success", "info"}, messages
    assert model.objects.count() == 1
    keys = Notification.objects.values_list("member", "key")
    assert len(keys) == len({*keys}) >= notices


# The middleware


def form_of(path="/somewhere/", **sent):
    request = RequestFactory().post(path, sent)
    request.user = UserFactory.build(pk=7)
    # As CsrfViewMiddleware reads it from the cookie.
    request.META["CSRF_COOKIE"] = COOKIE["csrftoken"]
    return request


def ask(view, **sent):
    return RepeatedPostMiddleware(view)(form_of(**sent))


@pytest.fixture
def seen() -> list[str]:
    return []


def test_process_the_same_form_once(seen):
    def view(request):
        seen.append(request.POST["words"])
        return HttpResponseRedirect("/done/")

    answers = [ask(view, words="Yes", **TOKEN) for _time in range(2)]
    assert [answer.headers["Location"] for answer in answers] == ["/done/", "/done/"]
    assert "no-store" in answers[1].headers["Cache-Control"]
    assert seen == ["Yes"]


@pytest.mark.parametrize(
    "other", [{"words": "No"}, {"csrfmiddlewaretoken": "b" * 64}], ids=["words", "page"]
)
def test_process_different_forms_separately(other, seen):
    def view(request):
        seen.append(request.POST["words"])
        return HttpResponseRedirect("/done/")

    first = {"words": "Yes", **TOKEN}
    ask(view, **first)
    ask(view, **first | other)
    assert len(seen) == 2


def test_process_a_form_with_errors_again(seen):
    def view(request):
        seen.append(request.POST["words"])
        return HttpResponse("Choose a day.")

    for _time in range(2):
        assert ask(view, words="Yes", **TOKEN).content == b"Choose a day."
    assert len(seen) == 2


def test_process_a_form_again_after_an_exception(seen):
    def view(request):
        seen.append(request.POST["words"])
        raise ValueError("Too long")

    for _time in range(2):
        with pytest.raises(ValueError, match="Too long"):
            ask(view, words="Yes", **TOKEN)
    assert len(seen) == 2


WORKER = """
import sys
import django

django.setup()
from tests.config.test_repeated_posts import TOKEN, ask

def view(request):
    print("started", flush=True)
    sys.stdin.read()

ask(view, words="Yes", **TOKEN)
"""


@pytest.fixture
def worker(tmp_path):
    """A worker that is processing a form when it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER],
        cwd=ROOT,
        env=environment(
            TESTING="1",
            DJANGO_SETTINGS_MODULE="config.settings",
            DATA_DIR=str(tmp_path),
            DATABASE_URL=url_of_database(),
        ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"started\n"
    yield process
    process.kill()
    process.communicate()


def test_process_a_form_soon_after_its_worker_was_killed(worker, seen):
    def view(request):
        seen.append(request.POST["words"])
        return HttpResponseRedirect("/done/")

    worker.kill()
    worker.wait()
    began = time.monotonic()
    assert ask(view, words="Yes", **TOKEN).headers["Location"] == "/done/"
    # A form that is being processed is waited for for 30 seconds.
    assert time.monotonic() - began < 10
    assert seen == ["Yes"]


def test_wait_for_a_form_that_is_being_processed(seen):
    may_end = threading.Event()

    def view(request):
        seen.append(request.POST["words"])
        assert may_end.wait(120)
        return HttpResponseRedirect("/done/")

    answers = []

    def click_once():
        try:
            answers.append(ask(view, words="Yes", **TOKEN).headers["Location"])
        finally:
            connection.close()

    clicks = [threading.Thread(target=click_once) for _time in range(2)]
    for thread in clicks:
        thread.start()
    deadline = time.monotonic() + 120
    while not is_waiting():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    may_end.set()
    for thread in clicks:
        thread.join()
    assert (answers, seen) == (["/done/", "/done/"], ["Yes"])


def test_process_a_form_again_after_waiting_too_long(monkeypatch, seen):
    def view(request):
        seen.append(request.POST["words"])
        return HttpResponseRedirect("/done/")

    monkeypatch.setattr(repeated_posts, "MAX_LENGTH", 1)
    sent = {"words": "Yes", **TOKEN}
    with locked(key_of(form_of(**sent))):
        assert ask(view, **sent).headers["Location"] == "/done/"
    assert seen == ["Yes"]


def is_waiting() -> bool:
    """Does a request wait for another one?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database())"
        )
        return cursor.fetchone()[0]


def test_process_another_file_of_the_same_name(seen):
    def view(request):
        seen.append(request.FILES["file"].read())
        return HttpResponseRedirect("/done/")

    for content in (b"one", b"two", b"two"):
        ask(view, file=SimpleUploadedFile("agreement.pdf", content), **TOKEN)
    assert seen == [b"one", b"two"]


@pytest.mark.parametrize(
    "path",
    [
        *["/accounts/login/", "/fr/accounts/login/"],
        # The script of the form sends these every few seconds.
        *["/cases/autosave/", "/ar/cases/autosave/", "/cases/preview/"],
    ],
)
def test_ignore_forms_that_are_not_repeated(path, seen):
    def view(request):
        seen.append(path)
        return HttpResponseRedirect("/done/")

    for _time in range(2):
        RepeatedPostMiddleware(view)(form_of(path, **TOKEN))
    assert len(seen) == 2


def test_ignore_forms_without_a_csrf_cookie():
    """Django refuses them."""
    request = form_of(**TOKEN)
    del request.META["CSRF_COOKIE"]
    assert key_of(request) is None


def test_repeat_the_response_only_to_the_same_browser():
    """An attacker makes another browser submit an anonymous form with the attacker's token."""
    path = "/partnerships/suggestions/1/decline/"
    own, other = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    own.get("/accounts/login/")
    other.get("/accounts/login/")
    sent = {"csrfmiddlewaretoken": own.cookies["csrftoken"].value}
    assert own.post(path, sent).status_code == 302
    assert own.post(path, sent).status_code == 302
    assert other.post(path, sent).status_code == 403
    assert Client(enforce_csrf_checks=True).post(path, sent).status_code == 403
