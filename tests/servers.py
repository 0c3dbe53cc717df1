"""Servers in other processes, requested over HTTP."""

import http.client
import secrets
import socket
import subprocess
from contextlib import suppress

from tests.user_agents import FIREFOX

# Below those that Linux gives to outgoing connections, one of which could take a port before the
# server that it is meant for has started.
PORTS = range(10_000, 32_000)


def status_of(port, path="/readyz"):
    """Return the status of a page, by default the readiness check; 0 if there is no response."""
    return answer(port, path)[0]


def answer(port, path, body=None, **headers):
    """Return the status and headers of a page, or of the response to a body that is sent to it."""
    attempt = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        method = "GET" if body is None else "POST"
        attempt.request(method, path, body, {"User-Agent": FIREFOX} | headers)
        response = attempt.getresponse()
        return response.status, response.headers
    except OSError:
        return 0, {}
    finally:
        attempt.close()


def said_by(process: subprocess.Popen) -> list[str]:
    """Return the lines of the output of a program until it has exited.

    Without Granian's message that it had to kill a worker. Granian writes it of a worker that has
    just exited, too: its thread that waits for the worker and the one that stops it can both ask
    for the exit status.
    """
    output = "".join(filter(None, process.communicate(timeout=120)))
    return [line for line in output.splitlines() if "Killing worker-" not in line]


def free_port() -> int:
    """Return a port for a server, at random: the tests of another process start servers too."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
