import pytest

from community.models import CannedText, Decision
from partnerships.models import PartnershipRequest
from partnerships.requests.similar import similar
from tests.desk_client import DeskClient
from tests.factories import PracticeFactory
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory
from tests.page import page_of

WORDS = {"reason": "incomplete", "message": "Say how many shops there are."}


@pytest.fixture
def asked(city, focal_point):
    return PartnershipRequestFactory(
        city=city, submitted=True, created_by=focal_point, musts=["landlocked"]
    )


@pytest.fixture
def url(asked):
    return f"/admin/review/request/{asked.pk}/"


def note_of(asked) -> str:
    return f"/admin/partnerships/partnershiprequest/{asked.pk}/note/"


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
    ("verb", "after", "done"),
    [
        ("approve", "open", "Opened"),
        ("request-changes", "changes-requested", "Changes requested"),
        ("decline", "declined", "Declined"),
    ],
)
def test_decide(verb, after, done, desk, asked, url):
    sent = {"verb": verb, "seen": seen(desk, url)} | ({} if verb == "approve" else WORDS)
    response = desk.post(url, sent)
    asked.refresh_from_db()
    assert (response.url, asked.status) == ("/admin/", after)
    [message] = page_of(desk.get("/admin/", follow=True)).messages
    assert message.startswith(f"{done}: {asked.title}")
    # Repeated: refused.
    [alert] = page_of(desk.post(url, sent)).alerts
    assert "its status is" in alert
    assert Decision.objects.count() == 1


def test_decide_without_a_message_is_refused(desk, asked, url):
    page = page_of(desk.post(url, {"verb": "decline", "seen": seen(desk, url)}))
    assert page.wrong_fields == [""]
    assert PartnershipRequest.objects.get().status == "submitted"


def test_decide_with_a_canned_text(desk, asked, url, focal_point):
    text = CannedText.objects.create(
        used_by="brokers", reason="incomplete", language="en", title="Figures", text="Give one."
    )
    desk.post(url, {"verb": "request-changes", "seen": seen(desk, url), "canned": text.pk})
    decision = Decision.objects.get()
    assert (decision.reason, decision.message) == ("incomplete", "Give one.")


def test_decide_after_a_change_shows_it_again(desk, asked, url):
    before = seen(desk, url)
    asked.save()
    page = page_of(desk.post(url, {"verb": "approve", "seen": before}))
    [alert] = page.alerts
    assert alert.startswith("The text changed")
    again = page.form("#decide").fields["seen"]
    assert desk.post(url, {"verb": "approve", "seen": again}).status_code == 302


def test_decide_nothing_about_ones_own_city(desk, asked, url, broker):
    RepresentationFactory(member=broker, city=asked.city)
    page = page_of(desk.get(url))
    assert page.select("[name=verb]") == []


def test_close_and_reopen_with_a_message(desk, city):
    partnership_request = PartnershipRequestFactory(city=city, opened=True, status="matched")
    url = f"/admin/review/request/{partnership_request.pk}/"
    verbs = [each["value"] for each in page_of(desk.get(url)).select("[name=verb]")]
    assert verbs == ["reopen", "close"]
    desk.post(url, {"verb": "reopen", "message": "The other city has no time."})
    partnership_request.refresh_from_db()
    assert partnership_request.status == "open"
    page = page_of(desk.post(url, {"verb": "close", "message": "Nobody was found."}))
    assert page.wrong_fields == ["closing"]
    desk.post(url, {"verb": "close", "closing": "no-match", "message": "Nobody was found."})
    partnership_request.refresh_from_db()
    assert (partnership_request.status, partnership_request.closing_reason) == (
        "closed",
        "no-match",
    )
    assert [decision.verb for decision in Decision.objects.all()] == ["close", "reopen"]


def test_note_is_visible_to_brokers_only(desk, asked, url, focal_point):
    note = note_of(asked)
    desk.post(note, {"broker_note": "Ask the\0 mayor."})
    assert page_of(desk.get(url)).form(note).fields == {"broker_note": "Ask the mayor."}
    desk.force_login(focal_point)
    assert "Ask the mayor." not in page_of(desk.get(asked.get_absolute_url())).html


def test_list_links_to_the_review(desk, asked, url):
    change = f"/admin/partnerships/partnershiprequest/{asked.pk}/change/"
    # The list of this model is that of all requests.
    for path in ("/admin/partnerships/partnershiprequest/", change):
        assert url in [href for _text, href in page_of(desk.get(path, follow=True)).links]
    page = page_of(desk.get(change.replace("change", "history")))
    assert asked.title in page.one("#content").text


def test_similar_requests_of_the_same_city_come_first(city):
    practice = PracticeFactory()
    partnership_request = PartnershipRequestFactory(city=city, submitted=True, practices=[practice])
    same = PartnershipRequestFactory(city=city, opened=True)
    like = PartnershipRequestFactory(opened=True, practices=[practice])
    PartnershipRequestFactory(practices=[practice])
    PartnershipRequestFactory(opened=True, practices=[PracticeFactory()])
    PartnershipRequestFactory(city=city, closed=True)
    assert [*similar(partnership_request)] == [same, like]


def test_review_takes_a_fixed_number_of_queries(desk, asked, url, django_assert_num_queries):
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


@pytest.mark.parametrize(
    ("state", "can_remind"),
    [
        ({"submitted": True}, False),
        ({"submitted": True, "status": "changes-requested"}, True),
        ({"opened": True}, False),
    ],
)
def test_review_offers_to_remind_only_cities_that_have_to_act(desk, city, state, can_remind):
    asked = PartnershipRequestFactory(city=city, **state)
    page = page_of(desk.get(f"/admin/review/request/{asked.pk}/"))
    acts = [each["value"] for each in page.select(".handling button")]
    assert ("remind" in acts) is can_remind


@pytest.mark.parametrize(("is_welcome", "answer"), [(True, "Yes"), (False, "No")])
def test_review_says_whether_a_facilitator_is_welcome(is_welcome, answer, desk, asked, url):
    PartnershipRequest.objects.update(facilitator_welcome=is_welcome)
    lines = page_of(desk.get(url)).one("#content").lines
    assert lines[lines.index("Facilitator welcome") + 1] == answer


def test_warn_before_the_text_without_blocking(desk, asked, url, city):
    asked.challenge = "Call +229 97 12 34 56."
    asked.save()
    other = PartnershipRequestFactory(city=city, opened=True, title="Parcels by river")
    page = page_of(desk.get(url))
    assert [line.text for line in page.select(".warnings li")] == [
        f"Another request of this city: {other.title} Open",
        "Phone number in the text: +229 97 12 34 56",
    ]
    desk.post(url, {"verb": "approve", "seen": seen(desk, url)})
    asked.refresh_from_db()
    assert asked.status == "open"
