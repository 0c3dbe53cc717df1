"""Cases of sample members, in all states."""

from typing import Any

from community.models import Reason, User, Verb
from community.moderation.appeals import actions as appeals
from community.moderation.decisions.rules import latest_decision
from community.moderation.reviews import case_review
from community.writing.drafts import actions, documents
from partnerships.sample.content import read
from partnerships.sample.people import Cast
from partnerships.sample.times import at
from repository.cases.actions import archive
from repository.cases.models import SECTIONS
from repository.models import CaseStudy

PLAIN = ("title", "summary", "cost", "time", *SECTIONS)
DECISIONS = {
    "changes": (Verb.REQUEST_CHANGES, Reason.INCOMPLETE),
    "declined": (Verb.DECLINE, Reason.FIT),
}


def create_cases(cast: Cast) -> None:
    authors = {member.display_name: member for member in cast.members}
    for row in read("cases"):
        create_case(cast, row, authors[row["author"]])


def create_case(cast: Cast, row: dict[str, Any], by: User) -> CaseStudy:
    """Write a case and take it as far as its stage says."""
    stage, days = row["stage"], row["days"]
    with at(cast.calendar.ago(days + 20)):
        case = actions.create_draft(
            document=document_of(row, cast.language[row["city"]]), by=by, token=f"sample-{days}"
        )
    if stage == "draft":
        return case
    with at(cast.calendar.ago(days + 3)):
        actions.submit(case=case, by=by, note=row.get("note", ""))
    if stage == "submitted":
        return case
    verb, reason = DECISIONS.get(stage, (Verb.APPROVE, Reason.NONE))
    moderator = cast.staff["moderator"]
    with at(cast.calendar.ago(days)):
        case_review.decide(
            case=case, verb=verb, by=moderator, reason=reason, message=row.get("message", "")
        )
    if stage == "archived":
        with at(cast.calendar.ago(days - 300)):
            archive(case=case, reason=row["archived"], by=moderator)
    if stage == "declined":
        decision: Any = latest_decision(case)
        with at(cast.calendar.ago(2)):
            appeals.appeal(
                decision=decision, by=by, words="We have tried it since, with 40 parcels."
            )
    return case


def document_of(row: dict[str, Any], language: str) -> documents.Any:
    figures = [
        {
            **dict.fromkeys(documents.ROWS["evidence"], ""),
            **figure,
            "key": f"n{number}",
            "is_headline": "" if number else "on",
        }
        for number, figure in enumerate(row.get("figures", ()))
    ]
    texts = {name: row.get(name, "") for name in PLAIN}
    return (
        documents.empty()
        | texts
        | {
            "language": language,
            "cities": [f"sample-{row['city']}"],
            "practices": row["practices"],
            "themes": row["themes"],
            "evidence": figures,
        }
    )
