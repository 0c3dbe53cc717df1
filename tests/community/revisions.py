"""Published cases, and changes that are proposed of them, for the tests of revisions."""

from community import documents
from community.actions import case_study
from community.actions.revision import propose
from community.actions.trust import accepted
from repository.actions.case_study import publish
from tests.community.writing import whole
from tests.factories import CommentFactory, WebinarFactory


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
