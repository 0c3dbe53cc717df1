"""Servers in other processes, requested over HTTP."""

import http.client
import socket

from tests.user_agents import FIREFOX


def status_of(port, path="/readyz"):
    """Return the status of a page, by default the readiness check; 0 if there is no response."""
    return answer(port, path)[0]


def answer(port, path, body=None, **headers):
    """Return the status and headers of a page, or of the response to a body that is sent to it."""
    attempt = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        method = "GET" if body is None else "POST"
        attempt.request(method, path, body, {"User-Agent": FIREFOX} | headers)
        response = attempt.getresponse()
        return response.status, response.headers
    except OSError:
        return 0, {}
    finally:
        attempt.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
