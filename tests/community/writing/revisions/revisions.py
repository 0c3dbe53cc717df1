"Published cases and suggested changes, for the tests of revisions."

from community.discussion.trust import accepted
from community.models import (
    Notification,
)
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.revisions.actions import propose
from repository.cases.actions import publish
from tests.community.writing.drafts.cases import whole
from tests.factories import (
    CommentFactory,
    WebinarFactory,
)


def published_case(*authors, by, **changes):
    """A case that was written in the form by the first author and published by staff."""
    case = drafts_actions.create_draft(document=whole(**changes), by=authors[0], token="first")
    case.authors.set(authors)
    return publish(case=case, by=by)


def changed(case, **changes) -> dict:
    """The document of a case with changes."""
    case.refresh_from_db()
    return drafts_documents.document_of(case) | changes


def make_known(member) -> None:
    """Give a member an accepted contribution, so that authors see their proposals at once."""
    CommentFactory(author=member, subject=WebinarFactory())


def proposed(case, *, by, why="The city says so in its report.", newcomer=False, **changes):
    """A change that waits: for the authors or, of a newcomer, for a moderator first."""
    if not newcomer and accepted(by) == 0:
        make_known(by)
    now = changed(case)
    return propose(
        case=case, document=now | changes, base=drafts_documents.digest(now), why=why, by=by
    )


FIGURE = dict.fromkeys(drafts_documents.ROWS["evidence"], "") | {
    "key": "n1",
    "label": "Days at the border",
    "value": "3",
}

WORK = dict.fromkeys(drafts_documents.ROWS["references"], "") | {
    "key": "n2",
    "kind": "report",
    "authors": "World Bank",
    "title": "Ports",
    "year": "2024",
}


def notified_of(event: str) -> list[str]:
    rows = Notification.objects.filter(event=event).select_related("member")
    return sorted(row.member.handle for row in rows)
