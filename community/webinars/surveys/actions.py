"""Surveys after webinars: invitation, answers and closing.

A survey opens when a webinar is marked as held, which is when seats are counted, and lasts for
`OPEN_FOR`. Until then answers may be changed; then they are counted. Both counts are final, so
that no difference between two days reveals a single person.
"""

from datetime import timedelta
from hashlib import blake2b
from typing import Any

from django.db.models import Q, QuerySet
from django.tasks import TaskContext, task
from django.utils.translation import gettext as _

from community.discussion.trust import lock_author
from community.models import (
    Brokered,
    Decision,
    NoticeKind,
    QuestionKind,
    Registration,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    User,
    Verb,
    Words,
)
from community.moderation.claims.actions import end_claim
from community.moderation.decisions.rules import check_words, lock_subject, waiting_appeals
from community.notices.notify import notify
from community.permissions import can_moderate
from community.privacy.retention import GUESTS_KEPT_FOR
from community.profiles.places import city_called, organization_called
from community.webinars.registrations import emails as mails
from community.webinars.surveys import figures
from repository.dates import clock
from repository.models import Webinar
from repository.translations.reading import translate
from repository.workflow import ActionRefused, Step, acting, action, lock, lock_all, lock_or_none

OPEN_FOR = timedelta(days=30)
ANSWERS = ("attended", "knowledge", "collaborate", "brokered")
PARTNER = ("partner", "partner_city", "partner_organization")


def after_change(webinar: Webinar, verb: str) -> None:
    """Count the seats of a webinar that was held, and invite to its survey.

    Called in the transaction that changes it, under the lock of the webinar. Seats are counted
    again if it was marked as held too early: nothing is published before the day after its end.
    """
    if verb != "held":
        return
    survey = Survey.objects.select_for_update().filter(webinar=webinar).first()
    if survey is None and webinar.registrations.seated().exists():
        survey = Survey.objects.create(
            webinar=webinar,
            closes_at=clock.now() + OPEN_FOR,
            seats=figures.seats_of(webinar),
        )
        ask.enqueue(survey=survey.pk)
        end.using(run_after=survey.closes_at).enqueue(survey=survey.pk)
    elif survey is not None and survey.closed_at is None:
        survey.seats = figures.seats_of(webinar)
        survey.save(update_fields=["seats"])


@task(takes_context=True)
def ask(context: TaskContext, *, survey: int) -> None:
    """Mail all who had a seat."""
    found = Survey.objects.select_related("webinar").filter(pk=survey).first()
    if found is None or not found.is_open or not found.webinar.is_held:
        return
    mails.send_to_seated(context, found.webinar, "survey")


@task
def end(*, survey: int) -> None:
    """Close a survey. Idempotent."""
    close_due(Survey.objects.filter(pk=survey))


def close_due(surveys: QuerySet[Survey] | None = None) -> int:
    """Close the surveys whose time is over; return how many."""
    rows = Survey.objects.all() if surveys is None else surveys
    due = rows.filter(closed_at=None, closes_at__lte=clock.now()).values_list("pk", flat=True)
    return sum(close(survey=Survey(pk=pk)) for pk in list(due))


@action
def close(*, survey: Survey) -> bool:
    """Count the answers and accept no more; return whether the survey was still open."""
    survey = lock(Survey, survey.pk)
    if survey.closed_at is not None:
        return False
    survey.counts = figures.count(survey)
    survey.closed_at = clock.now()
    survey.save(update_fields=["counts", "closed_at"])
    return True


def questions_of(survey: Survey) -> QuerySet[SurveyQuestion]:
    """The additional questions of the series."""
    return SurveyQuestion.objects.filter(
        series__webinars=survey.webinar_id, is_asked=True
    ).order_by("position", "pk")


def shown(rows: QuerySet[SurveyQuestion]) -> list[SurveyQuestion]:
    """Return questions in the language of the page, as far as they are translated."""
    questions = list(rows)
    translate(("question", questions))
    return questions


def fingerprint(questions: list[SurveyQuestion]) -> str:
    """A digest of the questions as shown: an answer names the version that was read."""
    columns = ("pk", "kind", "text", "choices")
    return mark(repr([[getattr(question, name) for name in columns] for question in questions]))


def mark(words: str) -> str:
    """A short digest of a text."""
    return blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()


def answer(
    *, registration: Registration, data: dict[str, Any], extra: dict[str, Any], seen: str
) -> SurveyAnswer:
    """Save or change the answer of one registration while the survey is open.

    `data` are the columns of an answer and `may_show`; `extra` answers the questions of the
    series, by key; `seen` is the fingerprint of the questions that were read.
    """
    # The history is append-only: it must contain neither the person nor the secret URL.
    with acting(user=None, url="", link="survey"):
        return store_answer(registration, data, extra, seen)


def store_answer(
    registration: Registration, data: dict[str, Any], extra: dict[str, Any], seen: str
) -> SurveyAnswer:
    if registration.member is not None:
        lock_author(registration.member)
    # Lock before the answer, so that closing and answering are serialized.
    survey = Survey.objects.select_for_update().get(webinar=registration.webinar_id)
    locked = lock_or_none(Registration, registration.pk)
    if locked is None or not locked.has_seat or not locked.address:
        raise ActionRefused(_("This no longer exists."))
    registration = locked
    webinar = registration.webinar
    if not survey.is_open or not webinar.is_held:
        raise ActionRefused(_("This survey is closed. Thank you for your interest."))
    questions = shown(questions_of(survey).select_for_update(of=("self",)))
    if seen != fingerprint(questions):
        raise ActionRefused(
            _("The questions have changed since you opened this page. Check your answers.")
        )
    known = SurveyAnswer.objects.filter(registration=registration).first()
    survey_answer = known or SurveyAnswer(survey=survey, registration=registration)
    before = survey_answer.comment
    for name in (*ANSWERS, "comment"):
        setattr(survey_answer, name, data[name])
    name_partner(survey_answer, data["partner"] if survey_answer.brokered == Brokered.YES else "")
    survey_answer.extra = {q.key: extra[q.key] for q in questions if extra.get(q.key)}
    survey_answer.member = registration.member
    survey_answer.is_member = registration.member_id is not None
    survey_answer.country, survey_answer.gender = registration.country, registration.gender
    survey_answer.answered_at = clock.now()
    show = bool(data["may_show"] and survey_answer.comment)
    if not show or survey_answer.comment != before or survey_answer.words == Words.UNSHOWN:
        # A changed comment is moderated again.
        survey_answer.words = Words.WAITING if show else Words.UNSHOWN
    survey_answer.save()
    return survey_answer


def name_partner(survey_answer: SurveyAnswer, name: str) -> None:
    """Store the partner of a partnership, and the city or organisation with that name."""
    survey_answer.partner = name
    survey_answer.partner_city = city_called(name) if name else None
    is_other = name and survey_answer.partner_city is None
    survey_answer.partner_organization = organization_called(name) if is_other else None


# The legal steps of comments. To readers an unpublished comment looks like a declined one.
STEPS = {
    Verb.APPROVE: Step(frozenset({Words.WAITING}), Words.SHOWN, event="survey.approved"),
    Verb.DECLINE: Step(frozenset({Words.WAITING}), Words.DECLINED, event="survey.declined"),
    Verb.HIDE: Step(frozenset({Words.SHOWN}), Words.DECLINED, event="survey.hidden"),
    Verb.RESTORE: Step(frozenset({Words.DECLINED}), Words.SHOWN, event="survey.restored"),
}


def open_verbs(answer: SurveyAnswer) -> list[Verb]:
    """The legal verbs now."""
    return [verb for verb, step in STEPS.items() if answer.words in step.sources]


@action
def review(
    *,
    answer: SurveyAnswer,
    verb: Verb,
    by: User,
    seen: str,
    reason: str = "",
    message: str = "",
) -> Decision:
    """Decide whether a comment is published, as for all contributions of members.

    `seen` is the digest of the words that were read: if they have changed, it is refused.
    """
    now = by.stored_now()
    if now is None or not can_moderate(now):
        raise ActionRefused(_("Only moderators can decide this."))
    answer = lock_subject(answer)
    if answer.member_id == by.pk:
        raise ActionRefused(_("This is your own text, so another moderator must decide."))
    if mark(answer.comment) != seen:
        raise ActionRefused(_("The text has changed since you opened it. Check it again."))
    if verb not in open_verbs(answer):
        raise ActionRefused(
            _("You can’t choose “%(verb)s” because the status is “%(standing)s”.")
            % {"verb": verb.label, "standing": answer.get_words_display()}
        )
    if verb == Verb.RESTORE and waiting_appeals(answer).exists():
        raise ActionRefused(_("There is an open appeal about this. Decide the appeal first."))
    check_words(verb, reason, message)
    end_claim(answer, by)
    before, step = answer.words, STEPS[verb]
    answer.words = step.target
    answer.save(update_fields=["words"])
    decision = Decision.objects.create(
        subject=answer,
        by=by,
        concerns=answer.member,
        verb=verb,
        reason=reason,
        message=message.strip(),
        before=before,
    )
    if answer.member_id is not None:
        notify(
            [answer.member_id],
            kind=NoticeKind.DECISION,
            event=step.event,
            subject=answer.survey.webinar,
            key=f"decision-{decision.pk}",
            decision=str(decision.pk),
            reason=decision.reason,
            message=decision.message,
        )
    return decision


def restore_comment(answer: SurveyAnswer, decision: Decision) -> None:
    """Restore a comment to its state before a decision; the survey and the answer are locked."""
    if answer.words != STEPS[Verb(decision.verb)].target:
        raise ActionRefused(_("This has changed since the decision. Make a new decision instead."))
    answer.words = decision.before
    answer.save(update_fields=["words"])


def erase_words(answers: QuerySet[SurveyAnswer], *, also_shown: bool) -> int:
    """Erase free texts in answers; choices remain in the figures.

    Call it in a transaction. Published comments may remain: they have no name.
    """
    has_text = (
        Q(partner="", comment="")
        if also_shown
        else Q(partner="") & (Q(comment="") | Q(words=Words.SHOWN))
    )
    texts = [question.key for question in SurveyQuestion.objects.filter(kind=QuestionKind.TEXT)]
    rows = answers.exclude(has_text & ~Q(extra__has_any_keys=texts))
    number = 0
    for survey_answer in lock_all(rows):
        stays = survey_answer.words == Words.SHOWN and not also_shown
        name_partner(survey_answer, "")
        survey_answer.extra = {
            key: value for key, value in survey_answer.extra.items() if key not in texts
        }
        if not stays:
            survey_answer.comment, survey_answer.words = "", Words.UNSHOWN
        survey_answer.save(update_fields=[*PARTNER, "extra", "comment", "words"])
        number += 1
    return number


@action
def forget_words() -> int:
    """Erase the texts of guests after half a year, except published ones; return how many."""
    over = Webinar.objects.filter(starts_at__lt=clock.now() - GUESTS_KEPT_FOR)
    answers = SurveyAnswer.objects.filter(is_member=False, survey__webinar__in=over)
    return erase_words(answers, also_shown=False)
