"""Drafts made by a machine: of public texts only, and never over those of people.

A local server speaks the API of LibreTranslate, and makes its mistakes.
"""

import json
import time

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from community.accounts.roles import MODERATORS
from repository.models import Origin, TranslatedParagraph, Translation, TranslationState
from repository.translations import machine
from repository.translations.kinds import kinds
from repository.translations.machine import (
    NotKept,
    draft,
    glossary,
    make_drafts,
    protect,
    store_drafts,
)
from tests.factories import CaseStudyFactory, GlossaryTermFactory, PracticeFactory, UserFactory
from tests.page import page_of
from tests.repository.translations.test_originals import translated
from tests.repository.translations.translation_server import translation_server

pytestmark = pytest.mark.django_db
SECRET, TEXT = "sk-secret-0123456789", "What do the tall ships carry?"
TERMS = {"city network": "red de ciudades", "city": "ciudad", "sdg": "ODS"}


@pytest.fixture
def api(settings):
    settings.TRANSLATION_KEY = SECRET
    with translation_server(settings) as server:
        yield server


def translate(*texts):
    return machine.translate(texts or (TEXT,), source="en", target="es")


def test_texts_are_translated_in_order(api, settings):
    assert translate("One", "Two") == ["ES One", "ES Two"]
    settings.TRANSLATION_KEY = ""
    translate("One")
    asked = {"source": "en", "target": "es", "format": "text", "path": "/translate"}
    assert api.requests == [
        {"q": ["One", "Two"], "api_key": SECRET} | asked,
        {"q": ["One"]} | asked,
    ]


def answer(**changes):
    return lambda handler, right: handler.send(json.dumps(right | changes).encode())


def cut_off(handler, right):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{")
    handler.close_connection = True


FAULTS = {
    "status 500": lambda handler, right: handler.send(TEXT.encode(), status=500),
    "status 429": lambda handler, right: handler.send(TEXT.encode(), status=429),
    "status 307": lambda handler, right: handler.send(b"", status=307, Location="/elsewhere"),
    "the answer is too long": lambda handler, right: handler.send(b" " * (machine.MAX_BYTES + 1)),
    "JSONDecodeError": lambda handler, right: handler.send(b"<html>Not found</html>"),
    "JSONDecodeError ": cut_off,
    "RecursionError": lambda handler, right: handler.send(b"[" * 100_000),
    "no list of texts": lambda handler, right: handler.send(b"[]"),
    "no list of texts ": answer(translatedText=TEXT),
    "no list of texts  ": answer(translatedText=[1]),
    "not one text for each text": answer(translatedText=[]),
    "not one text for each text ": answer(translatedText=[TEXT, TEXT]),
}


@pytest.mark.parametrize("reason", FAULTS)
def test_a_failing_server_is_left_alone_for_a_while(api, reason, caplog):
    api.fault = FAULTS[reason]
    for _turn in range(3):
        with pytest.raises(machine.TranslatorUnavailable):
            translate()
    assert len(api.requests) == 1
    api.fault = None
    cache.delete(machine.PAUSED)
    assert translate("One") == ["ES One"]
    assert [record.getMessage() for record in caplog.records] == [
        f"The translation server doesn’t respond as expected: {reason.strip()}"
    ]
    assert SECRET not in caplog.text
    assert TEXT not in caplog.text


def test_a_server_is_asked_again_after_the_pause(api, monkeypatch):
    monkeypatch.setattr(machine, "PAUSE", 0.1)
    api.fault = FAULTS["status 500"]
    with pytest.raises(machine.TranslatorUnavailable):
        translate()
    api.fault = None
    time.sleep(0.2)
    assert translate("One") == ["ES One"]


def drip(handler, right):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    handler.wait_for_end(lambda: handler.wfile.write(b" "))


@pytest.mark.parametrize(
    "fault", [lambda handler, right: handler.wait_for_end(), drip], ids=["hangs", "byte by byte"]
)
def test_a_slow_server_is_abandoned(api, fault, monkeypatch):
    # Long enough for the request to arrive.
    monkeypatch.setattr(machine, "TIMEOUT", 2)
    api.fault = fault
    with pytest.raises(machine.TranslatorUnavailable):
        translate()
    assert api.ended.wait(120)
    assert cache.get(machine.PAUSED)


@pytest.mark.parametrize("status", [400, 413, 422])
def test_refused_texts_do_not_stop_the_server_for_others(api, status, caplog):
    api.fault = lambda handler, right: handler.send(TEXT.encode(), status=status)
    with pytest.raises(machine.TextsRefused):
        translate()
    api.fault = None
    assert translate("One") == ["ES One"]
    assert caplog.records == []


def test_there_is_no_server_by_default(settings):
    assert settings.TRANSLATION_URL == ""
    assert not machine.is_configured()
    with pytest.raises(machine.TranslatorUnavailable):
        translate()
    assert not cache.get(machine.PAUSED)


def test_terms_and_addresses_are_replaced_by_numbers():
    text = "A City network of each city: [see](/cases/one/) https://example.org, {name} and SDG."
    protected = protect(text, TERMS)
    assert protected.text == "A {1} of each {2}: [see{3} {4}, {5} and {6}."
    assert protected.restore(protected.text) == (
        "A Red de ciudades of each ciudad: [see](/cases/one/) https://example.org, {name} and ODS."
    )


def test_numbers_may_change_places():
    protected = protect("city of SDG", TERMS)
    assert protected.restore("{2} de la { 1 }") == "ODS de la ciudad"


@pytest.mark.parametrize("answer", ["{1}", "{1} {1} {2}", "{1} {2} {3}", "1 2", ""])
def test_an_answer_without_the_numbers_is_refused(answer):
    with pytest.raises(NotKept):
        protect("city of SDG", TERMS).restore(answer)


def test_parts_of_words_are_no_terms():
    assert protect("cityscape, intercity, cities", TERMS).kept == []


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*TERMS, "{1}", "{ 1 }", "{", "](/a)", "`x`"])).map(" ".join)
)
def test_without_terms_an_unchanged_answer_is_the_text(text):
    protected = protect(text, {})
    assert protected.restore(protected.text) == text


def test_the_glossary_has_what_people_have_translated(django_assert_num_queries):
    translated("term", GlossaryTermFactory(term="City network"))
    by_machine = translated("term", GlossaryTermFactory(term="Policy transfer"))
    by_machine.paragraphs.update(origin=Origin.MACHINE)
    renamed = GlossaryTermFactory(term="Old name")
    translated("term", renamed)
    renamed.term = "New name"
    renamed.save()
    with django_assert_num_queries(2):
        assert glossary("es") == {"city network": "ES City network"}
    assert glossary("fr") == {}


@pytest.fixture
def practice():
    return PracticeFactory(
        name="Parcels", summary="", needs="", description="One.\n\n- **Two**\n- 3"
    )


def texts(row):
    found = TranslatedParagraph.objects.filter(translation__object_id=row.pk)
    return {each.source: (each.text, each.origin) for each in found}


def test_missing_paragraphs_are_drafted(api, practice):
    assert draft("practice", practice.pk, "es", None) == 3
    assert [request["q"] for request in api.requests] == [["Parcels", "One.", "**Two**"]]
    assert texts(practice) == {
        source: (f"ES {source}", Origin.MACHINE) for source in ("Parcels", "One.", "**Two**")
    }
    translation = Translation.objects.get()
    assert translation.state == TranslationState.DRAFT
    assert not translation.is_reviewed
    assert draft("practice", practice.pk, "es", None) == 0
    assert len(api.requests) == 1


def test_what_people_have_translated_stays(api, practice):
    translation = translated("practice", practice)
    translation.paragraphs.update(text="Por una persona", is_reviewed=True)
    assert draft("practice", practice.pk, "es", None) == 0
    assert api.requests == []
    practice.description = "One, changed.\n\n- **Two**\n- 3\n\nFour."
    practice.save()
    # Not the changed paragraph, whose translation by a person is still shown.
    assert draft("practice", practice.pk, "es", None) == 1
    assert [request["q"] for request in api.requests] == [["Four."]]
    assert {text for text, origin in texts(practice).values() if origin == Origin.PERSON} == {
        "Por una persona"
    }
    translation.refresh_from_db()
    assert not translation.is_reviewed
    # What a reviewer approved stays approved.
    assert [row.source for row in translation.paragraphs.filter(is_reviewed=False)] == ["Four."]


def test_a_draft_of_an_earlier_version_is_made_anew(api, practice):
    draft("practice", practice.pk, "es", None)
    practice.description = "One, changed."
    practice.save()
    assert draft("practice", practice.pk, "es", None) == 1
    assert texts(practice)["One, changed."] == ("ES One, changed.", Origin.MACHINE)
    assert "One." not in texts(practice)


def test_a_text_that_a_person_wrote_meanwhile_stays(practice):
    keys = {unit.key: "Por una máquina" for unit in kinds["practice"].units(practice)}
    translated("practice", practice, "name")
    stored = store_drafts(
        kind=kinds["practice"], pk=practice.pk, language="es", texts=keys, by=None
    )
    assert stored == 2
    assert texts(practice)["Parcels"] == ("ES Parcels", Origin.PERSON)


def test_private_texts_are_never_sent(api):
    case = CaseStudyFactory(published=True)
    type(case).objects.filter(pk=case.pk).update(status="archived", archived_reason="Ended.")
    secret = CaseStudyFactory(title="Secret")
    for row in (case, secret):
        assert draft("case", row.pk, "es", None) == 0
    assert draft("comment", 1, "es", None) == 0
    assert draft("case", 10**9, "es", None) == 0
    assert api.requests == []


def test_nothing_is_stored_of_what_became_private_meanwhile():
    case = CaseStudyFactory(published=True, title="Ports")

    keys = {unit.key: "Puertos" for unit in kinds["case"].units(case)}
    type(case).objects.filter(pk=case.pk).update(status="archived", archived_reason="Ended.")
    assert store_drafts(kind=kinds["case"], pk=case.pk, language="es", texts=keys, by=None) == 0
    assert not Translation.objects.exists()


def test_the_language_of_the_original_is_not_drafted(api):
    case = CaseStudyFactory(published=True, language="es")
    assert draft("case", case.pk, "es", None) == 0
    assert api.requests == []


def test_terms_of_the_glossary_are_as_translated_there(api):
    term = translated("term", GlossaryTermFactory(term="City network"))
    term.paragraphs.filter(field="term").update(text="Red de ciudades")
    practice = PracticeFactory(
        name="Parcels", summary="", needs="", description="Each city network has https://a.example."
    )
    draft("practice", practice.pk, "es", None)
    assert api.requests[0]["q"][1] == "Each {1} has {2}."
    assert texts(practice)["Each city network has https://a.example."][0] == (
        "ES Each red de ciudades has https://a.example."
    )


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "  ",
        "<script>alert(1)</script>",
        "Uno <b>dos</b>",
        "Uno\n\ndos",
        "- Uno",
        "Uno {2}",
        "Vea https://evil.example",
        "x" * 20_001,
        "Uno \0",
    ],
)
def test_an_unusable_answer_is_not_stored(api, practice, answer):
    def send(handler, right):
        found = [answer if text == "ES One." else text for text in right["translatedText"]]
        handler.send(json.dumps({"translatedText": found}).encode())

    api.fault = send
    assert draft("practice", practice.pk, "es", None) == 2
    assert texts(practice).keys() == {"Parcels", "**Two**"}


def test_one_refused_text_does_not_stop_the_others(api, practice):
    def refuse(handler, right):
        is_refused = "ES One." in right["translatedText"]
        handler.send(json.dumps(right).encode(), status=400 if is_refused else 200)

    api.fault = refuse
    assert draft("practice", practice.pk, "es", None) == 2
    assert texts(practice).keys() == {"Parcels", "**Two**"}


def test_long_texts_are_sent_in_several_requests(api, monkeypatch):
    monkeypatch.setattr(machine, "BATCH_LENGTH", 10)
    practice = PracticeFactory(
        name="Parcels", summary="", needs="", description="One two three four.\n\nFive.\n\nSix."
    )
    draft("practice", practice.pk, "es", None)
    assert [request["q"] for request in api.requests] == [
        ["Parcels"],
        ["One two three four."],
        ["Five.", "Six."],
    ]


def queued() -> list[dict]:
    rows = DBTaskResult.objects.filter(task_path=make_drafts.module_path).order_by("enqueued_at")
    return [row.args_kwargs["kwargs"] for row in rows]


def test_a_task_makes_one_draft_and_queues_the_rest(api, practice):
    other = PracticeFactory()
    chosen = [["practice", practice.pk], ["practice", other.pk]]
    make_drafts.func(chosen=chosen, language="es", by=None)
    assert len(texts(practice)) == 3
    assert texts(other) == {}
    assert queued() == [{"chosen": chosen[1:], "language": "es", "by": None}]


def test_a_failing_server_fails_the_task(api, practice):
    api.fault = lambda handler, right: handler.send(b"", status=500)
    with pytest.raises(machine.TranslatorUnavailable):
        make_drafts.func(chosen=[["practice", practice.pk]], language="es", by=None)
    assert texts(practice) == {}


@pytest.fixture
def moderator(client):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=MODERATORS))
    client.force_login(user)
    return user


DRAFTS = "/admin/translations/drafts/"


def test_staff_queue_drafts(client, moderator, api, practice, django_capture_on_commit_callbacks):
    page = page_of(client.get("/admin/translations/"))
    assert "Make machine drafts" in page.buttons
    data = {"target": "es", "selected": f"practice-{practice.pk}"}
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(DRAFTS, data, follow=True)
    assert page_of(response).outcomes == ["success"]
    assert queued() == [
        {"chosen": [["practice", practice.pk]], "language": "es", "by": moderator.pk}
    ]
    assert api.requests == []
    for wrong in ({"target": "xx"}, {"target": ""}):
        assert page_of(client.post(DRAFTS, data | wrong, follow=True)).outcomes == ["error"]
    assert client.get(DRAFTS).status_code == 405


def test_without_a_server_there_are_no_drafts(client, moderator, practice):
    page = page_of(client.get("/admin/translations/"))
    assert "Make machine drafts" not in page.buttons
    data = {"target": "es", "selected": f"practice-{practice.pk}"}
    assert page_of(client.post(DRAFTS, data, follow=True)).outcomes == ["error"]
    assert queued() == []


def test_drafts_are_marked_wherever_they_appear(client, moderator, api):
    case = CaseStudyFactory(published=True, title="Ports", slug="ports")
    draft("case", case.pk, "es", None)
    page = page_of(client.get("/admin/translations/", {"kind": "case"}))
    assert "Machine translation, not checked by a person" in page.text
    page = page_of(client.get("/es/cases/ports/"))
    assert "ES Ports" in page.headings
    notice = page.one(".notice.translated")
    assert "machine" in notice.text or "automática" in notice.text
