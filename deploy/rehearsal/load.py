"""A bounded load of readers and writers, which count what was acknowledged and what failed."""

import http.client
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from lxml import html

from deploy.rehearsal.programs import HOST

WRITERS, READERS = 12, 3
# A member may write ten comments an hour.
COMMENTS_OF_A_MEMBER = 9
# Seconds: forms that are sent faster than anyone can write are delayed.
WRITING_TAKES = 3.2
# A writer whose form failed sends it again, for this many seconds at most.
SENDS_AGAIN_FOR = 120
PAGES = [
    *("/", "/cases/", "/practices/", "/cities/", "/webinars/", "/glossary/", "/fr/"),
    "/search/?q=parcel",
]


@dataclass
class Record:
    """What happened during one part of the rehearsal."""

    acknowledged: list[str] = field(default_factory=list)
    # Addresses that asked for a message, and were told that it is on its way.
    mailed: list[str] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    first_failure: float = 0.0
    last_failure: float = 0.0
    refusals: list[str] = field(default_factory=list)
    reads: int = 0


class Client:
    """A browser with its own address, behind what terminates TLS."""

    def __init__(self, port: int, number: int, session: str = ""):
        self.port = port
        self.address = f"10.0.{number // 250}.{number % 250 + 1}"
        self.cookies = {"sessionid": session} if session else {}

    def request(
        self,
        path: str,
        data: dict[str, str] | bytes | None = None,
        content_type: str = "application/x-www-form-urlencoded",
    ) -> tuple[int, str, str]:
        """Return status, Location and text; OSError if there is no answer."""
        headers = {
            "Host": HOST,
            "Referer": f"https://{HOST}{path}",
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "X-Forwarded-For": self.address,
        }
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(data) if isinstance(data, dict) else data
        if data is not None:
            headers["Content-Type"] = content_type
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET" if data is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except http.client.HTTPException as error:
            raise ConnectionError(type(error).__name__) from error
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return response.status, response.headers.get("Location", ""), text

    def form(self, path: str, action: str) -> dict[str, str]:
        """Return the fields of a form on a page; LookupError if it is not there."""
        status, location, text = self.request(path)
        if status >= 500:
            raise ConnectionError(str(status))
        if status == 200:
            for form in html.fromstring(text).forms:
                if form.action and re.fullmatch(action, form.action):
                    return {name: value or "" for name, value in form.form_values()}
        raise LookupError(f"{path} answered {status} {location} without the form {action}.")


class Load:
    """Threads that read and write until they are stopped."""

    def __init__(self, port: int, case: int, sessions: list[tuple[str, str]]):
        self.port, self.case = port, case
        # Email address and session of each member.
        self.sessions = sessions
        self.record = Record()
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.threads = [
            *(threading.Thread(target=self.write, args=[n], daemon=True) for n in range(WRITERS)),
            *(threading.Thread(target=self.read, args=[n], daemon=True) for n in range(READERS)),
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
        with self.lock:
            before, self.record = self.record, Record()
        return before

    def fail(self, cause: str) -> None:
        with self.lock:
            self.record.failures[cause] += 1
            self.record.last_failure = time.monotonic()
            self.record.first_failure = self.record.first_failure or self.record.last_failure

    def write(self, number: int) -> None:
        """Write comments as one member after another."""
        for member, (email, session) in enumerate(self.sessions[number::WRITERS]):
            client = Client(self.port, number, session)
            for turn in range(COMMENTS_OF_A_MEMBER):
                if self.ended.is_set():
                    return
                self.comment(client, f"Rehearsal {number}-{member}-{turn}.")
            self.ask_for_message(Client(self.port, number), email)

    def comment(self, client: Client, body: str) -> None:
        path = f"/comments/case/{self.case}/new/"
        if fields := self.form_of(client, path, path):
            self.ended.wait(WRITING_TAKES)
            if self.send(client, path, fields | {"body": body}):
                with self.lock:
                    self.record.acknowledged.append(body)

    def ask_for_message(self, client: Client, email: str) -> None:
        path = "/accounts/password/reset/"
        if fields := self.form_of(client, path, path):
            self.ended.wait(WRITING_TAKES)
            if self.send(client, path, fields | {"email": email}):
                with self.lock:
                    self.record.mailed.append(email)

    def form_of(self, client: Client, path: str, action: str) -> dict[str, str] | None:
        until = time.monotonic() + SENDS_AGAIN_FOR
        while time.monotonic() < until:
            try:
                return client.form(path, action)
            except OSError as error:
                self.fail(cause_of(error))
                time.sleep(0.5)
            except LookupError as error:
                self.refuse(str(error))
                return None
        return None

    def send(self, client: Client, path: str, fields: dict[str, str]) -> bool:
        """Send a form, again after each failure, as a person would; was it acknowledged?"""
        until = time.monotonic() + SENDS_AGAIN_FOR
        while time.monotonic() < until:
            try:
                status, location, text = client.request(path, fields)
            except OSError as error:
                self.fail(cause_of(error))
            else:
                if status in (302, 303):
                    return True
                if status < 500:
                    self.refuse(f"{path} answered {status} {location} {reason_in(text)}")
                    return False
                self.fail(str(status))
            time.sleep(0.5)
        return False

    def refuse(self, text: str) -> None:
        with self.lock:
            self.record.refusals.append(text)

    def read(self, number: int) -> None:
        client = Client(self.port, 200 + number)
        turn = number
        while not self.ended.wait(0.1):
            turn += 1
            try:
                status, _location, _text = client.request(PAGES[turn % len(PAGES)])
            except OSError as error:
                self.fail(cause_of(error))
            else:
                with self.lock:
                    self.record.reads += 1
                if status >= 500:
                    self.fail(str(status))


def cause_of(error: OSError) -> str:
    """Return the status, or the name of the error if there was no answer."""
    text = str(error)
    return text if text.isdecimal() else type(error).__name__


def reason_in(text: str) -> str:
    """Return the messages of a page that refused a form."""
    found = html.fromstring(text or "<p>").xpath(
        "//*[contains(@class, 'error') or contains(@class, 'message')]"
    )
    return " ".join(" ".join(each.text_content().split()) for each in found)[:200]
