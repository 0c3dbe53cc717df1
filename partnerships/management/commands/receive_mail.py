import logging
import os
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from community.bounces import reports
from partnerships.replies.actions import receive
from partnerships.replies.incoming import LARGEST_MESSAGE, Dropped

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Post an emailed reply to a message between partner cities, or record that an email was "
        "returned. Reads one email from standard input, or all new emails from a Maildir. The exit "
        "code is 0 if the email was processed or ignored, and 75 (EX_TEMPFAIL) if it should be "
        "delivered again later."
    )
    # The mail server waits, and the same checks run when the site starts.
    requires_system_checks = []

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--recipient", default="", help="the recipient in the envelope")
        which.add_argument("--maildir", type=Path, help="read a Maildir instead of standard input")

    def handle(self, *, recipient: str, maildir: Path | None, **options):
        if maildir is None:
            is_done = self.process(sys.stdin.buffer.read(LARGEST_MESSAGE + 1), recipient)
        else:
            is_done = self.read_maildir(maildir)
        if not is_done:
            raise CommandError("Try again later.", returncode=os.EX_TEMPFAIL)

    def read_maildir(self, maildir: Path) -> bool:
        """Process all new emails and move them to cur/; return whether none is left."""
        try:
            names = sorted(path.name for path in (maildir / "new").iterdir() if path.is_file())
            (maildir / "cur").mkdir(exist_ok=True)
        except OSError as error:
            raise CommandError(f"{maildir} is not a Maildir: {error.strerror}.") from None
        is_done = True
        for name in names:
            path = maildir / "new" / name
            try:
                with path.open("rb") as file:
                    raw = file.read(LARGEST_MESSAGE + 1)
            except FileNotFoundError:
                # Another process has moved it.
                continue
            if not self.process(raw):
                is_done = False
                continue
            try:
                path.rename(maildir / "cur" / f"{name.partition(':')[0]}:2,S")
            except FileNotFoundError:
                continue
        return is_done

    def process(self, raw: bytes, recipient: str = "") -> bool:
        """Process one email; return False if that should be tried again."""
        try:
            result = reports.receive(raw, recipient=recipient)
            if result is None:
                result = receive(raw, recipient=recipient)
        except Dropped as reason:
            result = f"dropped: {reason}"
        except Exception:
            # The database is down, or this is a mistake of ours: the mail server keeps the email.
            logger.exception("An email was not processed.")
            return False
        self.stdout.write(f"Email {result}.")
        return True
