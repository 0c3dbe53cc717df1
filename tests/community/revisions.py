"""Published cases, and changes that are proposed of them, for the tests of revisions."""

from community import documents
from community.actions import case_study
from community.actions.revision import propose
from community.actions.trust import accepted
from community.models import (
    Notification,
)
from repository.actions.case_study import publish
from tests.community.writing import whole
from tests.factories import (
    CommentFactory,
    WebinarFactory,
)


def published_case(*authors, by, **changes):
    """A case that was written in the form by the first author and published by staff."""
    case = case_study.create_draft(document=whole(**changes), by=authors[0], token="first")
    case.authors.set(authors)
    return publish(case=case, by=by)


def changed(case, **changes) -> dict:
    """The document of a case with changes in it."""
    case.refresh_from_db()
    return documents.document_of(case) | changes


def make_known(member) -> None:
    """Give a member an accepted contribution: what they propose is shown to authors at once."""
    CommentFactory(author=member, subject=WebinarFactory())


def proposed(case, *, by, why="The city says so in its report.", newcomer=False, **changes):
    """A change that waits: for the authors or, of a newcomer, for a moderator first."""
    if not newcomer and accepted(by) == 0:
        make_known(by)
    now = changed(case)
    return propose(case=case, document=now | changes, base=documents.digest(now), why=why, by=by)


FIGURE = dict.fromkeys(documents.ROWS["evidence"], "") | {
    "key": "n1",
    "label": "Days at the border",
    "value": "3",
}

WORK = dict.fromkeys(documents.ROWS["references"], "") | {
    "key": "n2",
    "kind": "report",
    "authors": "World Bank",
    "title": "Ports",
    "year": "2024",
}


def told_of(event: str) -> list[str]:
    rows = Notification.objects.filter(event=event).select_related("member")
    return sorted(row.member.handle for row in rows)
