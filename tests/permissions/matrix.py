"""What the table says of each address, and what the site answers there."""

from urllib.parse import urljoin, urlsplit

from django.urls import reverse

from tests.permissions import answers
from tests.permissions.answers import LOGIN, labels, patterns, spread
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
    """The answer to one request."""
    return outcome(respond(client, method, path, sent))


def respond(client, method: str, path: str, sent: dict):
    """The response to one request, of which nothing stays in the browser or the database."""
    cookies = client.cookies.copy()
    response = client.get(path) if method == "get" else undone(lambda: client.post(path, sent))
    client.cookies = cookies
    return response


def wrong_answers(clients: dict, path: str, row, methods=("get", "post"), sent=()) -> list[str]:
    """What the clients of these roles get otherwise than a row of the table says."""
    wrong = []
    for method in methods:
        expected = spread(row[0] if method == "get" else row[1])
        for role, client in clients.items():
            response = respond(client, method, path, dict(sent) if method == "post" else {})
            got, due = outcome(response), expected[role]
            if isinstance(due, str) and due != LOGIN:
                due = urljoin(path, due)
                got = urlsplit(response.headers.get("Location", "")).path or got
            if got != due:
                wrong.append(f"{method} {path} as {role}: {got}, not {due}")
    return wrong


def rows_of(name: str, world) -> dict[str, tuple[str, tuple]]:
    """The path of each example of an address with its row of the table, by label."""
    route = PATTERNS[name]
    page = answers.model_page(name) or answers.old_address(route)
    found = {"": {}} if page or "url" in name else answers.examples(route, world)
    table = {label: row for key, row in rows(name).items() for label in labels(key)}
    assert set(table) == set(found), "each example of this address has a line"
    return {label: (path_of(name, found[label]), table[label]) for label in found}
