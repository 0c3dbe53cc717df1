import re
from dataclasses import dataclass

from django.http import HttpRequest

# Passwords and codes are sent to these paths.
ACCOUNTS = re.compile(r"/(?:[a-z-]{2,7}/)?accounts/")
NOT_KEPT = {"csrfmiddlewaretoken"}


@dataclass(frozen=True)
class FormSent:
    """A form that could not be processed, for an error page that can send it again."""

    path: str
    fields: list[tuple[str, str]]
    # Browsers send no file twice: it must be chosen again.
    has_files: bool


def form_sent(request: HttpRequest) -> FormSent | None:
    """The form of a request; None if it has no text to keep, or a password, which no page shows."""
    if request.method != "POST" or ACCOUNTS.match(request.path_info):
        return None
    if any("password" in name for name in request.POST):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
        for value in values
    ]
    # If the disk was full while a large file was received, no field could be read.
    return FormSent(request.get_full_path(), fields, bool(request.FILES)) if fields else None
