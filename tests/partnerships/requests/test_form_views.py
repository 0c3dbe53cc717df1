import pytest
from django.contrib.auth.views import redirect_to_login

from community.accounts import spam_protection
from community.models import User
from partnerships.models import PartnershipRequest, Representation, RequestCopy
from partnerships.requests import documents as requests_documents
from partnerships.requests.forms import FORM_TOKENS, initial_of
from repository.models import Goal
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    OrganizationFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory
from tests.page import Element, Form, Page, page_of

NEW = "/partnerships/requests/new/"


@pytest.fixture
def writer(client, city, focal_point):
    client.force_login(focal_point)
    return client


def form_of(page: Page) -> Form:
    [form] = [form for form in page.forms if "ticket" in form.fields]
    return form


def form_at(client, url: str) -> dict[str, str | list[str]]:
    """The data of the form on a page, as submitted without changes."""
    return form_of(page_of(client.get(url))).fields


def saved() -> PartnershipRequest:
    return PartnershipRequest.objects.get()


def test_new_redirects_visitors_to_the_login_and_back(client, db):
    response = client.get(f"{NEW}?case=rail")
    assert response.url == redirect_to_login(f"{NEW}?case=rail").url


def hrefs(response) -> list[str]:
    return [href for _text, href in page_of(response).links]


def test_new_for_members_without_a_city_leads_to_asking_for_one_and_back(client, stranger):
    client.force_login(stranger)
    found = hrefs(client.get(f"{NEW}?case=rail"))
    assert "/partnerships/cities/ask/" in found
    assert f"{NEW}?case=rail" in found
    RepresentationFactory(member=stranger, asked=True, city__name="Kisumu")
    response = client.get(NEW)
    [notice] = page_of(response).select("main .notice")
    assert notice.text.startswith("You’ve requested to represent Kisumu.")
    assert "/partnerships/cities/ask/" not in hrefs(response)


def ask_here(client, url: str, **changes):
    """Ask to speak for a city on the page of "We want this"."""
    page = page_of(client.get(url))
    [form] = [form for form in page.forms if "position" in form.fields]
    assert form.action == url
    sent = form.fields | {"ask": "", "position": "Head of trade"} | changes
    return client.post(url, sent, follow=True)


def test_ask_to_speak_for_a_city_and_keep_what_is_wanted(client, stranger, monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    client.force_login(stranger)
    kisumu = CityFactory(name="Kisumu", slug="kisumu", country=CountryFactory(iso2="KE"))
    practice = PracticeFactory()
    case = CaseStudyFactory(published=True, title="Rail", practices=[practice])
    answer = ask_here(client, f"{NEW}?case={case.slug}", city="Kisumu, Kenya")
    copy = RequestCopy.objects.get()
    assert answer.redirect_chain[-1][0] == f"{NEW}?copy={copy.token}"
    notices = [each.text for each in page_of(answer).select("main .notice")]
    assert ["Kisumu" in notice for notice in notices] == [False, True]
    asked = Representation.objects.get(member=stranger)
    assert (asked.city, asked.status, asked.position) == (kisumu, "asked", "Head of trade")
    # The draft waits on the desk, and is there in full once a broker has said yes.
    assert (
        page_of(client.get("/desk/")).link("We’re interested: Rail") == f"{NEW}?copy={copy.token}"
    )
    Representation.objects.update(status="approved", since="2026-01-01")
    page = page_of(client.get(f"{NEW}?copy={copy.token}"))
    assert page.errors == []
    form = form_of(page).fields
    assert (form["city"], "practices" in form, form["inspired_by"]) == (
        str(kisumu.pk),
        False,
        str(case.pk),
    )
    client.post(NEW, form)
    assert (saved().title, saved().city) == ("We’re interested: Rail", kisumu)


def test_asking_for_a_city_marks_what_is_wrong_and_keeps_no_draft(client, stranger, monkeypatch):
    monkeypatch.setattr(spam_protection, "MIN_SECONDS", 0)
    client.force_login(stranger)
    case = CaseStudyFactory(published=True)
    page = page_of(ask_here(client, f"{NEW}?case={case.slug}", city="Nowhere at all"))
    assert page.wrong_fields == ["city"]
    assert not RequestCopy.objects.exists()
    assert not Representation.objects.exists()


def test_ask_the_authors_or_send_it_to_a_colleague(client, stranger):
    client.force_login(stranger)
    case = CaseStudyFactory(published=True, title="Rail & sea", slug="rail")
    page = page_of(client.get(f"{NEW}?case=rail"))
    assert "/cases/rail/#discussion" in [href for _text, href in page.links]
    [mail] = [href for _text, href in page.main.links if href.startswith("mailto:")]
    assert mail.startswith("mailto:?subject=Could%20this%20help%20our%20city%3F%20Rail%20%26%20sea")
    assert mail.endswith("/cases/rail/%0A")
    practice = PracticeFactory()
    page = page_of(client.get(f"{NEW}?practice={practice.slug}"))
    question = page.link("Ask about the practice")
    assert question == f"{practice.get_absolute_url()}#discussion"
    assert case.get_absolute_url() == "/cases/rail/"


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
        "visibility": "",
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


def test_new_sent_twice_creates_one(writer):
    sent = form_at(writer, NEW) | {"title": "Once"}
    first, second = writer.post(NEW, sent), writer.post(NEW, sent)
    assert (first.url, second.url) == (saved().get_absolute_url(),) * 2


def test_save_and_submit_redirects_to_submitting(writer):
    sent = form_at(writer, NEW) | {"title": "Once", "submit": "1"}
    response = writer.post(NEW, sent)
    assert response.url == f"/partnerships/requests/{saved().pk}/submit/"


def test_a_case_suggests_its_practices_and_ticks_nothing(writer):
    practice, theme, goal = PracticeFactory(), ThemeFactory(), Goal.objects.get(pk=9)
    other = PracticeFactory()
    case = CaseStudyFactory(
        published=True, title="Rail", practices=[practice], themes=[theme], goals=[goal]
    )
    page = page_of(writer.get(f"{NEW}?case={case.slug}"))
    assert page.select("[type=checkbox][checked]") == []
    form = form_of(page).fields
    assert (form["title"], form["inspired_by"]) == ("We’re interested: Rail", str(case.pk))
    assert form.keys() & {"practices", "themes", "goals", "cases"} == set()
    # The first question, with the practices of the case and why they are suggested.
    assert page.select("fieldset legend")[0].text == "What does your city want to learn?"
    assert boxes(page, "practices", ".suggest input") == [(str(practice.pk), False)]
    assert boxes(page, "practices", "details input") == [(str(other.pk), False)]
    assert page.one("#field-practices .suggest .reason").text == "Shown in the case: Rail"
    assert page.link("Rail") == case.get_absolute_url()
    # They stay suggested when the words suggest more, and when something is wrong.
    for sent in ({"suggest": "1"}, {"title": ""}):
        again = page_of(writer.post(NEW, form | sent))
        assert boxes(again, "practices", ".suggest input") == [(str(practice.pk), False)]
    writer.post(NEW, form | {"practices": [str(practice.pk)]})
    asked = saved()
    assert (asked.inspired_by, list(asked.practices.all())) == (case, [practice])
    # The case is linked, and can be unlinked like any other.
    assert list(asked.cases.all()) == [case]
    url = f"/partnerships/requests/{asked.pk}/edit/"
    writer.post(url, form_at(writer, f"{url}?step=1") | {"cases": []})
    assert not saved().cases.exists()


def test_keep_at_most_three_practices(writer):
    practices = [str(PracticeFactory().pk) for _number in range(4)]
    sent = form_at(writer, NEW) | {"title": "Parcels"}
    page = page_of(writer.post(NEW, sent | {"practices": practices}))
    assert page.one("#field-practices .field-error").text == (
        "Choose three practices or fewer: those that matter most to your city."
    )
    assert not PartnershipRequest.objects.exists()
    writer.post(NEW, sent | {"practices": practices[:3]})
    assert saved().practices.count() == 3


def test_prefill_the_situation_from_checked_requirements(writer):
    practice = PracticeFactory(needs="A railway; trains; goods.")
    form = form_at(writer, f"{NEW}?practice={practice.slug}&has=1&has=3&has=x")
    assert form["resources"].splitlines()[1:] == ["- A railway", "- Goods"]
    assert form["challenge"].splitlines()[1:] == ["- Trains"]
    form = form_at(writer, f"{NEW}?practice={practice.slug}&has=9")
    assert (form.get("resources", ""), form["challenge"]) == ("", "")


def test_want_what_is_offered(writer):
    bank = OrganizationFactory()
    practice, case = PracticeFactory(), CaseStudyFactory(published=True)
    offer = OfferFactory(
        title="A loan", city=None, organization=bank, practices=[practice], cases=[case]
    )
    form = form_at(writer, f"{NEW}?offer={offer.pk}")
    assert form["title"] == "We’re interested: A loan"
    assert (form["practices"], form["modalities"]) == (str(practice.pk), "training")
    assert (form["cases"], "facilitator_welcome" in form) == (str(case.pk), True)
    hidden = OfferFactory(title="Secret", pending=True)
    assert "Secret" not in page_of(writer.get(f"{NEW}?offer={hidden.pk}")).html


def test_turn_a_need_into_a_request(writer, city):
    practice, theme = PracticeFactory(), ThemeFactory()
    need = NeedFactory(
        city=city,
        title="Parcels in villages",
        description="No carrier serves the villages.",
        practices=[practice],
        themes=[theme],
        languages=["fr"],
    )
    url = f"{NEW}?need={need.pk}"
    assert url in hrefs(writer.get(need.get_absolute_url()))
    writer.post(NEW, form_at(writer, url) | {"save": ""})
    request = saved()
    assert (request.city, request.title) == (city, "Parcels in villages")
    assert request.challenge == "No carrier serves the villages."
    assert [*request.practices.all()] == [practice]
    assert [*request.themes.all()] == [theme]


def test_turn_no_need_of_another_city_into_a_request(writer, client, broker):
    need = NeedFactory(title="Parcels in villages")
    url = f"{NEW}?need={need.pk}"
    assert form_at(writer, url)["title"] == ""
    assert url not in hrefs(writer.get(need.get_absolute_url()))
    client.force_login(broker)
    assert url not in hrefs(client.get(need.get_absolute_url()))


def test_link_to_the_form_from_a_case_and_a_practice(client, db):
    case, draft = CaseStudyFactory(published=True), CaseStudyFactory()
    practice = PracticeFactory()
    assert f"{NEW}?case={case.slug}" in hrefs(client.get(case.get_absolute_url()))
    assert f"{NEW}?practice={practice.slug}" in hrefs(client.get(practice.get_absolute_url()))
    assert f"?case={draft.slug}" not in page_of(client.get(draft.get_absolute_url())).html


@pytest.mark.parametrize(
    "query",
    [
        "case=none",
        "case=%00",
        "practice=%00",
        "offer=%00",
        "need=%00",
        "need=1",
        "copy=%00",
        "copy=no",
    ],
)
def test_want_what_does_not_exist_starts_an_empty_form(query, writer):
    assert form_at(writer, f"{NEW}?{query}")["title"] == ""


def test_want_an_unpublished_case_is_ignored(writer):
    case = CaseStudyFactory(title="Secret")
    assert "Secret" not in page_of(writer.get(f"{NEW}?case={case.slug}")).html


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "Enter a title."),
        ("city", "0", "Select a valid choice."),
        ("direction", "sideways", "Select a valid choice."),
        ("modalities", "dinner", "Select a valid choice."),
        ("languages", "xx", "Select a valid choice."),
        ("practices", "0", "Select a valid choice."),
        ("cases", "0", "Select a valid choice."),
        ("must_region", "Atlantis", "Select a valid choice."),
        ("ends_on", "2020-01-01", "Enter an end date that is on or after the start date."),
        ("more_cases", "https://example.org/", "No case found at this address"),
        (
            "must_be",
            ["landlocked", "sea-port"],
            "A city can’t be landlocked and have a sea port. Choose one.",
        ),
    ],
)
def test_save_invalid_data_keeps_the_text(field, value, message, writer):
    sent = form_at(writer, NEW) | {
        "title": "Kept",
        "challenge": "Kept words.",
        "starts_on": "2027-01-01",
        field: value,
    }
    page = page_of(writer.post(NEW, sent))
    assert any(error.startswith(message) for error in page.errors)
    assert form_of(page).fields["challenge"] == "Kept words."
    assert not PartnershipRequest.objects.exists()


def test_link_other_cases_by_their_addresses(writer):
    one, two, three = CaseStudyFactory.create_batch(3, published=True)
    sent = form_at(writer, NEW) | {
        "title": "Cases",
        "more_cases": f"https://testserver{one.get_absolute_url()}?page=2 {two.slug}，"
        f"{three.get_absolute_url()}",
    }
    writer.post(NEW, sent)
    assert {*saved().cases.all()} == {one, two, three}
    # They are choices of the next form.
    form = form_at(writer, f"/partnerships/requests/{saved().pk}/edit/")
    assert {*form["cases"]} == {str(case.pk) for case in (one, two, three)}


def test_link_a_case_that_is_not_published_is_refused(writer):
    sent = form_at(writer, NEW) | {"title": "Cases", "more_cases": CaseStudyFactory().slug}
    [error] = page_of(writer.post(NEW, sent)).select(".field-error")
    assert error["id"] == "id_more_cases_error"


# Editing


@pytest.fixture
def draft(city, focal_point):
    return PartnershipRequestFactory(city=city, created_by=focal_point, musts=["speaks:fr"])


@pytest.fixture
def url(draft):
    return f"/partnerships/requests/{draft.pk}/edit/"


def test_edit_starts_with_the_saved_values(writer, draft, url):
    before = requests_documents.document_of(draft)
    writer.post(url, form_at(writer, url))
    draft.refresh_from_db()
    assert requests_documents.document_of(draft) == before
    writer.post(url, form_at(writer, url) | {"title": "Other"})
    draft.refresh_from_db()
    assert requests_documents.document_of(draft) == before | {"title": "Other"}


def test_edit_after_the_right_has_ended_is_refused(writer, draft, url):
    form = form_at(writer, url)
    Representation.objects.update(status="ended")
    assert (writer.get(url).status_code, writer.post(url, form).status_code) == (404, 404)


def test_edit_a_submitted_request_redirects_to_its_page(writer, city):
    partnership_request = PartnershipRequestFactory(city=city, submitted=True)
    response = writer.get(f"/partnerships/requests/{partnership_request.pk}/edit/", follow=True)
    assert response.redirect_chain == [(partnership_request.get_absolute_url(), 302)]
    [message] = page_of(response).messages
    assert message.endswith("because its status is “Submitted”.")


def test_save_what_a_colleague_has_submitted_keeps_the_text(writer, draft, url):
    sent = form_at(writer, url) | {"challenge": "My words."}
    PartnershipRequest.objects.update(status="submitted", submitted_at=draft.created_at)
    page = page_of(writer.post(url, sent))
    [alert] = page.alerts
    assert alert.endswith("because its status is “Submitted”.")
    assert form_of(page).fields["challenge"] == "My words."


def test_save_over_a_colleague_shows_both_and_saves_the_second_time(writer, draft, url):
    sent = form_at(writer, url) | {"challenge": "My words."}
    PartnershipRequest.objects.update(
        challenge="Words of a colleague.", desired_result="3 days", baseline="12 days"
    )
    page = page_of(writer.post(url, sent))
    changes = page.one(".changes")
    assert "Words of a colleague." in [each.text for each in changes.select(".theirs")]
    joined = form_of(page).fields
    assert (joined["challenge"], joined["desired_result"]) == ("My words.", "3 days")
    assert writer.post(url, joined).status_code == 302
    draft.refresh_from_db()
    assert (draft.challenge, draft.desired_result, draft.baseline, draft.musts) == (
        "My words.",
        "3 days",
        "12 days",
        ["speaks:fr"],
    )


def test_save_a_step_leaves_what_a_colleague_saved_in_another(writer, draft, url):
    sent = form_at(writer, f"{url}?step=1") | {"challenge": "My words."}
    PartnershipRequest.objects.update(baseline="3 days", languages=["pt"])
    response = writer.post(url, sent | {"continue": "1"})
    assert response.url == f"{url}?step=2"
    draft.refresh_from_db()
    assert (draft.challenge, draft.baseline, draft.languages) == ("My words.", "3 days", ["pt"])


def test_send_the_first_step_again_leaves_later_steps_as_they_are(writer):
    sent = form_at(writer, NEW) | {"title": "Once", "continue": "1"}
    second = writer.post(NEW, sent).url
    writer.post(saved_url(), form_at(writer, second) | {"baseline": "3 days"})
    assert writer.post(NEW, sent).url == second
    # With another text, as after the browser's own way back.
    page = page_of(writer.post(NEW, sent | {"title": "Other"}))
    assert len(page.select(".changes")) == 1
    writer.post(saved_url(), form_of(page).fields)
    assert (saved().title, saved().baseline) == ("Other", "3 days")


def saved_url() -> str:
    return f"/partnerships/requests/{saved().pk}/edit/"


def test_save_with_an_unknown_base_shows_both(writer, draft, url):
    sent = form_at(writer, url) | {"title": "Mine", "base": "nonsense"}
    assert len(page_of(writer.post(url, sent)).select(".changes")) == 1


# Expired logins


def test_save_without_a_login_keeps_the_text_until_they_sign_in(writer, draft, url, focal_point):
    sent = form_at(writer, f"{url}?step=2") | {"baseline": "My words.", "languages": ["sw"]}
    writer.logout()
    response = writer.post(url, sent)
    token = RequestCopy.objects.get(member=focal_point).token
    assert response.url == redirect_to_login(f"{url}?copy={token}").url
    writer.force_login(focal_point)
    page = page_of(writer.get(f"{url}?copy={token}"))
    assert len(page.select("main .notice")) == 1
    sent = form_of(page).fields
    assert (sent["step"], sent["baseline"]) == ("2", "My words.")
    writer.post(url, sent)
    draft.refresh_from_db()
    assert (draft.baseline, draft.languages) == ("My words.", ["sw"])


def test_save_all_fields_of_a_form_from_before_the_steps(writer, draft, url, focal_point):
    data = values_of_form(draft) | {"challenge": "My words.", "languages": ["sw"]}
    data["base"] = requests_documents.sealed(requests_documents.document_of(draft))
    data["ticket"] = str(FORM_TOKENS.new(member=focal_point.pk, subject=draft.pk))
    writer.logout()
    writer.post(url, data)
    writer.force_login(focal_point)
    token = RequestCopy.objects.get().token
    writer.post(url, form_at(writer, f"{url}?copy={token}"))
    draft.refresh_from_db()
    assert (draft.challenge, draft.languages) == ("My words.", ["sw"])


def values_of_form(draft) -> dict:
    """The data of a form with all fields."""
    initial = initial_of(requests_documents.document_of(draft))
    return {name: value for name, value in initial.items() if value not in (None, False)}


def test_save_something_new_without_a_login_keeps_the_text(writer, focal_point):
    sent = form_at(writer, NEW) | {"title": "My words."}
    writer.logout()
    target = writer.post(NEW, sent).url
    token = RequestCopy.objects.get().token
    assert target == redirect_to_login(f"{NEW}?copy={token}").url
    writer.force_login(focal_point)
    form = form_at(writer, f"{NEW}?copy={token}")
    writer.post(NEW, form)
    assert saved().title == "My words."


def test_save_as_another_member_keeps_the_text_for_its_author(writer, draft, url, stranger):
    sent = form_at(writer, url) | {"challenge": "My words."}
    writer.force_login(stranger)
    assert writer.post(url, sent).url == "/accounts/logout/"
    token = RequestCopy.objects.get().token
    assert "My words." not in page_of(writer.get(f"{NEW}?copy={token}")).html
    draft.refresh_from_db()
    assert draft.challenge != "My words."


def test_save_with_no_city_left_keeps_the_text(writer, focal_point, city):
    sent = form_at(writer, NEW) | {"title": "My words."}
    Representation.objects.update(status="ended")
    response = writer.post(NEW, sent)
    assert len(page_of(response).select("main .notice")) == 1
    copy = RequestCopy.objects.get()
    assert (copy.member, copy.sent["title"]) == (focal_point, ["My words."])
    assert f"{NEW}?copy={copy.token}" in hrefs(response)


def test_copies_of_forms_are_limited_in_size(writer, draft, url):
    sent = form_at(writer, url) | {"challenge": "x" * 100_000}
    writer.logout()
    writer.post(url, sent)
    assert len(str(RequestCopy.objects.get().sent)) < 60_000


def test_save_with_the_token_of_a_closed_account(writer, draft, url):
    User.objects.filter(handle="focal-point").update(is_active=False)
    writer.logout()
    ticket = FORM_TOKENS.new(member=draft.created_by_id, subject=draft.pk)
    assert writer.post(url, {"ticket": ticket}).status_code == 302
    assert not RequestCopy.objects.exists()


def test_form_takes_a_fixed_number_of_queries(writer, city, django_assert_num_queries):
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


def tab_stops(page: Page) -> tuple[list[str], list[str]]:
    """The controls that Tab reaches in the form (radios are one), and those in closed groups."""
    form = page.one("form.write")
    closed = form.select("details:not([open]) input")
    inside = {each.node.mem_id for each in closed}
    reached, radios = [], set()
    for each in form.select("a, button, input:not([type=hidden]), select, summary, textarea"):
        name = each.attributes.get("name")
        if each.node.mem_id in inside or each.attributes.get("tabindex") == "-1" or name in radios:
            continue
        if each.attributes.get("type") == "radio":
            radios.add(name)
        reached.append(stop(each))
    return reached, [stop(each) for each in closed]


def stop(control: Element) -> str:
    name = control.attributes.get("name", control.tag)
    is_box = control.attributes.get("type") == "checkbox"
    return f"{name} {control.attributes.get('value')}" if is_box else name


def test_form_has_few_tab_stops(writer, city):
    PracticeFactory.create_batch(30)
    ThemeFactory.create_batch(10)
    reached, folded = tab_stops(page_of(writer.get(NEW)))
    assert len(folded) > 40
    assert len(reached) < 25


def test_show_selected_choices_outside_the_closed_groups(writer, city):
    chosen, other = PracticeFactory(name="Chosen"), PracticeFactory(name="Other")
    sent = {"practices": [chosen.pk], "languages": ["fr"], "title": "", "save": "1"}
    for page in (
        page_of(writer.get(f"{NEW}?practice={chosen.slug}")),
        page_of(writer.post(NEW, sent | {"city": city.pk})),
    ):
        reached, folded = tab_stops(page)
        assert f"practices {chosen.pk}" in reached
        assert f"practices {other.pk}" in folded
        assert len(page.select(f'[name=practices][value="{chosen.pk}"]')) == 1
    # Errors are outside as well.
    page = page_of(writer.post(NEW, sent | {"practices": ["x"]}))
    parts = [each.attributes.get("id", each.tag) for each in page.select("#field-practices > *")]
    assert parts.index("id_practices_error") < parts.index("details")


# Suggestions from words


@pytest.fixture
def parcels(db):
    return PracticeFactory(
        name="Joint parcel delivery",
        summary="One company brings the parcels of all couriers.",
        themes=[ThemeFactory(name="Logistics")],
    )


def suggest(client, data, url=NEW) -> Page:
    """Press the button; it comes with whatever the form holds."""
    data = {name: value for name, value in data.items() if name not in ("save", "submit")}
    return page_of(client.post(url, data | {"suggest": "1"}))


def boxes(page: Page, name: str, selector: str) -> list[tuple[str, bool]]:
    """The checkboxes of a list under a selector: value, and whether it is ticked."""
    return [
        (box["value"], "checked" in box.attributes)
        for box in page.select(f"#field-{name} {selector}[value]")
    ]


def test_words_suggest_practices_themes_and_cases(writer, parcels):
    case = CaseStudyFactory(published=True, practices=[parcels], title="Parcels for villages")
    other = PracticeFactory(name="Rail corridor", summary="By train.", description="", needs="")
    data = form_at(writer, NEW) | {"challenge": "Our parcels come late.", "title": "Parcels"}
    page = suggest(writer, data)
    assert boxes(page, "practices", ".suggest input") == [(str(parcels.pk), False)]
    [theme] = parcels.themes.all()
    assert boxes(page, "themes", ".suggest input") == [(str(theme.pk), False)]
    assert (str(case.pk), False) in boxes(page, "cases", "input")
    # Each practice has one checkbox; the others stay in the list.
    assert boxes(page, "practices", "details input") == [(str(other.pk), False)]
    # Nothing is saved or found wrong, and the text is kept.
    assert not PartnershipRequest.objects.exists()
    assert page.select(".field-error") == []
    kept = form_of(page).fields
    assert (kept["challenge"], kept["title"]) == ("Our parcels come late.", "Parcels")
    # The same form, signed again.
    assert kept["ticket"].partition(":")[0] == data["ticket"].partition(":")[0]
    # One click accepts a suggestion.
    writer.post(NEW, kept | {"practices": [str(parcels.pk)], "cases": [str(case.pk)], "save": "1"})
    asked = saved()
    assert (list(asked.practices.all()), list(asked.cases.all())) == ([parcels], [case])


def test_chosen_practices_stay_chosen_and_are_not_suggested(writer, parcels):
    data = form_at(writer, NEW) | {"challenge": "Parcels", "practices": [str(parcels.pk)]}
    page = suggest(writer, data)
    assert boxes(page, "practices", ".suggest input") == []
    assert boxes(page, "practices", "input") == [(str(parcels.pk), True)]


@pytest.mark.parametrize("words", ["", "Bananas.", "%s \u202e '); --"])
def test_words_that_suggest_nothing(writer, parcels, words):
    page = suggest(writer, form_at(writer, NEW) | {"challenge": words})
    assert page.select(".suggest") == []
    assert len(page.select("#subjects [role=status]")) == 1


def test_nothing_is_suggested_before_it_is_asked_for(writer, parcels):
    page = page_of(writer.get(NEW))
    assert page.select(".suggest, #subjects [role=status]") == []


def test_suggest_for_a_draft_that_exists(writer, city, parcels):
    asked = PartnershipRequestFactory(city=city, title="Old", challenge="Old words")
    url = f"/partnerships/requests/{asked.pk}/edit/"
    page = suggest(writer, form_at(writer, url) | {"challenge": "Parcels"}, url)
    assert boxes(page, "practices", ".suggest input") == [(str(parcels.pk), False)]
    asked.refresh_from_db()
    assert asked.challenge == "Old words"


def test_practices_are_grouped_by_theme_and_described(writer, parcels):
    PracticeFactory(name="Rail corridor", themes=[ThemeFactory(name="Borders")])
    PracticeFactory(name="Anything else", summary="Of no theme.")
    groups = page_of(writer.get(NEW)).select("#field-practices details section")
    assert [[each.text for each in group.select("h3")] for group in groups] == [
        ["Borders"],
        ["Logistics"],
        [],
    ]
    assert groups[1].one("label").text == (
        "Joint parcel delivery One company brings the parcels of all couriers."
    )
    assert groups[2].one("small").text == "Of no theme."
