"""Template tags for registration and survey on the page of a webinar."""

from collections.abc import Sequence

from django import template
from django.urls import reverse

from community.models import Registration
from community.webinars import links as webinars_links
from community.webinars.registrations.models import mark_open_seats
from community.webinars.surveys import figures as surveys_figures
from repository.models import Webinar
from repository.webinars.calendars import event_of

register = template.Library()


@register.simple_tag
def mark_seats(webinars: Sequence[Webinar]) -> str:
    """Count the seats left of all webinars of a list at once, before each is shown."""
    mark_open_seats(webinars)
    return ""


@register.inclusion_tag("community/webinars/_seats.html")
def seats(webinar: Webinar) -> dict:
    """How many seats are left; nothing without a limit."""
    return {"webinar": webinar}


@register.inclusion_tag("community/webinars/_registration.html", takes_context=True)
def registration(context, webinar: Webinar) -> dict:
    """A button for members, a link to the form for visitors; the registration, if there is one."""
    if not webinar.takes_registrations:
        return {}
    user = context["request"].user
    own = None
    if user.is_authenticated:
        rows = Registration.objects.select_related("member")
        own = rows.filter(webinar=webinar, member=user).first()
        if own and own.is_cancelled:
            own = None
    mark_open_seats([webinar])
    return {
        "webinar": webinar,
        "event": event_of(webinar),
        "ical": reverse("community:webinar_calendar", args=[webinar.slug]),
        "user": user,
        "own": own,
        "own_path": webinars_links.registration_path(own) if own else "",
    }


@register.inclusion_tag("community/webinars/_survey.html", takes_context=True)
def survey(context, webinar: Webinar) -> dict:
    """A link to the survey for a member who had a seat; its results once it is closed."""
    found = getattr(webinar, "survey", None) if webinar.is_held else None
    if found is None:
        return {}
    user = context["request"].user
    own = None
    if user.is_authenticated and found.is_open:
        rows = Registration.objects.seated().select_related("member")
        own = rows.filter(webinar=webinar, member=user).first()
    if not own and found.closed_at is None:
        return {}
    return {
        "survey": found,
        "own_path": webinars_links.survey_path(own) if own else "",
        "tables": surveys_figures.headline(found),
    }
