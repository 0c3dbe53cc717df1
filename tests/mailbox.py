"""A mail server that remembers what it accepted, for tests and the rehearsal."""

from collections import Counter, defaultdict
from email import message_from_bytes
from email.message import Message

from aiosmtpd.controller import Controller


class Mailbox:
    """A mail server on this machine; `deliveries` counts by Message-ID, `messages` by recipient."""

    def __init__(self, port: int):
        self.port = port
        self.deliveries: Counter[str] = Counter()
        self.messages: defaultdict[str, set[str]] = defaultdict(set)
        self.received: list[Message] = []
        self.controller: Controller | None = None

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content)
        self.received.append(message)
        name = str(message["Message-ID"])
        self.deliveries[name] += 1
        for recipient in envelope.rcpt_tos:
            self.messages[recipient].add(name)
        return "250 OK"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None
