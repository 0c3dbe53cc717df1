from html.parser import HTMLParser

import pytest
from django.contrib.auth.views import redirect_to_login

from community.models import User
from partnerships.models import PartnershipRequest, Representation, RequestCopy
from partnerships.requests import documents as requests_documents
from partnerships.requests.forms import FORM_TOKENS
from repository.models import Goal
from tests.factories import (
    CaseStudyFactory,
    OfferFactory,
    OrganizationFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory
from tests.forms import forms_of

NEW = "/partnerships/requests/new/"
# What a browser puts in its reader's place where a title is asked for.
WORDS = "Words"


@pytest.fixture
def writer(client, city, focal_point):
    client.force_login(focal_point)
    return client


def form_at(client, url: str) -> dict[str, list[str]]:
    """What the form on a page sends as it stands."""
    return next(form.filled() for form in forms_of(client.get(url).text) if "ticket" in form.names)


def saved() -> PartnershipRequest:
    return PartnershipRequest.objects.get()


def test_new_for_visitors_leads_to_the_login_and_back(client, db):
    response = client.get(f"{NEW}?case=rail")
    assert response.url == redirect_to_login(f"{NEW}?case=rail").url


def test_new_for_who_speaks_for_no_city_leads_to_asking_for_it_and_back(client, stranger):
    client.force_login(stranger)
    page = client.get(f"{NEW}?case=rail").text
    assert 'href="/partnerships/cities/ask/"' in page
    assert f'href="{NEW}?case=rail"' in page
    RepresentationFactory(member=stranger, asked=True, city__name="Kisumu")
    page = client.get(NEW).text
    assert "You have asked to speak for Kisumu." in page
    assert 'href="/partnerships/cities/ask/"' not in page


def test_new_saves_a_draft_of_the_city(writer, city, focal_point):
    practice, goal = PracticeFactory(), Goal.objects.get(pk=9)
    sent = form_at(writer, NEW) | {
        "title": "  Parcels to   every village ",
        "challenge": "They take\r\ntwelve days.",
        "direction": "both",
        "modalities": ["study-visit", "training"],
        "languages": ["fr", "en"],
        "practices": [practice.pk],
        "goals": [goal.pk],
        "must_region": "Africa",
        "must_speak": ["fr"],
        "must_be": ["landlocked"],
        "starts_on": "2027-01-01",
        "facilitator_welcome": "on",
    }
    response = writer.post(NEW, sent)
    partnership_request = saved()
    assert response.url == partnership_request.get_absolute_url()
    assert requests_documents.document_of(partnership_request) == {
        "city": city.pk,
        "inspired_by": None,
        "title": "Parcels to every village",
        "language": "en",
        "direction": "both",
        "challenge": "They take\ntwelve days.",
        "desired_result": "",
        "baseline": "",
        "resources": "",
        "visibility": "public",
        "facilitator_welcome": True,
        "modalities": ["study-visit", "training"],
        "languages": ["fr", "en"],
        "musts": ["speaks:fr", "region:Africa", "landlocked"],
        "starts_on": "2027-01-01",
        "ends_on": "",
        "practices": [practice.pk],
        "offered_practices": [],
        "themes": [],
        "goals": [goal.pk],
        "cases": [],
    }
    assert (partnership_request.created_by, partnership_request.status) == (focal_point, "draft")


def test_new_sent_twice_makes_one(writer):
    sent = form_at(writer, NEW) | {"title": "Once"}
    first, second = writer.post(NEW, sent), writer.post(NEW, sent)
    assert (first.url, second.url) == (saved().get_absolute_url(),) * 2


def test_save_and_submit_leads_to_submitting(writer):
    sent = form_at(writer, NEW) | {"title": "Once", "submit": "1"}
    response = writer.post(NEW, sent)
    assert response.url == f"/partnerships/requests/{saved().pk}/submit/"


def test_want_what_a_case_shows(writer):
    practice, theme, goal = PracticeFactory(), ThemeFactory(), Goal.objects.get(pk=9)
    case = CaseStudyFactory(
        published=True, title="Rail", practices=[practice], themes=[theme], goals=[goal]
    )
    form = form_at(writer, f"{NEW}?case={case.slug}")
    named = ("title", "practices", "themes", "goals", "cases", "inspired_by")
    assert {name: form[name] for name in named} == {
        "title": ["We want this: Rail"],
        "practices": [str(practice.pk)],
        "themes": [str(theme.pk)],
        "goals": [str(goal.pk)],
        "cases": [str(case.pk)],
        "inspired_by": [str(case.pk)],
    }
    writer.post(NEW, form)
    assert saved().inspired_by == case


def test_want_what_a_practice_is(writer):
    practice = PracticeFactory(name="One window", themes=[ThemeFactory()])
    form = form_at(writer, f"{NEW}?practice={practice.slug}")
    assert form["title"] == ["We want this: One window"]
    assert form["practices"] == [str(practice.pk)]
    assert form["themes"] == [str(practice.themes.get().pk)]


def test_want_what_is_offered(writer):
    bank = OrganizationFactory()
    practice, case = PracticeFactory(), CaseStudyFactory(published=True)
    offer = OfferFactory(
        title="A loan", city=None, organization=bank, practices=[practice], cases=[case]
    )
    form = form_at(writer, f"{NEW}?offer={offer.pk}")
    assert form["title"] == ["We want this: A loan"]
    assert (form["practices"], form["modalities"]) == ([str(practice.pk)], ["training"])
    assert (form["cases"], "facilitator_welcome" in form) == ([str(case.pk)], True)
    hidden = OfferFactory(title="Secret", pending=True)
    assert "Secret" not in writer.get(f"{NEW}?offer={hidden.pk}").text


def test_lead_to_wanting_from_a_case_and_a_practice(client, db):
    case, draft = CaseStudyFactory(published=True), CaseStudyFactory()
    practice = PracticeFactory()
    assert f'href="{NEW}?case={case.slug}"' in client.get(case.get_absolute_url()).text
    assert f'href="{NEW}?practice={practice.slug}"' in client.get(practice.get_absolute_url()).text
    assert f"?case={draft.slug}" not in client.get(draft.get_absolute_url()).text


@pytest.mark.parametrize(
    "query", ["case=none", "case=%00", "practice=%00", "offer=%00", "copy=%00", "copy=no"]
)
def test_want_what_is_not_there_begins_anew(query, writer):
    assert form_at(writer, f"{NEW}?{query}")["title"] == [WORDS]


def test_want_no_case_that_is_not_published(writer):
    case = CaseStudyFactory(title="Secret")
    assert "Secret" not in writer.get(f"{NEW}?case={case.slug}").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "This field is required."),
        ("city", "0", "Select a valid choice."),
        ("direction", "sideways", "Select a valid choice."),
        ("modalities", "dinner", "Select a valid choice."),
        ("languages", "xx", "Select a valid choice."),
        ("practices", "0", "Select a valid choice."),
        ("cases", "0", "Select a valid choice."),
        ("must_region", "Atlantis", "Select a valid choice."),
        ("ends_on", "2020-01-01", "The last day cannot be before the first."),
        ("more_cases", "https://example.org/", "There is no case at this address"),
        ("must_be", ["landlocked", "sea-port"], "No city is landlocked and has a sea port."),
    ],
)
def test_save_what_is_wrong_keeps_the_words(field, value, words, writer):
    sent = form_at(writer, NEW) | {
        "title": "Kept",
        "challenge": "Kept words.",
        "starts_on": "2027-01-01",
        field: value,
    }
    page = writer.post(NEW, sent).text
    assert words in page
    assert "Kept words." in page
    assert not PartnershipRequest.objects.exists()


def test_link_other_cases_by_their_addresses(writer):
    one, two, three = CaseStudyFactory.create_batch(3, published=True)
    sent = form_at(writer, NEW) | {
        "title": "Cases",
        "more_cases": f"https://testserver{one.get_absolute_url()}?page=2 {two.slug},"
        f" {three.get_absolute_url()}",
    }
    writer.post(NEW, sent)
    assert {*saved().cases.all()} == {one, two, three}
    # On the next form they stay to be ticked.
    form = form_at(writer, f"/partnerships/requests/{saved().pk}/edit/")
    assert {*form["cases"]} == {str(case.pk) for case in (one, two, three)}


def test_link_a_case_that_is_not_published_is_refused(writer):
    sent = form_at(writer, NEW) | {"title": "Cases", "more_cases": CaseStudyFactory().slug}
    assert "There is no case at this address" in writer.post(NEW, sent).text


# Editing


@pytest.fixture
def draft(city, focal_point):
    return PartnershipRequestFactory(city=city, created_by=focal_point, musts=["speaks:fr"])


@pytest.fixture
def url(draft):
    return f"/partnerships/requests/{draft.pk}/edit/"


def test_edit_begins_with_what_is_there(writer, draft, url):
    before = requests_documents.document_of(draft)
    writer.post(url, form_at(writer, url))
    draft.refresh_from_db()
    assert requests_documents.document_of(draft) == before
    writer.post(url, form_at(writer, url) | {"title": "Other"})
    draft.refresh_from_db()
    assert requests_documents.document_of(draft) == before | {"title": "Other"}


def test_edit_is_for_those_who_speak_for_the_city(client, draft, url, stranger, broker, moderator):
    assert client.get(url).url == redirect_to_login(url).url
    for person, answer in ((stranger, 404), (moderator, 404), (broker, 403)):
        client.force_login(person)
        assert (client.get(url).status_code, client.post(url).status_code) == (answer, answer)


def test_edit_after_the_right_has_ended_is_refused(writer, draft, url):
    form = form_at(writer, url)
    Representation.objects.update(status="ended")
    assert (writer.get(url).status_code, writer.post(url, form).status_code) == (404, 404)


def test_edit_what_waits_for_a_broker_leads_to_its_page(writer, city):
    partnership_request = PartnershipRequestFactory(city=city, submitted=True)
    response = writer.get(f"/partnerships/requests/{partnership_request.pk}/edit/", follow=True)
    assert response.redirect_chain == [(partnership_request.get_absolute_url(), 302)]
    assert "cannot be changed now: its status is “Submitted”." in response.text


def test_save_what_a_colleague_has_submitted_keeps_the_words(writer, draft, url):
    sent = form_at(writer, url) | {"challenge": "My words."}
    PartnershipRequest.objects.update(status="submitted", submitted_at=draft.created_at)
    page = writer.post(url, sent).text
    assert "was not saved: its status is “Submitted”." in page
    assert "My words." in page


def test_save_over_a_colleague_shows_both_and_saves_the_second_time(writer, draft, url):
    sent = form_at(writer, url) | {"challenge": "My words.", "must_be": ["landlocked"]}
    PartnershipRequest.objects.update(
        challenge="Words of a colleague.", baseline="3 days", musts=["region:Africa"]
    )
    response = writer.post(url, sent)
    assert "A colleague saved this request while you were writing" in response.text
    assert "Words of a colleague." in response.text
    [form] = [form for form in forms_of(response.text) if "ticket" in form.names]
    joined = form.filled()
    assert (joined["challenge"], joined["baseline"]) == (["My words."], ["3 days"])
    assert writer.post(url, joined).status_code == 302
    draft.refresh_from_db()
    assert (draft.challenge, draft.baseline, draft.musts) == (
        "My words.",
        "3 days",
        ["speaks:fr", "landlocked"],
    )


def test_save_with_a_base_that_is_none_of_ours_shows_both(writer, draft, url):
    sent = form_at(writer, url) | {"title": "Mine", "base": "nonsense"}
    assert "A colleague saved this request" in writer.post(url, sent).text


# A login that has expired


def test_save_without_a_login_keeps_the_words_until_they_sign_in(writer, draft, url, focal_point):
    sent = form_at(writer, url) | {"challenge": "My words.", "languages": ["sw"]}
    writer.logout()
    response = writer.post(url, sent)
    token = RequestCopy.objects.get(member=focal_point).token
    assert response.url == redirect_to_login(f"{url}?copy={token}").url
    writer.force_login(focal_point)
    page = writer.get(f"{url}?copy={token}").text
    assert "The form holds what you sent and what was not saved yet." in page
    [form] = [form for form in forms_of(page) if "ticket" in form.names]
    assert form.filled()["challenge"] == ["My words."]
    writer.post(url, form.filled())
    draft.refresh_from_db()
    assert (draft.challenge, draft.languages) == ("My words.", ["sw"])


def test_save_something_new_without_a_login_keeps_the_words(writer, focal_point):
    sent = form_at(writer, NEW) | {"title": "My words."}
    writer.logout()
    target = writer.post(NEW, sent).url
    token = RequestCopy.objects.get().token
    assert target == redirect_to_login(f"{NEW}?copy={token}").url
    writer.force_login(focal_point)
    form = form_at(writer, f"{NEW}?copy={token}")
    writer.post(NEW, form)
    assert saved().title == "My words."


def test_save_as_another_keeps_the_words_for_whose_they_are(writer, draft, url, stranger):
    sent = form_at(writer, url) | {"challenge": "My words."}
    writer.force_login(stranger)
    assert writer.post(url, sent).url == "/accounts/logout/"
    token = RequestCopy.objects.get().token
    assert "My words." not in writer.get(f"{NEW}?copy={token}").text
    draft.refresh_from_db()
    assert draft.challenge != "My words."


def test_save_with_no_city_left_keeps_the_words(writer, focal_point, city):
    sent = form_at(writer, NEW) | {"title": "My words."}
    Representation.objects.update(status="ended")
    page = writer.post(NEW, sent).text
    assert "What you sent is kept for you." in page
    copy = RequestCopy.objects.get()
    assert (copy.member, copy.sent["title"]) == (focal_point, ["My words."])
    assert f"{NEW}?copy={copy.token}" in page


def test_keep_no_more_than_a_form_can_hold(writer, draft, url):
    sent = form_at(writer, url) | {"challenge": "x" * 100_000}
    writer.logout()
    writer.post(url, sent)
    assert len(str(RequestCopy.objects.get().sent)) < 60_000


def test_send_a_ticket_of_an_account_that_is_closed(writer, draft, url):
    User.objects.filter(handle="focal-point").update(is_active=False)
    writer.logout()
    ticket = FORM_TOKENS.new(member=draft.created_by_id, subject=draft.pk)
    assert writer.post(url, {"ticket": ticket}).status_code == 302
    assert not RequestCopy.objects.exists()


def test_form_asks_as_often_for_one_as_for_many(writer, city, django_assert_num_queries):
    def rows():
        case = CaseStudyFactory(published=True, cities=[city])
        PartnershipRequestFactory(
            city=city, cases=[case], practices=[PracticeFactory()], themes=[ThemeFactory()]
        )

    rows()
    pk = PartnershipRequest.objects.first().pk
    url = f"/partnerships/requests/{pk}/edit/"
    writer.get(url)
    with django_assert_num_queries(11) as first:
        writer.get(url)
    for _number in range(3):
        rows()
    with django_assert_num_queries(len(first)):
        writer.get(url)


class Stops(HTMLParser):
    """Where Tab leads to in the form: all but what a closed group holds; radios are one stop."""

    def __init__(self, page: str):
        super().__init__()
        self.names: list[str] = []
        self.folded: list[str] = []
        self.is_form = self.is_closed = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "form" and "write" in has.get("class", ""):
            self.is_form = True
        elif tag == "details":
            self.is_closed = "open" not in has
        elif tag in ("input", "select", "textarea", "button", "summary", "a") and self.is_form:
            if has.get("type") == "hidden" or has.get("tabindex") == "-1":
                return
            name = has.get("name", tag)
            if has.get("type") == "radio" and name in self.names:
                return
            is_folded = self.is_closed and tag != "summary"
            (self.folded if is_folded else self.names).append(
                name if has.get("type") != "checkbox" else f"{name} {has.get('value')}"
            )

    def handle_endtag(self, tag):
        if tag == "details":
            self.is_closed = False
        elif tag == "form":
            self.is_form = False


def test_reach_the_end_of_the_form_with_few_keys(writer, city):
    PracticeFactory.create_batch(30)
    ThemeFactory.create_batch(10)
    page = writer.get(NEW).text
    stops = Stops(page)
    assert len(stops.folded) > 100
    assert len(stops.names) < 50


def test_show_what_is_chosen_outside_the_folds(writer, city):
    chosen, other = PracticeFactory(name="Chosen"), PracticeFactory(name="Other")
    sent = {"practices": [chosen.pk], "languages": ["fr"], "title": "", "save": "1"}
    for page in (
        writer.get(f"{NEW}?practice={chosen.slug}").text,
        writer.post(NEW, sent | {"city": city.pk}).text,
    ):
        stops = Stops(page)
        assert f"practices {chosen.pk}" in stops.names
        assert f"practices {other.pk}" in stops.folded
        assert page.count(f'name="practices" value="{chosen.pk}"') == 1
    assert "languages fr" in stops.names
    # Errors stand outside as well.
    page = writer.post(NEW, sent | {"practices": ["x"]}).text
    page = page[page.index('id="field-practices"') :]
    assert page.index('id="id_practices_error"') < page.index("<details")
