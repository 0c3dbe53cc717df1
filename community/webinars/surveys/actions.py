"""What participants are asked after a webinar: asking them, their answers, the end of it.

A survey begins when a webinar is marked as held, which is when those who had a seat are counted,
and lasts for `OPEN_FOR`. Until then an answer may be changed; then the answers are counted. Both is
done once and for all, so that no difference between two days tells of a single person.
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
from community.pages.stamps import touch_members, touch_page
from community.permissions import can_moderate
from community.privacy.retention import GUESTS_KEPT_FOR
from community.profiles.places import city_called, organization_called
from community.webinars.registrations import emails as mails
from community.webinars.surveys import figures
from repository.dates import clock
from repository.models import Webinar
from repository.workflow import ActionRefused, Step, acting, action, lock, lock_all, lock_or_none

OPEN_FOR = timedelta(days=30)
ANSWERS = ("attended", "knowledge", "collaborate", "brokered")
PARTNER = ("partner", "partner_city", "partner_organization")


def after_change(webinar: Webinar, verb: str) -> None:
    """Count who had a seat once a webinar was held, and ask them.

    Called in the transaction that says so, under the lock of the webinar. Counted anew is one that
    was called held too early: nothing is told of it before the day after its end.
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
    """Write to all who had a seat."""
    found = Survey.objects.select_related("webinar").filter(pk=survey).first()
    if found is None or not found.is_open or not found.webinar.is_held:
        return
    mails.send_to_seated(context, found.webinar, "survey")


@task
def end(*, survey: int) -> None:
    """Close a survey; a second run finds it closed."""
    close_due(Survey.objects.filter(pk=survey))


def close_due(surveys: QuerySet[Survey] | None = None) -> int:
    """Close the surveys whose time is over; return how many."""
    rows = Survey.objects.all() if surveys is None else surveys
    due = rows.filter(closed_at=None, closes_at__lte=clock.now()).values_list("pk", flat=True)
    return sum(close(survey=Survey(pk=pk)) for pk in list(due))


@action
def close(*, survey: Survey) -> bool:
    """Count the answers, after which none is taken; whether it was still open."""
    survey = lock(Survey, survey.pk)
    if survey.closed_at is not None:
        return False
    survey.counts = figures.count(survey)
    survey.closed_at = clock.now()
    survey.save(update_fields=["counts", "closed_at"])
    touch(survey)
    return True


def questions_of(survey: Survey) -> QuerySet[SurveyQuestion]:
    """What is asked beside the questions of every survey."""
    return SurveyQuestion.objects.filter(
        series__webinars=survey.webinar_id, is_asked=True
    ).order_by("position", "pk")


def fingerprint(questions: list[SurveyQuestion]) -> str:
    """A mark of what the questions say: an answer names what was read."""
    columns = ("pk", "kind", "text", "text_fr", "choices", "choices_fr")
    return mark(repr([[getattr(question, name) for name in columns] for question in questions]))


def mark(words: str) -> str:
    """A short mark of a text, another one for another text."""
    return blake2b(words.encode(errors="replace"), digest_size=12).hexdigest()


def answer(
    *, registration: Registration, data: dict[str, Any], extra: dict[str, Any], seen: str
) -> SurveyAnswer:
    """Take the answer of one registration, or what it is changed to while the survey is open.

    `data` are the columns of an answer and `may_show`; `extra` answers the questions of the series,
    by their key; `seen` is the fingerprint of the questions that were read.
    """
    # The history would keep for ever whose answer it is, and the address, a secret.
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
        raise ActionRefused(_("This is no longer there."))
    registration = locked
    webinar = registration.webinar
    if not survey.is_open or not webinar.is_held:
        raise ActionRefused(_("This survey is closed. Thank you for wanting to answer."))
    questions = list(questions_of(survey).select_for_update(of=("self",)))
    if seen != fingerprint(questions):
        raise ActionRefused(_("The questions have changed meanwhile. Look at them once more."))
    known = SurveyAnswer.objects.filter(registration=registration).first()
    said = known or SurveyAnswer(survey=survey, registration=registration)
    before = said.comment
    for name in (*ANSWERS, "comment"):
        setattr(said, name, data[name])
    name_partner(said, data["partner"] if said.brokered == Brokered.YES else "")
    said.extra = {q.key: extra[q.key] for q in questions if extra.get(q.key)}
    said.member = registration.member
    said.is_member = registration.member_id is not None
    said.country, said.gender = registration.country, registration.gender
    said.answered_at = clock.now()
    show = bool(data["may_show"] and said.comment)
    was_shown = said.words == Words.SHOWN
    if not show or said.comment != before or said.words == Words.UNSHOWN:
        # Other words are looked at again.
        said.words = Words.WAITING if show else Words.UNSHOWN
    said.save()
    if registration.member_id:
        touch_members([registration.member_id])
    if was_shown and said.words != Words.SHOWN:
        touch(survey)
    return said


def name_partner(said: SurveyAnswer, name: str) -> None:
    """Keep with whom a partnership came of it, and which city or organisation that is."""
    said.partner = name
    said.partner_city = city_called(name) if name else None
    is_other = name and said.partner_city is None
    said.partner_organization = organization_called(name) if is_other else None


# The legal steps of words. What is no longer shown looks to readers as if it had been declined.
STEPS = {
    Verb.APPROVE: Step(frozenset({Words.WAITING}), Words.SHOWN, event="survey.approved"),
    Verb.DECLINE: Step(frozenset({Words.WAITING}), Words.DECLINED, event="survey.declined"),
    Verb.HIDE: Step(frozenset({Words.SHOWN}), Words.DECLINED, event="survey.hidden"),
    Verb.RESTORE: Step(frozenset({Words.DECLINED}), Words.SHOWN, event="survey.restored"),
}


def open_verbs(answer: SurveyAnswer) -> list[Verb]:
    """The verbs that are a step now."""
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
    """Decide whether everybody may read somebody's words, as about all that members write.

    `seen` is the mark of the words that were read: others wait for another look.
    """
    if not can_moderate(User.objects.get(pk=by.pk)):
        raise ActionRefused(_("Moderators decide about this."))
    answer = lock_subject(answer)
    if answer.member_id == by.pk:
        raise ActionRefused(_("This is yours: another moderator decides about it."))
    if mark(answer.comment) != seen:
        raise ActionRefused(_("The text has changed since you opened it. Read it again."))
    if verb not in open_verbs(answer):
        raise ActionRefused(
            _("“%(verb)s” is not possible now: this is “%(standing)s”.")
            % {"verb": verb.label, "standing": answer.get_words_display()}
        )
    if verb == Verb.RESTORE and waiting_appeals(answer).exists():
        raise ActionRefused(_("An appeal about this waits. Decide the appeal."))
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
    touch(answer.survey)
    return decision


def restore_comment(answer: SurveyAnswer, decision: Decision) -> None:
    """Make words what they were before a decision; the survey and the answer are locked."""
    if answer.words != STEPS[Verb(decision.verb)].target:
        raise ActionRefused(_("Something has happened since. Decide anew instead."))
    answer.words = decision.before
    answer.save(update_fields=["words"])
    touch(answer.survey)


def touch(survey: Survey) -> None:
    """What everybody reads of it has changed."""
    touch_page(survey.webinar)
    touch_page(survey)


def erase_words(answers: QuerySet[SurveyAnswer], *, also_shown: bool) -> int:
    """Empty what people wrote in their own words; what they chose stays in the figures.

    Called in a transaction. Words that are shown may stay: nobody's name is at them.
    """
    told = (
        Q(partner="", comment="")
        if also_shown
        else Q(partner="") & (Q(comment="") | Q(words=Words.SHOWN))
    )
    texts = [question.key for question in SurveyQuestion.objects.filter(kind=QuestionKind.TEXT)]
    rows = answers.exclude(told & ~Q(extra__has_any_keys=texts)).select_related("survey__webinar")
    pages = {}
    number = 0
    for said in lock_all(rows):
        stays = said.words == Words.SHOWN and not also_shown
        if said.words == Words.SHOWN and not stays:
            pages[said.survey_id] = said.survey
        name_partner(said, "")
        said.extra = {key: value for key, value in said.extra.items() if key not in texts}
        if not stays:
            said.comment, said.words = "", Words.UNSHOWN
        said.save(update_fields=[*PARTNER, "extra", "comment", "words"])
        number += 1
    for survey in pages.values():
        touch(survey)
    return number


@action
def forget_words() -> int:
    """Erase what guests wrote, half a year after, but for what is shown; return how many."""
    over = Webinar.objects.filter(starts_at__lt=clock.now() - GUESTS_KEPT_FOR)
    answers = SurveyAnswer.objects.filter(is_member=False, survey__webinar__in=over)
    return erase_words(answers, also_shown=False)
