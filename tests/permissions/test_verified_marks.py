"""The verified mark stands beside the name of a verified member wherever a page names them."""

import re

import pytest
from django.utils import timezone

from community.models import MemberKind, Membership, User
from tests.permissions import answers
from tests.permissions.answers import labels, spread
from tests.permissions.matrix import PATTERNS, path_of, rows
from tests.permissions.world import World
from tests.responses import close

NAME = re.compile(r"Marked[a-z]+Person")
# What follows a name: its own end tags, then the mark; in plain text, a word.
WITH_MARK = re.compile(r'(?:\s|</(?:bdi|a|strong|b)>)*(?:<span class="verified">|\(verified\))')
# Where a name is no text about somebody: the header and the title of a page, what a form holds, how
# to cite a case, and texts for screen readers that repeat a name beside them.
LEFT_OUT = re.compile(
    r"<head\b.*?</head>|<header\b.*?</header>|<option\b.*?</option>|<textarea\b.*?</textarea>"
    r'|<script\b.*?</script>|<pre\b.*?</pre>|<ol class="breadcrumbs">.*?</ol>'
    r'|<div class="titles">.*?</div>'
    r'|<span class="visually-hidden">[^<]*</span>|<[^>]*Marked[a-z]+Person[^>]*>',
    re.DOTALL,
)
ROLES = ("anonymous", "member", "author", "focal_point", "moderator", "broker", "administrator")
# Lists and forms of the desk that come from Django, and pages about one's own account.
NOT_SEARCHED = ("mfa", "account_", "usersessions", "admin:jsi18n", "admin:logout")


def readable_paths(world: World, role: str) -> list[str]:
    found = []
    for name, route in PATTERNS.items():
        if name.startswith(NOT_SEARCHED) or answers.model_page(name) is not None:
            continue
        kept = answers.examples(route, world)
        for key, row in rows(name).items():
            if spread(row[0])[role] in (200, 410):
                found += [path_of(name, kept[label]) for label in labels(key)]
    return found


def verify_everybody(world: World) -> None:
    for role, person in world.people.items():
        name = f"Marked{role.replace('_', '')}Person"
        User.objects.filter(pk=person.pk).update(display_name=name)
        Membership.objects.update_or_create(
            member=person,
            defaults={
                "kind": MemberKind.POLICYMAKER,
                "asked_at": None,
                "verified_at": timezone.now(),
            },
        )


def without_mark(html: str) -> list[str]:
    """The names without a mark, each with the text around it."""
    html = " ".join(LEFT_OUT.sub("", html).split())
    return [
        html[max(0, found.start() - 60) : found.end() + 20]
        for found in NAME.finditer(html)
        if not WITH_MARK.match(html, found.end())
    ]


@pytest.mark.proof
@pytest.mark.parametrize("role", ROLES)
def test_no_name_is_without_its_mark(role, world, db, sample, is_sample):
    verify_everybody(world)
    client = world.client(role)
    wrong, found = [], 0
    for path in sample(readable_paths(world, role), 15):
        cookies = client.cookies.copy()
        response = client.get(path)
        client.cookies = cookies
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            close(response)
            continue
        html = response.content.decode()
        found += html.count('class="verified"')
        wrong += [f"{path}: {part}" for part in without_mark(html)]
    assert "\n".join(wrong) == ""
    # A visitor reads the names of authors, of comments and of who suggested a change.
    assert is_sample or found >= 3


def test_a_name_without_a_mark_is_found():
    page = "<p><bdi>MarkedauthorPerson</bdi>, <bdi>MarkedotherPerson</bdi> "
    assert len(without_mark(page + '<span class="verified">verified</span></p>')) == 1
    assert without_mark("<header>MarkedauthorPerson</header>") == []
