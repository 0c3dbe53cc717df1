"""The timetable of a round for brokers: settings, calls, and pairs that fit nowhere."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partnerships.desk.roles import for_brokers
from partnerships.models import Call, Match, Round, Timetable
from partnerships.spaces.times import known_zone
from partnerships.timetables import actions
from partnerships.timetables.actions import StatedHours
from partnerships.timetables.boards import (
    board_of,
    cities_of,
    hours_of,
    introduced_matches,
    is_moved_by_cities,
    pair_of,
    takes_time,
)
from partnerships.timetables.forms import HoursForm, TimetableForm
from partnerships.timetables.models import CLOSES_AT, OPENS_AT
from partnerships.timetables.slots import Hours, Obstacle
from repository.dates import clock, time_zones
from repository.models import City
from repository.pages.attempts import attempt
from repository.pages.http import require_form

PAGE = "admin:partnerships_round_timetable"

OBSTACLES = {
    Obstacle.ZONE: gettext_lazy("We don’t know a city’s time zone. Enter it below."),
    Obstacle.HOURS: gettext_lazy(
        "The working hours of the two cities don’t overlap in any remaining slot."
    ),
    Obstacle.BUSY: gettext_lazy(
        "In every slot that works for both cities, one of them has another meeting."
    ),
    Obstacle.LINES: gettext_lazy("Every slot that works for both cities is full."),
}


@for_brokers
@require_form
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the timetable of a round; arrange the calls, or send invitations."""
    round = get_object_or_404(Round, pk=pk)
    timetable = Timetable.objects.filter(round=round).first() or Timetable(round=round)
    matches = list(introduced_matches(round))
    data = request.POST if request.POST.get("act") == "plan" else None
    form = TimetableForm(data, instance=timetable)
    hours = hours_forms(data, timetable, list(cities_of(matches).values()))
    if data is not None:
        if all([form.is_valid(), *(each.is_valid() for each in hours)]):
            with attempt(request, form, success=_("Calls scheduled.")) as outcome:
                stated = {each.city.pk: each.stated for each in hours}
                actions.plan(
                    round=round,
                    by=request.user,
                    values=form.cleaned_data,
                    hours={city: found for city, found in stated.items() if found},
                )
            if outcome.succeeded:
                return redirect(PAGE, pk)
        # The form has changed the instance: the page shows the timetable as it is stored.
        timetable = Timetable.objects.filter(round=round).first() or Timetable(round=round)
    elif request.method == "POST":
        with attempt(request):
            report_sent(request, actions.send_all(round=round, by=request.user))
        return redirect(PAGE, pk)
    return render(
        request,
        "partnerships/timetables/detail.html",
        context_of(request, round, timetable, matches) | {"form": form, "hours_forms": hours},
    )


def hours_forms(data: Any, timetable: Timetable, cities: list[City]) -> list[HoursForm]:
    """Return the forms of the working hours, those of cities without a time zone first."""
    stated = {}
    if timetable.pk:
        for row in timetable.hours.all():
            stated[row.city_id] = StatedHours(row.begins_at, row.ends_at, row.zone)
    usual = StatedHours(OPENS_AT, CLOSES_AT)
    ordered = sorted(cities, key=lambda city: (bool(known_zone(city)), city.name, city.pk))
    return [HoursForm(data, city=city, stated=stated.get(city.pk, usual)) for city in ordered]


def report_sent(request: HttpRequest, sent: actions.Sent) -> None:
    messages.success(
        request,
        ngettext(
            "Invitations sent for %(count)s call.",
            "Invitations sent for %(count)s calls.",
            sent.invited,
        )
        % {"count": sent.invited},
    )
    for refusal in sent.refused:
        messages.error(request, refusal)
    if sent.left:
        messages.warning(
            request,
            ngettext(
                "%(count)s more is left. Select the button again to continue.",
                "%(count)s more are left. Select the button again to continue.",
                sent.left,
            )
            % {"count": sent.left},
        )


def context_of(
    request: HttpRequest, round: Round, timetable: Timetable, matches: list[Match]
) -> dict[str, Any]:
    calls = calls_of(timetable)
    cities = list(cities_of([*matches, *(call.match for call in calls)]).values())
    hours = hours_of(timetable, cities)
    fit_nowhere = []
    if timetable.pk:
        staying = [call for call in calls if call.cancelled_at is None]
        board = board_of(timetable, cities, staying, now=clock.now())
        have = {call.match_id for call in calls}
        for match in matches:
            if match.pk not in have:
                obstacle = board.obstacle(pair_of(match))
                reason = OBSTACLES[obstacle] if obstacle else _("Schedule the calls again.")
                fit_nowhere.append((match, reason))
    return {
        **admin.site.each_context(request),
        "title": _("Timetable"),
        "opts": Round._meta,
        "round": round,
        "timetable": timetable,
        "calls": [row_of(call, timetable, hours) for call in calls],
        "to_send": sum(not call.meeting_id and call.cancelled_at is None for call in calls),
        "fit_nowhere": fit_nowhere,
        "pairs": len(matches),
        "waiting": Match.objects.proposed().filter(request__rounds=round).count(),
        "zones": time_zones.listed(),
    }


def calls_of(timetable: Timetable) -> list[Call]:
    if timetable.pk is None:
        return []
    rows = timetable.calls.select_related(
        "match__request__city__country", "match__city__country", "meeting"
    )
    return sorted(rows, key=lambda call: (when(call), call.line, call.pk))


def when(call: Call) -> datetime:
    """The time of a call, which the cities may have changed in their space."""
    return call.meeting.at if call.meeting is not None else call.at


def row_of(call: Call, timetable: Timetable, hours: dict[int, Hours]) -> dict[str, Any]:
    """Return a call as text: its time in the zone of the timetable and by the clocks of both."""
    at = when(call)
    return {
        "call": call,
        "match": call.match,
        "day": date_format(at.astimezone(ZoneInfo(timetable.zone)), "WEEKDAY_DATE_FORMAT"),
        "time": time_format(at.astimezone(ZoneInfo(timetable.zone))),
        "locals": [
            (city, local_time(at, hours[city.pk].zone))
            for city in (call.match.request.city, call.match.city)
        ],
        "state": state_of(call),
        "is_moved": takes_time(call) and is_moved_by_cities(call),
        "can_change": call.match.is_introduced and at > clock.now(),
    }


def local_time(at: datetime, zone: str) -> str:
    """The time by the clocks of a city, with the day; empty if its time zone is not known."""
    if not zone:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return date_format(local, "SHORT_WEEKDAY_TIME_FORMAT")


def state_of(call: Call) -> str:
    if not call.match.is_introduced:
        return _("The introduction has ended")
    if not takes_time(call):
        return _("Cancelled")
    return _("Invited") if call.meeting_id else _("Not sent yet")


class MoveForm(forms.Form):
    """The slots to which a call can be moved."""

    at = forms.TypedChoiceField(label=_("Free slots"), coerce=datetime.fromisoformat)


@for_brokers
@require_form
def change(request: HttpRequest, pk: int, call: int) -> HttpResponse:
    """Move a call to another free slot, or cancel it."""
    rows = Call.objects.select_related(
        "match__request__city__country", "match__city__country", "timetable__round", "meeting"
    )
    found = get_object_or_404(rows, pk=call, timetable__round=pk)
    form = move_form(request, found)
    if request.method == "POST" and request.POST.get("act") == "cancel":
        with attempt(request, success=_("Call cancelled.")):
            actions.cancel(call=found, by=request.user)
        return redirect(PAGE, pk)
    if request.method == "POST" and form.is_valid():
        with attempt(request, form, success=_("Call moved.")) as outcome:
            actions.move(call=found, by=request.user, at=form.cleaned_data["at"])
        if outcome.succeeded:
            return redirect(PAGE, pk)
    hours = hours_of(found.timetable, list(cities_of([found.match]).values()))
    context = {
        **admin.site.each_context(request),
        "title": _("Move a call"),
        "opts": Round._meta,
        "round": found.timetable.round,
        "form": form,
        "row": row_of(found, found.timetable, hours),
        "can_cancel": found.match.is_introduced and found.cancelled_at is None,
    }
    return render(request, "partnerships/timetables/call.html", context)


def move_form(request: HttpRequest, call: Call) -> MoveForm:
    """Return the form with the slots that are free for both cities."""
    timetable = call.timetable
    form = MoveForm(request.POST if request.method == "POST" else None)
    if call.match.is_introduced:
        cities = list(cities_of([call.match]).values())
        others = timetable.calls.planned().exclude(pk=call.pk)
        staying = list(others.select_related("match__request", "meeting"))
        board = board_of(timetable, cities, staying, now=clock.now(), apart_from=call)
        zone = ZoneInfo(timetable.zone)
        form.fields["at"].choices = [
            (start.isoformat(), time_zones.day_and_time(start.astimezone(zone)))
            for start in board.open_starts(pair_of(call.match))
            if start != when(call) or not takes_time(call)
        ]
    return form
