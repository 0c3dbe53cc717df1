"""The timetable of video calls between the cities that a matchmaking round has brought together."""

from datetime import time

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partnerships.timetables.slots import Frame
from repository.dates import days, time_zones

# Working hours of a city that has not stated others.
OPENS_AT, CLOSES_AT = time(9), time(17)
SHORTEST, LONGEST = 10, 240
MOST_PARALLEL = 50


@pghistory.track()
class Timetable(models.Model):
    """The days, hours and slots within which the calls of a round are arranged."""

    round = models.OneToOneField(
        "partnerships.Round",
        models.CASCADE,
        related_name="timetable",
        verbose_name=_("matchmaking round"),
    )
    first_day = models.DateField(_("first day"), validators=[days.check_day])
    last_day = models.DateField(_("last day"), validators=[days.check_day])
    begins_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    zone = models.CharField(_("time zone"), max_length=64, validators=[time_zones.check])
    includes_weekends = models.BooleanField(_("includes Saturdays and Sundays"), default=False)
    minutes = models.PositiveSmallIntegerField(_("length of a call in minutes"))
    parallel = models.PositiveSmallIntegerField(_("parallel calls"))
    # One line for each of the parallel calls.
    rooms = models.TextField(_("call links"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("timetable")
        verbose_name_plural = _("timetables")
        default_permissions = ()
        constraints = [
            days.day_in_range("first_day", name="timetable_first_day_in_range"),
            days.day_in_range("last_day", name="timetable_last_day_in_range"),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="timetable_days_in_order",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(begins_at__lt=F("ends_at")),
                name="timetable_hours_in_order",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(SHORTEST, LONGEST)), name="timetable_minutes_in_range"
            ),
            models.CheckConstraint(
                condition=Q(parallel__range=(1, MOST_PARALLEL)), name="timetable_parallel_in_range"
            ),
        ]

    def __str__(self):
        return str(self.round)

    @property
    def frame(self) -> Frame:
        return Frame(
            self.first_day,
            self.last_day,
            self.begins_at,
            self.ends_at,
            self.zone,
            self.minutes,
            self.parallel,
            self.includes_weekends,
        )

    def room(self, line: int) -> str:
        """The address of the calls on a line, from 1; empty if none is given."""
        rooms = self.rooms.splitlines()
        return rooms[line - 1].strip() if line <= len(rooms) else ""


@pghistory.track()
class WorkingHours(models.Model):
    """The working hours of a city where they are not the usual ones, or its time zone."""

    timetable = models.ForeignKey(
        Timetable, models.CASCADE, related_name="hours", verbose_name=_("timetable")
    )
    city = models.ForeignKey(
        "repository.City", models.CASCADE, related_name="+", verbose_name=_("city")
    )
    # Stated by the broker where the time zone is not known; empty otherwise.
    zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[time_zones.check]
    )
    begins_at = models.TimeField(_("from"), default=OPENS_AT)
    ends_at = models.TimeField(_("until"), default=CLOSES_AT)

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["timetable", "city"], name="working_hours_once"),
            models.CheckConstraint(
                condition=Q(begins_at__lt=F("ends_at")),
                name="working_hours_in_order",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return f"{self.begins_at:%H:%M}–{self.ends_at:%H:%M}"


class CallQuerySet(models.QuerySet):
    def planned(self):
        return self.filter(cancelled_at=None)

    def sent(self):
        """Those whose cities have been invited."""
        return self.filter(meeting__isnull=False)


@pghistory.track()
class Call(models.Model):
    """A video call of two introduced cities in a slot of a timetable.

    The rows of the cities are locked when calls are placed, so that no city has two at once.
    """

    timetable = models.ForeignKey(
        Timetable, models.CASCADE, related_name="calls", verbose_name=_("timetable")
    )
    match = models.ForeignKey(
        "partnerships.Match", models.CASCADE, related_name="calls", verbose_name=_("match")
    )
    at = models.DateTimeField(_("when"))
    # Which of the parallel calls it is, from 1.
    line = models.PositiveSmallIntegerField(_("line"))
    # The meeting in the space of the two cities, once they have been invited.
    meeting = models.OneToOneField(
        "partnerships.Meeting",
        models.SET_NULL,
        related_name="call",
        verbose_name=_("meeting"),
        null=True,
        blank=True,
    )
    # Moved by a broker: it stays there when the others are arranged again.
    is_by_hand = models.BooleanField(default=False)
    # The pair gets no other slot unless a broker chooses one.
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["at", "line", "pk"]
        default_permissions = ()
        constraints = [
            days.moment_in_range("at", name="call_moment_in_range"),
            models.UniqueConstraint(fields=["timetable", "match"], name="call_of_match_once"),
            models.UniqueConstraint(
                fields=["timetable", "at", "line"],
                condition=Q(cancelled_at=None),
                name="call_line_once",
                violation_error_message=_("Another call is in this slot."),
            ),
            models.CheckConstraint(
                condition=Q(line__range=(1, MOST_PARALLEL)), name="call_line_in_range"
            ),
        ]

    def __str__(self):
        return str(self.match)
