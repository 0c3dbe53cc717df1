"""The client of the translation server, with a local server that speaks the API, and its faults."""

import json
import time

import pytest

from repository.translations.machine import client
from tests.repository.translations.machine.api import translation_server

SECRET, TEXT = "sk-secret-0123456789", "What do the tall ships carry?"


@pytest.fixture
def api(settings):
    settings.TRANSLATION_KEY = SECRET
    with translation_server(settings) as server:
        yield server


def translate(*texts):
    return client.translate(texts or (TEXT,), source="en", target="es")


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
    "the answer is too long": lambda handler, right: handler.send(b" " * (client.MAX_BYTES + 1)),
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
def test_fault_is_logged_once_and_the_server_is_left_alone(api, reason, caplog):
    api.fault = FAULTS[reason]
    for _turn in range(3):
        with pytest.raises(client.TranslatorUnavailable):
            translate()
    assert len(api.requests) == 1
    client.breaker.closed_until = time.monotonic() - 1
    with pytest.raises(client.TranslatorUnavailable):
        translate()
    assert len(api.requests) == 2
    api.fault = None
    client.breaker.closed_until = time.monotonic() - 1
    assert translate("One") == ["ES One"]
    assert [record.getMessage() for record in caplog.records] == [
        f"The translation server doesn’t respond as expected: {reason.strip()}"
    ]
    assert SECRET not in caplog.text
    assert TEXT not in caplog.text


def drip(handler, right):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    handler.wait_for_end(lambda: handler.wfile.write(b" "))


@pytest.mark.parametrize(
    "fault", [lambda handler, right: handler.wait_for_end(), drip], ids=["hangs", "byte by byte"]
)
def test_a_slow_server_is_abandoned(api, fault, monkeypatch):
    # Long enough for the request to arrive.
    monkeypatch.setattr(client, "TIMEOUT", 2)
    api.fault = fault
    with pytest.raises(client.TranslatorUnavailable):
        translate()
    assert api.ended.wait(120)
    assert client.breaker.is_failing


@pytest.mark.parametrize("status", [400, 413, 422])
def test_refused_texts_do_not_stop_the_server_for_others(api, status, caplog):
    api.fault = lambda handler, right: handler.send(TEXT.encode(), status=status)
    with pytest.raises(client.TextsRefused):
        translate()
    api.fault = None
    assert translate("One") == ["ES One"]
    assert caplog.records == []


def test_there_is_no_server_by_default(settings):
    assert settings.TRANSLATION_URL == ""
    assert not client.is_configured()
    with pytest.raises(client.TranslatorUnavailable):
        translate()
    assert not client.breaker.is_failing
