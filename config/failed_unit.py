"""Email ADMINS that a unit of systemd has failed, with the end of its log.

Run by exchange-failure@.service, and without the settings of the site: a wrong one is a reason why
units fail. Needs ADMINS, MAIL_URL and ALLOWED_HOSTS.
"""

import subprocess
import sys

from django.conf import settings
from django.core.mail import mail_admins

from config import environment

LINES = 30


def end_of_log(unit: str) -> str:
    """Return the last lines of the unit in the journal, which has no personal data."""
    command = ["journalctl", f"--unit={unit}", f"--lines={LINES}", "--output=cat", "--no-pager"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        return "Its log can’t be read.\n"


def main(unit: str) -> None:
    [host, *_others] = environment.allowed_hosts(local=False, demo=False)
    sender = environment.sender(host)
    settings.configure(
        ADMINS=environment.administrators(),
        EMAIL_SUBJECT_PREFIX=environment.subject_prefix(host),
        MAILERS={"default": environment.mailer(environment.mail_url(local=False))},
        SERVER_EMAIL=sender,
    )
    mail_admins(
        f"{unit} failed",
        f"systemctl status {unit}\n\n{end_of_log(unit)}\n"
        "What to do: docs/operations.md, under “What to do at 03:00”.\n",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
