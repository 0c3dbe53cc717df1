"""The next step of each request on the board, in words, and the page where it is taken."""

from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community.moderation.reviewable import address_of
from partnerships.models import RequestStatus
from partnerships.pipeline.stages import Card, Stage


def next_step(card: Card) -> str:
    """Return what is to be done next, and by when."""
    if card.snoozed_until:
        reason = card.handling.get_snooze_reason_display()
        words = {"day": day_of(card.snoozed_until), "reason": reason}
        return _("Snoozed until %(day)s: %(reason)s") % words
    by = {"day": day_of(card.due)} if card.due else {}
    row = card.request
    match card.stage:
        case Stage.NEW:
            if row.status == RequestStatus.CHANGES_REQUESTED:
                return _("Waiting for the city’s changes")
            return _("Review by %(day)s") % by
        case Stage.ASKED:
            words = ngettext(
                "%(answers)d of %(cities)d city has answered; deadline %(day)s",
                "%(answers)d of %(cities)d cities have answered; deadline %(day)s",
                2 * row.asked,
            )
            return words % {"answers": row.answers, "cities": 2 * row.asked, **by}
        case Stage.OPEN:
            return step_of_open(card)
        case Stage.INTRODUCED:
            if card.recorded:
                return step_of_recorded(card)
            since = day_of(row.introduced) if row.introduced else ""
            return _("Introduced on %(day)s: ask about an agreement") % {"day": since}
        case Stage.AGREED:
            return (
                _("Progress report due on %(day)s") % by
                if by
                else _("All progress reports submitted")
            )
        case Stage.STALLED:
            return _("Help the partners resume work")
    if row.closing_reason:
        return row.get_closing_reason_display()
    return row.get_status_display()


def step_of_open(card: Card) -> str:
    row = card.request
    if row.candidates == 0:
        return _("No candidates yet")
    if has_interests_alone(card):
        return _("Cities interested in a request")
    words = ngettext(
        "%(count)d candidate to review", "%(count)d candidates to review", row.candidates
    )
    return words % {"count": row.candidates}


def has_interests_alone(card: Card) -> bool:
    """Whether all candidates of the request are cities that have shown interest themselves."""
    return 0 < card.request.candidates == card.request.interests


def step_of_recorded(card: Card) -> str:
    """Return which cities have not confirmed what is recorded."""
    waits = [card.request.city] * (card.recorded.requester_confirmed_at is None)
    waits += [card.best.city] * (card.recorded.candidate_confirmed_at is None)
    if len(waits) == 1:
        return _("Waiting for confirmation by %(city)s") % {"city": waits[0].localized_name}
    return _("Waiting for confirmation by both cities")


def day_of(moment: date) -> str:
    """Return a day in words, with the year if it is another one."""
    is_this_year = moment.year == timezone.localdate().year
    return date_format(moment, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")


def url_of(card: Card) -> str:
    """Return the page where the next step is taken."""
    row = card.request
    if card.stage in (Stage.AGREED, Stage.STALLED) and card.partnership:
        return reverse("partnerships:partnership_detail", args=[card.partnership.pk])
    if card.stage == Stage.INTRODUCED and card.recorded:
        return reverse("partnerships:partnership_new", args=[card.best.pk])
    if card.stage in (Stage.ASKED, Stage.INTRODUCED) and card.best:
        return reverse("admin:match", args=[card.best.pk])
    if card.stage == Stage.OPEN:
        if has_interests_alone(card):
            return reverse("admin:match", args=[card.best.pk])
        return reverse("admin:propose", args=[row.pk])
    return address_of(row)


def label_of(card: Card) -> str:
    """Return what the page of the next step is called on a button."""
    match card.stage:
        case Stage.AGREED | Stage.STALLED if card.partnership:
            return _("View partnership")
        case Stage.INTRODUCED if card.recorded:
            return _("View agreement")
        case Stage.ASKED | Stage.INTRODUCED if card.best:
            return _("View match")
        case Stage.OPEN:
            return _("Answer city") if has_interests_alone(card) else _("Propose")
    return _("Review request")
