"""Two who have one page of the desk open: neither takes back unknowingly what the other saved."""

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from repository.desk.stale_forms import read_base
from repository.models import CaseStudy, City, Speaker, Transcript, Webinar
from tests import factories, races
from tests.conftest import staff
from tests.forms import forms_of
from tests.page import page_of
from tests.repository.desk.examples import ADDED, address, full

pytestmark = pytest.mark.django_db

THEN = "{} Your changes aren’t saved yet. Check the differences, then save again to overwrite them."
SOMEBODY = THEN.format("Someone else changed this after you opened the page.")
BY_MODERATOR = THEN.format("Changed after you opened the page by: Moderator.")
OVERTAKEN = "The saved value is now: {}. Save again to replace it with yours."


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def opened(response) -> dict:
    """What the form on a page of the desk sends where nobody types anything."""
    (form,) = [form for form in forms_of(response.text) if "_base" in form.names]
    many = re.findall(r'<select name="(\w+)"[^>]* multiple', response.text)
    return {
        name: values for name, values in form.filled().items() if name not in many or any(values)
    }


def errors(response) -> dict:
    form = response.context["adminform"].form
    return {name: [str(error) for error in found] for name, found in form.errors.items()}


@pytest.fixture
def another(db):
    return staff("Moderators", "another")


@pytest.fixture
def both(client, moderator, another):
    """What each of two sends to a page that both have opened: `first, second = both(row)`."""

    def post(person, url, form, **typed):
        client.force_login(person)
        return client.post(url, form | typed)

    def open_(row):
        client.force_login(another)
        page = opened(client.get(change(row)))
        return (
            lambda **typed: post(moderator, change(row), page, **typed),
            lambda form=page, **typed: post(another, change(row), form, **typed),
        )

    return open_


@pytest.fixture
def case():
    case = factories.CaseStudyFactory(
        title="By rail", setting="A rail hub", themes=[factories.ThemeFactory()]
    )
    factories.EvidenceFactory(case=case, label="Parcels", position=1)
    return case


def test_report_what_a_colleague_has_saved(both, case):
    first, second = both(case)
    city = factories.CityFactory(name="Zhengzhou")
    saved = first(summary="By the first.", setting="A port", cities=[city.pk])
    assert saved.status_code == 302

    response = second(title="By the second")

    assert errors(response) == {
        "__all__": [SOMEBODY],
        "cities": [OVERTAKEN.format(f"“{city}”")],
        "setting": [OVERTAKEN.format("“A port”")],
        "summary": [OVERTAKEN.format("“By the first.”")],
    }
    case.refresh_from_db()
    assert (case.title, case.setting, case.cities.get()) == ("By rail", "A port", city)
    again = opened(response)
    assert (again["title"], again["setting"]) == (["By the second"], ["A rail hub"])
    assert second(again).status_code == 302
    case.refresh_from_db()
    assert (case.title, case.setting, case.cities.count()) == ("By the second", "A rail hub", 0)


@pytest.mark.django_db(transaction=True)
def test_name_colleague_who_saved_in_between(both, case):
    CaseStudy.objects.filter(pk=case.pk).update(setting="A river port")
    first, second = both(case)
    first(setting="A port")
    CaseStudy.objects.filter(pk=case.pk).update(summary="Told by nobody.")
    assert errors(second())["__all__"] == [BY_MODERATOR]


def test_report_each_change_once(both, case):
    """A user who was shown a colleague's changes is also shown those saved after that."""
    first, second = both(case)
    first(setting="A port")
    form = opened(second())
    CaseStudy.objects.filter(pk=case.pk).update(setting="An airport")
    assert errors(second(form))["setting"] == [OVERTAKEN.format("“An airport”")]


def test_save_the_same_twice(both, case):
    """As by a second click."""
    first, second = both(case)
    assert [first(setting="A port").status_code, first(setting="A port").status_code] == [302, 302]
    assert second(setting="A port").status_code == 302


def test_report_rows_that_a_colleague_saved(both, case):
    first, second = both(case)
    figure = case.evidence.get()
    first(**{"evidence-0-label": "Trains"})
    figure.refresh_from_db()
    new = factories.EvidenceFactory(case=case, label="Ships")

    response = second(title="By the second")

    told = [SOMEBODY, f"Figure: “{figure}” was changed.", f"Figure: “{new}” was added."]
    assert errors(response) == {"__all__": told}
    figure.refresh_from_db()
    assert figure.label == "Trains"
    assert second(opened(response)).status_code == 302
    assert set(case.evidence.values_list("label", flat=True)) == {"Parcels", "Ships"}


def test_report_a_city_changed_by_nobody_known(both):
    city = factories.CityFactory(summary="A port.", has_sea_port=None, working_languages=["pt"])
    _first, second = both(city)
    City.objects.filter(pk=city.pk).update(has_sea_port=True, working_languages=["en", "pt"])
    assert errors(second(summary="By the second.")) == {
        "__all__": [SOMEBODY],
        "has_sea_port": [OVERTAKEN.format("“Yes”")],
        "working_languages": [OVERTAKEN.format("“en,pt”")],
    }
    city.refresh_from_db()
    assert city.summary == "A port."


def test_report_a_changed_time(both):
    start = timezone.now() + timedelta(days=9)
    webinar = factories.WebinarFactory(starts_at=start, time_zone="UTC", date=start.date())
    _first, second = both(webinar)
    Webinar.objects.filter(pk=webinar.pk).update(starts_at=start.replace(hour=start.hour ^ 1))
    assert {*errors(second(title="By the second"))} == {"__all__", "local_time"}


def test_report_changed_tags_and_countries(both, case):
    country = factories.CountryFactory()
    organization = factories.OrganizationFactory()
    for row, typed, told in (
        (case, {"tags": "port"}, "“port”"),
        (organization, {"country": country.pk}, f"“{country}”"),
    ):
        first, second = both(row)
        first(**typed)
        (name,) = typed
        assert errors(second())[name] == [OVERTAKEN.format(told)]


def labels(case):
    return sorted(case.evidence.values_list("label", flat=True))


def test_go_on_where_a_colleague_has_deleted_a_figure(both, case):
    figure = case.evidence.get()
    factories.EvidenceFactory(case=case, label="Ships", position=99)
    first, second = both(case)
    assert first(**{"evidence-0-DELETE": "on"}).status_code == 302
    typed = {"title": "By the second", "evidence-1-label": "Barges"}

    response = second(**typed)

    assert errors(response) == {"__all__": [SOMEBODY, f"Figure: “{figure}” was deleted."]}
    assert labels(case) == ["Ships"]
    assert second(opened(response)).status_code == 302
    case.refresh_from_db()
    assert (case.title, labels(case)) == ("By the second", ["Barges"])


def test_keep_what_was_typed_in_a_figure_that_is_deleted(both, case):
    figure = case.evidence.get()
    factories.EvidenceFactory(case=case, label="Ships", position=99)
    first, second = both(case)
    first(**{"evidence-0-DELETE": "on"})

    response = second(**{"evidence-0-label": "Trains"})

    words = f"Figure: “{figure}” was deleted. What you entered is shown below as a new row."
    assert errors(response) == {"__all__": [SOMEBODY, words]}
    form = opened(response)
    assert [form[f"evidence-{at}-label"] for at in (0, 1)] == [["Ships"], ["Trains"]]
    assert second(form).status_code == 302
    assert labels(case) == ["Ships", "Trains"]


def test_delete_what_a_colleague_has_deleted(both, case):
    first, second = both(case)
    deleted = {"evidence-0-DELETE": "on"}
    assert first(**deleted).status_code == 302
    assert second(title="By the second", **deleted).status_code == 302
    case.refresh_from_db()
    assert (case.title, labels(case)) == ("By the second", [])


def test_go_on_where_a_speaker_is_deleted(both):
    """And with the speaker the appearance, which is named by it."""
    appearance = factories.AppearanceFactory()
    _first, second = both(appearance.webinar)
    number = appearance.pk
    appearance.delete()
    Speaker.objects.all().delete()
    response = second(title="By the second")
    assert errors(response) == {"__all__": [SOMEBODY, f"Talk: “{number}” was deleted."]}
    assert second(opened(response)).status_code == 302


def test_keep_a_transcript_that_is_deleted(both):
    """Of its words the history knows nothing; the file, which forms do not keep, is asked again."""
    webinar = factories.WebinarFactory()
    Transcript.objects.create(webinar=webinar, language="en", text="Hello.")
    _first, second = both(webinar)
    Transcript.objects.all().delete()
    file = SimpleUploadedFile("talk.txt", b"Good morning.")
    response = second(**{"transcript-0-file": file})
    words = f"“{webinar}” was deleted. What you entered is shown below as a new row."
    assert errors(response) == {"__all__": [SOMEBODY, f"Transcript: {words}"]}
    assert second(opened(response)).status_code == 302
    assert Transcript.objects.get().text == "Hello."


@pytest.mark.parametrize("sent", ["", "7", "[]", "{}", '["2026-01-01", {}]', "[1, 2]", "[" * 9999])
def test_compare_nothing_with_what_no_form_was_opened_with(sent, both, case):
    _first, second = both(case)
    assert second(_base=sent, setting="A port").status_code == 302


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model._meta.model_name)
def test_each_page_contains_values_it_was_opened_with(model, client, administrator):
    made = full(model)
    client.force_login(administrator)
    form = opened(client.get(address(model, "change", made.pk)))
    _at, base = read_base(form["_base"][0])
    response = client.post(address(model, "change", made.pk), form)
    assert response.status_code == 302
    fields = [name for name in base if "-" not in name]
    if not fields:
        return
    stale = json.dumps([timezone.now().isoformat(), dict.fromkeys(base, "")])
    response = client.post(address(model, "change", made.pk), form | {"_base": stale})
    rows = len(base) - len(fields)
    # Nothing else was typed than what is stored: only of rows it is told.
    assert response.status_code == (200 if rows else 302)


def test_page_without_a_form_has_no_base(client, broker):
    case = factories.CaseStudyFactory(published=True)
    client.force_login(broker)
    page = page_of(client.get(change(case)))
    assert page.one("h1").text == "View case study"
    assert page.select("[name=_base]") == []


@pytest.mark.django_db(transaction=True)
def test_save_at_once(both, client, moderator, another):
    """Of two who save at the same moment one is told."""
    city = factories.CityFactory(summary="A port.", province="Bahia")
    pages = {}
    for person in (moderator, another):
        browser = type(client)()
        browser.force_login(person)
        pages[person] = browser, opened(browser.get(change(city)))
    answers = []

    def save(person, **typed):
        browser, form = pages[person]
        answers.append(browser.post(change(city), form | typed).status_code)

    wrong = races.together(
        lambda: save(moderator, summary="By one."),
        lambda: save(another, province="By the other"),
        after='FROM "repository_city"',
    )
    assert (wrong, sorted(answers)) == ([], [200, 302])
    city.refresh_from_db()
    assert (city.summary, city.province) in (("By one.", "Bahia"), ("A port.", "By the other"))
