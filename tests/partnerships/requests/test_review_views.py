import pytest

from community.models import CannedText, Decision
from partnerships.models import PartnershipRequest
from partnerships.requests.queue import similar, waiting
from tests.desk_client import DeskClient
from tests.factories import PracticeFactory
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory

WORDS = {"reason": "incomplete", "message": "Say how many shops there are."}


@pytest.fixture
def asked(city, focal_point):
    return PartnershipRequestFactory(
        city=city, submitted=True, created_by=focal_point, musts=["landlocked"]
    )


@pytest.fixture
def url(asked):
    return f"/admin/partnerships/partnershiprequest/{asked.pk}/review/"


@pytest.fixture
def client():
    return DeskClient()


@pytest.fixture
def desk(client, broker):
    client.force_login(broker)
    return client


def seen(client, url: str) -> str:
    return client.get(url).context["form"].initial["seen"]


@pytest.mark.parametrize(
    ("verb", "after"),
    [("approve", "open"), ("request-changes", "changes-requested"), ("decline", "declined")],
)
def test_decide(verb, after, desk, asked, url):
    sent = {"verb": verb, "seen": seen(desk, url)} | ({} if verb == "approve" else WORDS)
    response = desk.post(url, sent)
    asked.refresh_from_db()
    assert (response.url, asked.status) == (url, after)
    # Twice: refused in words.
    page = desk.post(url, sent).text
    assert "its status is" in page
    assert Decision.objects.count() == 1


def test_decide_without_words_is_refused(desk, asked, url):
    page = desk.post(url, {"verb": "decline", "seen": seen(desk, url)}).text
    assert "Choose a reason and write a message" in page
    assert PartnershipRequest.objects.get().status == "submitted"


def test_decide_with_a_canned_text(desk, asked, url, focal_point):
    text = CannedText.objects.create(
        used_by="brokers", reason="incomplete", language="en", title="Figures", text="Give one."
    )
    desk.post(url, {"verb": "request-changes", "seen": seen(desk, url), "canned": text.pk})
    decision = Decision.objects.get()
    assert (decision.reason, decision.message) == ("incomplete", "Give one.")


def test_decide_about_what_was_changed_shows_it_anew(desk, asked, url):
    before = seen(desk, url)
    asked.save()
    page = desk.post(url, {"verb": "approve", "seen": before})
    assert "The text has changed since you opened it." in page.text
    again = page.context["form"]["seen"].value()
    assert desk.post(url, {"verb": "approve", "seen": again}).status_code == 302


def test_decide_nothing_about_ones_own_city(desk, asked, url, broker):
    RepresentationFactory(member=broker, city=asked.city)
    page = desk.get(url).text
    assert "another broker decides about it" in page
    assert 'name="verb"' not in page


def test_close_and_open_again_with_words(desk, city):
    partnership_request = PartnershipRequestFactory(city=city, opened=True, status="matched")
    url = f"/admin/partnerships/partnershiprequest/{partnership_request.pk}/review/"
    assert 'value="close"' in desk.get(url).text
    desk.post(url, {"verb": "reopen", "message": "The other city has no time."})
    partnership_request.refresh_from_db()
    assert partnership_request.status == "open"
    page = desk.post(url, {"verb": "close", "message": "Nobody was found."}).text
    assert "Say why the request is closed." in page
    desk.post(url, {"verb": "close", "closing": "no-match", "message": "Nobody was found."})
    partnership_request.refresh_from_db()
    assert (partnership_request.status, partnership_request.closing_reason) == (
        "closed",
        "no-match",
    )
    assert [decision.verb for decision in Decision.objects.all()] == ["close", "reopen"]


def test_review_is_for_brokers(client, url, focal_point, moderator, administrator):
    note = url.replace("review", "note")
    for page in (url, note):
        assert client.post(page).status_code == 302
    client.force_login(focal_point)
    assert client.get(url).status_code == 403
    client.force_login(moderator)
    assert (client.get(url).status_code, client.post(note).status_code) == (403, 403)
    client.force_login(administrator)
    assert client.get(url).status_code == 200
    assert client.get(note).status_code == 405


def test_note_is_kept_for_brokers_alone(desk, asked, url, focal_point):
    desk.post(url.replace("review", "note"), {"broker_note": "Ask the\0 mayor."})
    assert "Ask the mayor." in desk.get(url).text
    desk.force_login(focal_point)
    assert "Ask the mayor." not in desk.get(asked.get_absolute_url()).text


def test_list_leads_to_the_page_of_review(desk, asked, url):
    change = f"/admin/partnerships/partnershiprequest/{asked.pk}/change/"
    for page in ("/admin/partnerships/partnershiprequest/", change):
        assert f'href="{url}"' in desk.get(page).text
    assert asked.title in desk.get(change.replace("change", "history")).text


def test_wait_the_longest_first(asked):
    older = PartnershipRequestFactory(submitted=True, submitted_at="2026-01-01T00:00Z")
    PartnershipRequestFactory(opened=True)
    assert [*waiting()] == [older, asked]


def test_find_what_is_like_it_of_the_city_first(city):
    practice = PracticeFactory()
    partnership_request = PartnershipRequestFactory(city=city, submitted=True, practices=[practice])
    same = PartnershipRequestFactory(city=city, opened=True)
    like = PartnershipRequestFactory(opened=True, practices=[practice])
    PartnershipRequestFactory(practices=[practice])
    PartnershipRequestFactory(opened=True, practices=[PracticeFactory()])
    PartnershipRequestFactory(city=city, closed=True)
    assert [*similar(partnership_request)] == [same, like]


def test_review_asks_as_often_for_one_as_for_many(desk, asked, url, django_assert_num_queries):
    def more() -> None:
        practice = PracticeFactory()
        asked.practices.add(practice)
        PartnershipRequestFactory(opened=True, practices=[practice])
        Decision.objects.create(subject=asked, verb="approve")

    more()
    desk.get(url)
    with django_assert_num_queries(12) as first:
        desk.get(url)
    for _number in range(3):
        more()
    with django_assert_num_queries(len(first)):
        desk.get(url)
