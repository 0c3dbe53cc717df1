"""What the table says of each address, and what the site answers there."""

from django.urls import reverse

from tests.permissions import answers
from tests.permissions.answers import LOGIN, patterns
from tests.permissions.conftest import undone
from tests.permissions.table import TABLE, of_model, of_old_address
from tests.responses import close

PATTERNS = dict(patterns())

# What makes a POST an act rather than a form without words.
SENT = {"community:follow": {"verb": "follow"}}


def rows(name: str) -> dict:
    """What the table says of an address, by the label of an example."""
    if (page := answers.model_page(name)) is not None:
        return {"": of_model(*page)}
    if answers.old_address(PATTERNS[name]):
        return {"": of_old_address()}
    row = TABLE[name]
    return {"": row} if isinstance(row, tuple) else row


def is_named(name: str) -> bool:
    return (
        name in TABLE
        or answers.model_page(name) is not None
        or bool(answers.old_address(PATTERNS[name]))
    )


def outcome(response) -> int | str:
    close(response)
    if response.headers.get("Location", "").startswith("/accounts/login/?next="):
        return LOGIN
    return response.status_code


def path_of(name: str, arguments: dict) -> str:
    if (page := answers.model_page(name)) is not None and page[1] in (
        "change",
        "delete",
        "history",
    ):
        arguments = {"object_id": answers.first(answers.registered()[page[0]]).pk}
    if name in PATTERNS and PATTERNS[name] == name:  # without a name
        return (
            "/admin/nothing/here/" if "url" in name else "/" + name.replace("<path:object_id>", "1")
        )
    return reverse(name, kwargs=arguments)


def ask(client, method: str, path: str, sent: dict) -> int | str:
    """The answer to one request, which leaves nothing behind in the browser or in the database."""
    cookies = client.cookies.copy()
    if method == "get":
        answer = outcome(client.get(path))
    else:
        answer = undone(lambda: outcome(client.post(path, sent)))
    client.cookies = cookies
    return answer
