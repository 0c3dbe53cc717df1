"""A request is written in four steps, and all answers are checked before it is submitted."""

import pytest

from community.models import Verb
from partnerships.models import PartnershipRequest
from partnerships.requests.form_steps import FORM_STEPS, GAPS, gaps_of
from partnerships.requests.forms import RequestForm
from partnerships.requests.review import decide
from repository.models import City, Goal
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, OfferFactory, PracticeFactory, ThemeFactory
from tests.factories.partnerships import PartnershipRequestFactory, RepresentationFactory
from tests.page import Form, Page, page_of

NEW = "/partnerships/requests/new/"
TITLES = [str(step.title) for step in FORM_STEPS]


@pytest.fixture
def writer(client, city, focal_point) -> DeskClient:
    client.force_login(focal_point)
    return client


@pytest.fixture
def draft(city, focal_point) -> PartnershipRequest:
    return PartnershipRequestFactory(
        city=city, created_by=focal_point, practices=[PracticeFactory()], title="Parcels"
    )


@pytest.fixture
def url(draft) -> str:
    return f"/partnerships/requests/{draft.pk}/edit/"


def form_of(page: Page) -> Form:
    [form] = [form for form in page.forms if "ticket" in form.fields]
    return form


def form_at(client, url: str) -> dict[str, str | list[str]]:
    return form_of(page_of(client.get(url))).fields


def current(page: Page) -> list[str]:
    return [each.text for each in page.select(".steps [aria-current=step]")]


def step_of(response) -> int:
    """The number of the step that a form shows."""
    [place] = current(page_of(response))
    return int(place.split()[0])


def test_steps_have_all_fields_once():
    names = [name for step in FORM_STEPS for name in step.fields]
    assert sorted(names) == sorted(RequestForm.base_fields)
    assert [gap.step.number for gap in GAPS] == [1, 1, 1, 2, 4, 4]


@pytest.mark.parametrize("step", FORM_STEPS, ids=lambda step: step.key)
def test_each_step_shows_its_own_fields(step, writer, draft, url):
    page = page_of(writer.get(f"{url}?step={step.number}"))
    assert page.one("h1").text == TITLES[step.number - 1]
    assert page.one(".eyebrow").text == f"Step {step.number} of 4"
    [place] = current(page)
    assert place.removesuffix("(completed)").strip() == f"{step.number} {TITLES[step.number - 1]}"
    asked = {each["name"] for each in page.select("form.write [name]")}
    assert asked & RequestForm.base_fields.keys() <= {*step.fields}
    # All others can be reached, and pressing them saves this one.
    to = [each["value"] for each in page.select(".steps button[form=request][name=to]")]
    assert to == [str(each.number) for each in FORM_STEPS if each != step]


@pytest.mark.parametrize("named", ["", "?step=", "?step=9", "?step=%00", "?step=x&copy=none"])
def test_an_unknown_step_opens_the_first(named, writer, draft, url):
    assert step_of(writer.get(f"{url}{named}")) == 1


@pytest.mark.parametrize(
    ("missing", "step"),
    [
        ({"challenge": "", "modalities": []}, 1),
        ({"languages": []}, 2),
        ({"modalities": []}, 4),
        ({"visibility": ""}, 4),
        ({}, 1),
    ],
)
def test_a_draft_opens_at_the_first_step_that_lacks_an_answer(missing, step, writer, draft, url):
    PartnershipRequest.objects.update(**missing)
    assert step_of(writer.get(url)) == step


def test_a_returned_request_opens_at_the_step_asked_about(writer, city, broker):
    asked = PartnershipRequestFactory(city=city, submitted=True, practices=[PracticeFactory()])
    desk = DeskClient()
    desk.force_login(broker)
    review = f"/admin/review/request/{asked.pk}/"
    form = next(form for form in page_of(desk.get(review)).forms if "form_step" in form.fields)
    assert [*form.choices("form_step").values()] == ["No specific step", *TITLES]
    sent = form.fields | {
        "verb": "request-changes",
        "reason": "unclear",
        "message": "Say how many shops there are.",
    }
    assert desk.post(review, sent | {"form_step": "9"}).status_code == 200
    desk.post(review, sent | {"form_step": "3"})
    url = f"/partnerships/requests/{asked.pk}/edit/"
    assert step_of(writer.get(url)) == 3
    assert step_of(writer.get(f"{url}?step=2")) == 2
    # No longer, once the city has taken it back.
    PartnershipRequest.objects.update(status="draft")
    assert step_of(writer.get(url)) == 1


def test_a_returned_request_shows_what_the_broker_wrote(writer, city, broker):
    asked = PartnershipRequestFactory(city=city, submitted=True, practices=[PracticeFactory()])
    decide(
        partnership_request=asked,
        verb=Verb.REQUEST_CHANGES,
        by=broker,
        reason="unclear",
        message="Say how many shops there are.",
    )
    for step in FORM_STEPS:
        page = page_of(writer.get(f"/partnerships/requests/{asked.pk}/edit/?step={step.number}"))
        assert page.one("[aria-labelledby=broker] .words").text == "Say how many shops there are."


@pytest.mark.parametrize(
    ("step", "button", "target"),
    [
        ("1", "continue", "edit/?step=2"),
        ("3", "continue", "edit/?step=4"),
        ("4", "continue", "submit/"),
        ("4", "submit", "submit/"),
        ("2", "save", ""),
        ("2", "to=4", "edit/?step=4"),
        ("2", "to=9", ""),
    ],
)
def test_each_button_saves_and_leads_on(step, button, target, writer, draft, url):
    name, _equals, value = button.partition("=")
    sent = form_at(writer, f"{url}?step={step}") | {name: value or "1"}
    field = {"1": "challenge", "2": "baseline", "3": "resources", "4": "starts_on"}[step]
    words = "2027-01-31" if step == "4" else "My words."
    response = writer.post(url, sent | {field: words})
    assert response.url == f"/partnerships/requests/{draft.pk}/{target}"
    draft.refresh_from_db()
    assert str(getattr(draft, field)) == words


def test_a_mistake_is_marked_and_linked_from_the_top(writer, draft, url):
    PartnershipRequest.objects.update(starts_on="2027-05-01")
    sent = form_at(writer, f"{url}?step=4") | {"ends_on": "2027-01-31", "visibility": "all"}
    page = page_of(writer.post(url, sent | {"to": "1"}))
    summary = page.one(".errors")
    assert [href for _text, href in summary.links] == ["#id_ends_on", "#field-visibility"]
    for _text, target in summary.links:
        assert len(page.select(target)) == 1
    assert page.one("#id_ends_on")["aria-invalid"] == "true"
    assert page.title.startswith(f"Error: {TITLES[3]} · Parcels")
    assert form_of(page).fields["step"] == "4"
    draft.refresh_from_db()
    assert draft.ends_on is None


def test_a_mistake_in_a_hidden_answer_is_named_without_a_link(writer):
    page = page_of(writer.post(NEW, form_at(writer, NEW) | {"title": "T", "visibility": "nobody"}))
    summary = page.one(".errors")
    assert (summary.name.split()[0], summary.links) == ("1", [])


# Who can see it


def test_nobody_is_let_in_before_the_city_chooses(writer, city):
    practice = PracticeFactory()
    new = form_at(writer, NEW)
    assert "visibility" not in new
    sent = {"title": "Parcels", "challenge": "Slow.", "desired_result": "Fast."}
    writer.post(NEW, new | sent | {"practices": [practice.pk]})
    asked = PartnershipRequest.objects.get()
    url, check = (f"/partnerships/requests/{asked.pk}/{page}/" for page in ("edit", "submit"))
    writer.post(url, form_at(writer, f"{url}?step=2") | {"languages": ["fr"]})
    step = form_at(writer, f"{url}?step=4")
    assert "visibility" not in step
    # A draft may be saved without it, but not submitted.
    writer.post(url, step | {"modalities": ["training"], "continue": "1"})
    summary = page_of(writer.get(check)).one(".errors")
    link = f"{url}?step=4&check=1#field-visibility"
    assert summary.links == [("Choose who can see the request.", link)]
    writer.post(check)
    asked.refresh_from_db()
    assert (asked.status, asked.visibility) == ("draft", "")
    page = page_of(writer.get(f"{url}?step=4&check=1"))
    assert page.one(".errors").links == [("Choose who can see the request.", "#field-visibility")]
    assert page.one("#field-visibility .field-error").text == "Choose who can see the request."
    assert form_of(page).choices("visibility") == {
        "public": "Everyone",
        "members": "Members",
        "brokers": "Only brokers",
    }
    writer.post(url, form_of(page).fields | {"visibility": "brokers", "continue": "1"})
    writer.post(check)
    asked.refresh_from_db()
    assert (asked.status, asked.visibility) == ("submitted", "brokers")


def test_a_choice_of_readers_is_kept(writer, draft, url):
    PartnershipRequest.objects.update(visibility="members", status="changes-requested")
    step = form_at(writer, f"{url}?step=4")
    assert step.pop("visibility") == "members"
    writer.post(url, step | {"starts_on": "2027-01-31"})
    draft.refresh_from_db()
    assert (str(draft.starts_on), draft.visibility) == ("2027-01-31", "members")


# New requests


def test_new_shows_the_first_step_and_carries_the_rest(writer, city):
    practice = PracticeFactory()
    offer = OfferFactory(title="A loan", practices=[practice], modalities=["study-visit"])
    page = page_of(writer.get(f"{NEW}?offer={offer.pk}"))
    assert (page.one("h1").text, current(page)) == (TITLES[0], [f"1 {TITLES[0]}"])
    assert page.select(".steps button, .steps a") == []
    assert page.one("[name=modalities]")["type"] == "hidden"
    response = writer.post(NEW, form_of(page).fields | {"continue": "1"})
    asked = PartnershipRequest.objects.get()
    assert (asked.modalities, asked.city) == (["study-visit"], city)
    assert response.url == f"/partnerships/requests/{asked.pk}/edit/?step=2"


def test_new_asks_for_the_city_if_there_are_several(writer, city, focal_point):
    other = RepresentationFactory(member=focal_point).city
    sent = form_at(writer, NEW) | {"title": "Parcels", "city": str(other.pk)}
    writer.post(NEW, sent)
    asked = PartnershipRequest.objects.get()
    assert asked.city == other
    url = f"/partnerships/requests/{asked.pk}/edit/"
    writer.post(url, form_at(writer, f"{url}?step=2") | {"city": str(city.pk)})
    asked.refresh_from_db()
    assert asked.city == city


def test_new_begins_with_the_goals_of_the_last_request(writer, city):
    PartnershipRequestFactory(city=city, goals=[Goal.objects.get(pk=8)])
    PartnershipRequestFactory(city=city, goals=[Goal.objects.get(pk=9), Goal.objects.get(pk=11)])
    PartnershipRequestFactory(city=city)
    PartnershipRequestFactory(goals=[Goal.objects.get(pk=1)])
    writer.post(NEW, form_at(writer, NEW) | {"title": "Parcels"})
    asked = PartnershipRequest.objects.get(title="Parcels")
    assert [goal.pk for goal in asked.goals.order_by("pk")] == [9, 11]
    # Those of a case are not taken for the city’s, and cleared ones stay cleared.
    case = CaseStudyFactory(published=True, title="Rail", goals=[Goal.objects.get(pk=17)])
    writer.post(NEW, form_at(writer, f"{NEW}?case={case.slug}"))
    inspired = PartnershipRequest.objects.get(inspired_by=case)
    assert [goal.pk for goal in inspired.goals.order_by("pk")] == [9, 11]
    url = f"/partnerships/requests/{asked.pk}/edit/"
    writer.post(url, form_at(writer, f"{url}?step=2") | {"goals": []})
    assert "goals" not in form_at(writer, f"{url}?step=2")


# Languages of the city's profile


def test_languages_are_those_of_the_profile_until_others_are_chosen(writer, draft, url, city):
    PartnershipRequest.objects.update(languages=[])
    draft.refresh_from_db()
    assert [gap.field for gap in gaps_of(draft)] == ["languages"]
    City.objects.filter(pk=city.pk).update(working_languages=["fr", "ee"])
    draft = PartnershipRequest.objects.get()
    assert (gaps_of(draft), draft.working_languages) == ([], ["fr", "ee"])
    page = page_of(writer.get(f"{url}?step=2"))
    # Also those that are no choice otherwise.
    assert sorted(form_of(page).fields["languages"]) == ["ee", "fr"]
    hint = "These languages come from your city’s profile."
    assert [each.text for each in page.select(".parts .help")].count(hint) == 1
    row = answers(page_of(writer.get(f"/partnerships/requests/{draft.pk}/submit/")))
    assert row["Languages you can work in"] == "French Ewe From the city’s profile."
    detail = page_of(writer.get(draft.get_absolute_url()))
    assert detail.one(".glance").after("Working languages", 1) == [
        "French, Ewe From the city’s profile"
    ]
    writer.post(url, form_of(page).fields | {"languages": ["ee"]})
    draft.refresh_from_db()
    assert draft.languages == ["ee"]
    assert page_of(writer.get(f"{url}?step=2")).select(".parts .help")[0].text != hint


# Checking all answers


def answers(page: Page) -> dict[str, str]:
    return {
        each.one("dt").text: each.select("dd")[0].text for each in page.select(".answers > div")
    }


def test_check_shows_each_answer_with_a_link_to_its_step(writer, draft, city):
    theme = ThemeFactory(name="Logistics")
    draft.themes.add(theme)
    PartnershipRequest.objects.update(
        starts_on="2027-01-31", musts=["speaks:fr", "landlocked"], baseline="12\u202fdays"
    )
    page = page_of(writer.get(f"/partnerships/requests/{draft.pk}/submit/"))
    assert page.one("h1").text == "Check your answers"
    assert [each.text for each in page.select("main h2")][:4] == TITLES
    found = answers(page)
    assert found["Title"] == "Parcels"
    assert found["Themes"] == "Logistics"
    assert found["Start date"] == "31 January 2027"
    assert found["End date"] == "Not answered"
    assert found["Requirements for a partner"] == (
        "Works in French Is landlocked (no access for seagoing ships)"
    )
    assert found["City"] == f"{city.localized_name}, {city.country.localized_name}"
    assert found["We welcome a facilitator"] == "No"
    links = {each.text: each["href"] for each in page.select(".answers a")}
    edit = f"/partnerships/requests/{draft.pk}/edit/"
    assert links["Change: Title"] == f"{edit}?step=1&check=1#id_title"
    assert links["Change: Kinds of cooperation"] == f"{edit}?step=4&check=1#field-modalities"
    for href in links.values():
        address, _hash, anchor = href.partition("#")
        assert len(page_of(writer.get(address)).select(f"#{anchor}")) <= 1
    assert len(links) == len(found)
    assert page.form(f"/partnerships/requests/{draft.pk}/submit/").method == "post"


def test_check_links_to_what_is_missing_and_back(writer, draft, url):
    PartnershipRequest.objects.update(challenge="", modalities=[])
    check = f"/partnerships/requests/{draft.pk}/submit/"
    page = page_of(writer.get(check))
    summary = page.one(".errors")
    assert [href for _text, href in summary.links] == [
        f"{url}?step=1&check=1#id_challenge",
        f"{url}?step=4&check=1#field-modalities",
    ]
    assert answers(page)["The challenge"] == "Describe the challenge."
    assert page.by_role("button", "Submit request") == []
    # The step marks it, and leads back once it is saved.
    step = page_of(writer.get(f"{url}?step=1&check=1"))
    assert [href for _text, href in step.one(".errors").links] == ["#id_challenge"]
    assert step.one("#id_challenge")["aria-describedby"].endswith("id_challenge_error")
    assert step.by_role("button", "Save and check your answers") != []
    sent = form_of(step).fields | {"challenge": "They take twelve days."}
    assert writer.post(url, sent | {"continue": "1"}).url == check
    page = page_of(writer.get(f"{url}?step=1&check=1"))
    assert page.select(".errors") == []


def test_progress_marks_the_steps_that_are_filled_in(writer, draft, url):
    PartnershipRequest.objects.update(modalities=[])

    def filled_in() -> list[int]:
        items = page_of(writer.get(f"{url}?step=1")).select(".steps li")
        return [number for number, each in enumerate(items, 1) if "completed" in each.text]

    assert filled_in() == [1, 2]
    PartnershipRequest.objects.update(modalities=["training"], challenge="", resources="Rooms.")
    assert filled_in() == [2, 3, 4]
