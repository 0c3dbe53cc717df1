"""Questions between cities before their introduction, passed on by a broker."""

from django.utils.translation import gettext as _

from community.models import NoticeKind, User
from partnerships.desk.notices import brokers, focal_points
from partnerships.matches.actions import (
    Recipients,
    check_decides,
    check_side,
    checked,
    lock_request,
    notify_recipients,
)
from partnerships.models import Match, MatchStatus, Question, Side
from repository.dates import clock
from repository.workflow import ActionRefused, action, lock

# The maximum number of questions of a city about one match.
LIMIT = 10


def questions_of(match: Match, side: Side) -> dict[str, list]:
    """What one side can read: its own questions, and those of the other side that were passed on.

    The latter with the form to answer them, which is None here: in pairs, since the summary of the
    errors of a page looks for forms in lists, not in rows.
    """
    rows = list(match.questions.all()) if match.proposed_at else []
    return {
        "asked": [row for row in rows if row.side == side],
        "passed": [(row, None) for row in rows if row.side != side and row.passed_at],
    }


@action
def ask(*, match: Match, side: Side, by: User, words: str) -> Question:
    """Ask the other city a question. Idempotent for the same text."""
    match = locked(match)
    check_side(match, side, by)
    words = checked(Question(), "words", words)
    if not words:
        raise ActionRefused(_("Enter your question."))
    asked = match.questions.filter(side=side)
    if known := asked.filter(words=words).first():
        return known
    if asked.count() >= LIMIT:
        raise ActionRefused(
            _(
                "Your city has asked %(most)d questions, which is the maximum. You can ask "
                "more once you’re introduced."
            )
            % {"most": LIMIT}
        )
    question = Question.objects.create(match=match, side=side, by=by, words=words)
    notify_brokers(question, match, "question.asked")
    return question


@action
def forward_question(*, question: Question, by: User, words: str) -> Question:
    """Pass a question on to the other city, without names of people."""
    match, question = locked_question(question)
    check_decides(match, by)
    if question.passed_at is not None or question.returned_at is not None:
        raise ActionRefused(_("Someone has already forwarded this question."))
    question.passed_words = checked(question, "passed_words", words)
    if not question.passed_words:
        raise ActionRefused(_("Enter the question for the other city."))
    question.passed_at = clock.now()
    question.save(update_fields=["passed_words", "passed_at"])
    notify_side(question, match, other(question.side), "question.passed")
    return question


@action
def reply(*, question: Question, by: User, words: str) -> Question:
    """Answer a question that was passed on, as a focal point of the other city."""
    match, question = locked_question(question)
    check_side(match, other(question.side), by)
    if question.passed_at is None:
        raise ActionRefused(_("This no longer exists."))
    if question.answered_at is not None or question.returned_at is not None:
        raise ActionRefused(_("Someone has already answered this question."))
    question.answer = checked(question, "answer", words)
    if not question.answer:
        raise ActionRefused(_("Enter your answer."))
    question.answered_at, question.answered_by = clock.now(), by
    question.save(update_fields=["answer", "answered_at", "answered_by"])
    notify_brokers(question, match, "question.answered")
    return question


@action
def forward_answer(*, question: Question, by: User, words: str) -> Question:
    """Give the answer to the city that asked: that of the other city, or the broker's own."""
    match, question = locked_question(question)
    check_decides(match, by)
    if question.returned_at is not None:
        raise ActionRefused(_("Someone has already answered this question."))
    question.passed_answer = checked(question, "passed_answer", words)
    if not question.passed_answer:
        raise ActionRefused(_("Enter the answer for the city that asked."))
    question.returned_at = clock.now()
    question.save(update_fields=["passed_answer", "returned_at"])
    notify_side(question, match, Side(question.side), "question.returned")
    return question


def other(side: str) -> Side:
    return Side.CANDIDATE if side == Side.REQUESTER else Side.REQUESTER


def locked(match: Match) -> Match:
    """Lock the rows of the match while it is proposed."""
    partnership_request = lock_request(match.request_id)
    match = lock(Match.objects.select_related("city"), match.pk)
    match.request = partnership_request
    if match.status != MatchStatus.PROPOSED or match.is_late:
        raise ActionRefused(_("You can only ask questions until both cities have answered."))
    return match


def locked_question(question: Question) -> tuple[Match, Question]:
    """Lock the question and its match; ActionRefused unless the match is proposed."""
    match = locked(question.match)
    return match, lock(Question, question.pk)


def notify_side(question: Question, match: Match, side: Side, event: str) -> None:
    """Notify the focal points of one side, once for each question and event."""
    members = focal_points(match.city_of(side).pk)
    key = f"{event}-{question.pk}"
    notify_recipients(match, Recipients(event, members), key=key, question=str(question.pk))


def notify_brokers(question: Question, match: Match, event: str) -> None:
    """Notify all brokers, once for each question and event."""
    recipients = Recipients(event, brokers(), NoticeKind.BROKERING)
    notify_recipients(match, recipients, key=f"{event}-{question.pk}", question=str(question.pk))
