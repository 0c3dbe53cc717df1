"""The client of the engine, with a local server that speaks the API, and its faults."""

import json
import math
import threading
import time

import pytest

from repository.embeddings import engine
from tests.engines import PATIENCE
from tests.repository.embeddings.api import end_pause, hashed, used_api

SECRET = "sk-secret-0123456789"
QUESTION = "What do the tall ships carry?"


@pytest.fixture
def api(settings):
    settings.EMBEDDINGS_KEY = SECRET
    with used_api(settings) as server:
        yield server


def refused() -> bool:
    try:
        engine.embed_query(QUESTION)
    except engine.EngineUnavailable:
        return True
    return False


def test_embed_query_and_passages(api, settings):
    settings.EMBEDDINGS_QUERY_PREFIX = "query: "
    settings.EMBEDDINGS_PASSAGE_PREFIX = "passage: "
    vector = engine.embed_query("ships")
    expected = hashed("query: ships", 8)
    assert vector == pytest.approx([number / math.hypot(*expected) for number in expected])
    assert math.hypot(*vector) == pytest.approx(1)
    assert len(engine.embed_passages(["a", "b", "c"])) == 3
    format = {"model": "hashed-words", "encoding_format": "float", "path": "/v1/embeddings"}
    assert api.requests == [
        {"input": ["query: ships"]} | format,
        {"input": ["passage: a", "passage: b", "passage: c"]} | format,
    ]
    assert {headers["Authorization"] for headers in api.headers} == {f"Bearer {SECRET}"}


def test_vectors_are_in_the_order_of_their_texts(api):
    def reverse(handler, answer):
        handler.send(json.dumps(answer | {"data": answer["data"][::-1]}).encode())

    expected = engine.embed_passages(["ships", "trains"])
    api.fault = reverse
    assert engine.embed_passages(["ships", "trains"]) == expected
    assert expected[0] != expected[1]


def with_data(change):
    """Return a fault that changes the first of the vectors."""

    def send(handler, answer):
        change(answer["data"])
        handler.send(json.dumps(answer).encode())

    return send


def redirect(handler, answer):
    handler.send(b"", status=307, Location=f"{handler.server.url}/elsewhere")


def huge(handler, answer):
    handler.send(b" " * (engine.MAX_BYTES + 1) + json.dumps(answer).encode())


def garbled(handler, answer):
    handler.wfile.write(f"{QUESTION}\r\n\r\n".encode())
    handler.close_connection = True


def cut_off(handler, answer):
    handler.send_response(200)
    handler.send_header("Content-Length", "10000")
    handler.end_headers()
    handler.wfile.write(json.dumps(answer).encode()[:-9])
    handler.close_connection = True


FAULTS = {
    "status 500": lambda handler, answer: handler.send(QUESTION.encode(), status=500),
    "status 307": redirect,
    "the answer is too long": huge,
    "BadStatusLine": garbled,
    "JSONDecodeError": lambda handler, answer: handler.send(QUESTION.encode()),
    "JSONDecodeError ": cut_off,
    "UnicodeDecodeError": lambda handler, answer: handler.send(b'"\xff"'),
    "RecursionError": lambda handler, answer: handler.send(b"[" * 100_000),
    "AttributeError": lambda handler, answer: handler.send(b"[]"),
    "KeyError": lambda handler, answer: handler.send(b"{}"),
    "TypeError": lambda handler, answer: handler.send(b'{"data": 1}'),
    "not one vector for each text": with_data(lambda data: data.append({"index": 1})),
    "not one vector for each text ": with_data(lambda data: data.clear()),
    "TypeError ": with_data(lambda data: data[0].update(embedding=[0.5, "x"])),
    "TypeError  ": with_data(lambda data: data[0].update(embedding=[0.5, None])),
    "OverflowError": with_data(lambda data: data[0].update(embedding=[10**400])),
    "a vector without a direction": with_data(lambda data: data[0].update(embedding=[0.0, 0])),
    "a vector without a direction ": with_data(lambda data: data[0].update(embedding=[math.nan])),
    "a vector without a direction  ": with_data(lambda data: data[0].update(embedding=[math.inf])),
    "a vector without a direction   ": with_data(lambda data: data[0].update(embedding=[])),
    "it has another version of the model, so it must be restarted": lambda handler, answer: (
        handler.send(json.dumps(answer | {"model": "hashed-words@2"}).encode())
    ),
}


@pytest.mark.parametrize("reason", FAULTS)
def test_fault_is_logged_once_and_the_engine_is_left_alone(api, reason, caplog):
    engine.embed_query(QUESTION)
    api.fault = FAULTS[reason]
    assert [refused() for _turn in range(5)] == [True] * 5
    # Not asked again during the pause.
    assert len(api.requests) == 2
    # After it once, and the pause begins again. This is not logged again.
    end_pause()
    assert [refused() for _turn in range(5)] == [True] * 5
    assert len(api.requests) == 3
    api.fault = None
    assert refused()
    end_pause()
    assert [refused() for _turn in range(3)] == [False] * 3
    assert len(api.requests) == 6
    assert [record.getMessage() for record in caplog.records] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: "
        + reason.strip(),
        "The embedding engine responds again.",
    ]
    assert SECRET not in caplog.text
    assert QUESTION not in caplog.text
    assert {request["path"] for request in api.requests} == {"/v1/embeddings"}


def test_vectors_of_different_lengths_are_refused(api, caplog):
    api.fault = with_data(lambda data: data[0].update(embedding=[0.5]))
    with pytest.raises(engine.EngineUnavailable):
        engine.embed_passages(["ships", "trains"])
    assert [record.getMessage() for record in caplog.records] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: "
        "vectors of different lengths"
    ]


def byte_by_byte(text: bytes):
    """Return a fault that sends one more byte every 20 ms."""

    def drip(handler, answer):
        handler.wait_for_end(lambda: handler.wfile.write(next(letters)))

    letters = iter(bytes([letter]) for letter in text)
    return drip


HEADER = b"HTTP/1.1 200 OK\r\nX-Slow: "


def body_byte_by_byte(*headers: str):
    def drip(handler, answer):
        handler.wfile.write("\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode())
        handler.wait_for_end(lambda: handler.wfile.write(b" "))

    return drip


@pytest.mark.parametrize(
    "fault",
    [
        lambda handler, answer: handler.wait_for_end(),
        byte_by_byte(HEADER + b"x" * 1_000_000),
        body_byte_by_byte("Content-Length: 100000"),
        body_byte_by_byte("Connection: close"),
    ],
    ids=["hangs", "header byte by byte", "body byte by byte", "body without a length"],
)
def test_slow_engine_is_abandoned(api, fault, caplog, monkeypatch):
    # Long enough for the request to arrive.
    monkeypatch.setattr(engine, "QUERY_TIMEOUT", 2)
    api.fault = fault
    assert [refused(), refused()] == [True, True]
    # By the clock of the server: long before the timeout of a socket, also on a busy machine.
    assert api.ended.wait(PATIENCE)
    [duration] = api.durations
    assert duration < PATIENCE < engine.BATCH_TIMEOUT
    assert len(api.requests) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: TimeoutError"
    ]


def test_only_one_request_tries_again_after_the_pause(api):
    api.fault = FAULTS["status 500"]
    assert refused()
    release = threading.Event()
    api.fault = lambda handler, answer: (
        release.wait(PATIENCE),
        handler.send(json.dumps(answer).encode()),
    )
    end_pause()
    results: list[bool] = []
    first = threading.Thread(target=lambda: results.append(refused()))
    first.start()
    deadline = time.monotonic() + PATIENCE
    while len(api.requests) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    # The others go on at once without an answer.
    assert [refused() for _turn in range(3)] == [True] * 3
    release.set()
    first.join()
    assert results == [False]
    assert len(api.requests) == 2


def test_nobody_listens(settings, caplog):
    settings.EMBEDDINGS_URL = "http://127.0.0.1:1/v1"
    settings.EMBEDDINGS_MODEL = "hashed-words"
    engine.breaker = engine.Breaker()
    assert refused()
    assert [record.getMessage() for record in caplog.records] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: "
        "ConnectionRefusedError"
    ]
    engine.breaker = engine.Breaker()


def test_no_engine_is_no_failure(settings, caplog):
    assert settings.EMBEDDINGS_URL == ""
    assert refused()
    assert (caplog.records, engine.breaker.closed_until) == ([], 0)


def test_is_answering_asks_at_most_once_in_a_while(api):
    assert [engine.is_answering() for _turn in range(5)] == [True] * 5
    assert len(api.requests) == 1
    engine.breaker.answered_at = time.monotonic() - engine.FRESH
    api.fault = FAULTS["status 500"]
    assert [engine.is_answering() for _turn in range(5)] == [False] * 5
    assert len(api.requests) == 2


@pytest.mark.parametrize("status", [400, 413, 422])
def test_refused_text_does_not_stop_the_engine_for_others(api, status, caplog):
    """For example a text that is too long for the model."""

    def refuse_long_texts(handler, answer):
        is_long = max(map(len, api.requests[-1]["input"])) > 100
        body = QUESTION if is_long else json.dumps(answer)
        handler.send(body.encode(), status=status if is_long else 200)

    api.fault = refuse_long_texts
    with pytest.raises(engine.TextsRefused):
        engine.embed_query(QUESTION * 10)
    assert not refused()
    assert not engine.breaker.is_failing
    assert caplog.records == []


def test_engine_that_refuses_everything_is_not_answering(api, caplog):
    api.fault = lambda handler, answer: handler.send(QUESTION.encode(), status=400)
    assert not engine.is_answering()
    assert [refused() for _turn in range(3)] == [True] * 3
    assert len(api.requests) == 1
    assert [record.getMessage() for record in caplog.records] == [
        "The embedding engine doesn’t respond as expected; search goes on by keywords: status 400"
    ]


def test_half_of_a_surrogate_pair_is_replaced(api):
    engine.embed_query("ships \ud83d")
    assert api.requests[-1]["input"] == ["ships ?"]
