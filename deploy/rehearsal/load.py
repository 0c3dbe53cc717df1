"""A bounded load of readers and writers, which count what was acknowledged and what failed."""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from lxml import html

from deploy.rehearsal.programs import HOST
from tests.user_agents import FIREFOX

WRITERS, READERS = 12, 3
# A member may write ten comments an hour.
COMMENTS_OF_A_MEMBER = 9
# Seconds: forms that are sent faster than anyone can write are delayed.
WRITING_TAKES = 3.2
# A writer whose form failed sends it again, for this many seconds at most.
SENDS_AGAIN_FOR = 120
# The longest time of failures, in seconds. No write may be lost or stored twice.
RECOVERS_WITHIN = 30
PAGES = ["/", "/cases/", "/practices/", "/cities/", "/webinars/", "/fr/", "/search/?q=parcel"]


@dataclass
class Record:
    """What happened during one fault."""

    fault: str = ""
    acknowledged: list[str] = field(default_factory=list)
    # Addresses that asked for a message, and were told that it is on its way.
    mailed: list[str] = field(default_factory=list)
    # When and why responses failed.
    failures: list[tuple[float, str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lost: int = 0
    repeated: int = 0

    @property
    def seconds(self) -> float:
        return self.failures[-1][0] - self.failures[0][0] if self.failures else 0

    def row(self) -> list[str]:
        counted = Counter(cause for _when, cause in self.failures)
        causes = ", ".join(f"{n} × {cause}" for cause, n in sorted(counted.items()))
        written = len(self.acknowledged) + len(self.mailed)
        return [self.fault, f"{written}", f"{self.lost}", f"{self.repeated}", causes or "0",
                f"{self.seconds:.0f}"]  # fmt: skip

    def misses(self) -> list[str]:
        found = []
        if self.lost or self.repeated:
            found.append(f"{self.lost} writes lost, {self.repeated} stored twice")
        if self.seconds > RECOVERS_WITHIN:
            found.append(f"responses failed for {self.seconds:.0f} seconds")
        if not self.acknowledged:
            found.append("no write was acknowledged")
        return [f"{self.fault}: {text}" for text in [*found, *self.refusals[:3]]]


class Client:
    """A browser with its own address, behind what terminates TLS."""

    def __init__(self, port: int, number: int, session: str = ""):
        self.port, self.address = port, f"10.0.0.{number + 1}"
        self.cookies = {"sessionid": session} if session else {}

    def request(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and text; OSError if there is no answer."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Host": HOST,
            "Referer": f"https://{HOST}{path}",
            "User-Agent": FIREFOX,
            "X-Forwarded-For": self.address,
        }
        body = None if data is None else urlencode(data)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST" if body else "GET", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except http.client.HTTPException as error:
            raise ConnectionError from error
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
        return response.status, text


class Load:
    """Threads that read and write until they are stopped."""

    def __init__(self, port: int, case: int, members: list[tuple[str, str]]):
        # Email address and session of each member.
        self.port, self.case, self.members = port, case, members
        self.record = Record()
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=target, args=[number], daemon=True)
            for target, many in [(self.write, WRITERS), (self.read, READERS)]
            for number in range(many)
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(timeout=SENDS_AGAIN_FOR)

    def begin(self) -> Record:
        """Return what was recorded so far, and begin a new record."""
        before, self.record = self.record, Record()
        return before

    def fail(self, cause: str) -> None:
        self.record.failures.append((time.monotonic(), cause))

    def write(self, number: int) -> None:
        """Write comments as one member after another, and ask for links to a new password."""
        path = f"/comments/case/{self.case}/new/"
        for member, (email, session) in enumerate(self.members[number::WRITERS]):
            client = Client(self.port, number, session)
            for turn in range(COMMENTS_OF_A_MEMBER):
                if self.ended.is_set():
                    return
                body = f"Rehearsal {number}-{member}-{turn}."
                if self.submit(client, path, body=body):
                    self.record.acknowledged.append(body)
            visitor = Client(self.port, number)
            if self.submit(visitor, "/accounts/password/reset/", email=email):
                self.record.mailed.append(email)

    def submit(self, client: Client, path: str, **values: str) -> bool:
        """Send a form, again after each failure, as a person would; was it acknowledged?"""
        fields: dict[str, str] = {}
        until = time.monotonic() + SENDS_AGAIN_FOR
        while time.monotonic() < until:
            try:
                if not fields:
                    status, text = client.request(path)
                    for form in html.fromstring(text).forms if status == 200 else []:
                        fields = dict(form.form_values()) if form.action == path else fields
                    self.ended.wait(WRITING_TAKES)
                if fields:
                    status, text = client.request(path, fields | values)
            except OSError as error:
                self.fail(type(error).__name__)
            else:
                if status in (302, 303):
                    return True
                if status < 500:
                    self.record.refusals.append(f"{path} answered {status}.")
                    return False
                self.fail(str(status))
            time.sleep(0.5)
        return False

    def read(self, number: int) -> None:
        client, turn = Client(self.port, 200 + number), number
        while not self.ended.wait(0.1):
            turn += 1
            try:
                status, _text = client.request(PAGES[turn % len(PAGES)])
            except OSError as error:
                self.fail(type(error).__name__)
            else:
                if status >= 500:
                    self.fail(str(status))
