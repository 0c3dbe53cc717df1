"""Registration for webinars, with and without an account, and calendar files."""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.accounts.rate_limits import is_within_limit, too_many_requests
from community.models import Registration, Survey
from community.webinars import links as webinars_links
from community.webinars import time_zones as webinars_time_zones
from community.webinars.registrations import actions
from community.webinars.registrations.forms import RegistrationForm
from community.webinars.registrations.models import mark_open_seats
from repository.dates import time_zones as dates_time_zones
from repository.models import Webinar
from repository.pages.attempts import attempt
from repository.pages.http import public_page, require_form
from repository.translations.reading import CARD, translate
from repository.webinars import calendars
from repository.workflow import ActionRefused

# The maximum number of past webinars in the calendar feed.
MAX_EVENTS = 100


@never_cache
@require_form
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """Register: members by one click, others by a form and a confirmation message."""
    webinar = get_object_or_404(Webinar.objects.public(), slug=slug)
    if request.user.is_authenticated:
        return of_member(request, webinar)
    form = RegistrationForm(request.POST or None, user=request.user)
    if request.method == "POST":
        if not is_within_limit(request, "register"):
            return too_many_requests(request)
        if form.is_valid():
            with attempt(
                request,
                form,
                success=gettext(
                    "Check your inbox: we have sent you a link to confirm your registration."
                ),
            ) as outcome:
                ask(request, webinar, form.guest)
            if outcome.succeeded:
                return redirect(webinar)
    return page(request, webinar, form)


def ask(request: HttpRequest, webinar: Webinar, guest: dict) -> None:
    """Mail a guest within the rate limit. The response is always the same."""
    if (
        is_within_mailbox_limit(request, "mailbox", guest["email"])
        or not webinar.takes_registrations
    ):
        actions.ask(webinar=webinar, data=guest)


def is_within_mailbox_limit(request: HttpRequest, action: str, email: str) -> bool:
    """Count one more message to a mailbox; return whether it is within the limit."""
    return is_within_limit(request, action, key=mailbox(email))


def mailbox(email: str) -> str:
    """The mailbox of an address: most mail servers ignore what follows a plus."""
    name, _at, host = email.lower().rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def of_member(request: HttpRequest, webinar: Webinar) -> HttpResponse:
    """The page, or the click, of a signed-in member."""
    own = Registration.objects.filter(webinar=webinar, member=request.user).first()
    if request.method == "POST":
        with attempt(request) as outcome:
            own = actions.register(webinar=webinar, by=request.user)
        if not outcome.succeeded:
            return redirect(webinar)
        return redirect(webinars_links.registration_path(own))
    if own and not own.is_cancelled:
        return redirect(webinars_links.registration_path(own))
    return page(request, webinar)


def page(
    request: HttpRequest, webinar: Webinar, form: RegistrationForm | None = None
) -> HttpResponse:
    """The registration page; members need no form."""
    translate(("webinar", [webinar]), only=CARD)
    context = {"section": "webinars", "webinar": webinar, "form": form}
    if webinar.takes_registrations:
        zone = zone_for(request, webinar)
        moments = [
            webinars_time_zones.moment(webinar.starts_at, name)
            for name in (zone, webinar.time_zone)
        ]
        context |= {"moment": moments[0], "there": moments[1], "zone": zone}
        context["zones"] = webinars_time_zones.names([zone, webinar.time_zone])
        mark_open_seats([webinar])
        context["sign_in"] = f"{reverse('account_login')}?next={quote(request.path)}"
    return render(request, "community/webinars/registration_new.html", context)


def zone_for(request: HttpRequest, webinar: Webinar) -> str:
    """The time zone chosen on the page, that of the member's profile, or that of the webinar."""
    asked = request.GET.get("zone", "")
    if asked in dates_time_zones.names():
        return asked
    profile = getattr(request.user, "membership", None)
    own = profile and webinars_time_zones.zone_of(
        profile.country, city=profile.city, place=profile.place
    )
    return own or webinar.time_zone


@never_cache
@require_form
def detail(request: HttpRequest, token: str) -> HttpResponse:
    """One registration, by its signed link: confirm it, cancel it, choose a time zone."""
    registration = found(token)
    webinar = registration.webinar
    if request.method == "POST":
        if not is_within_mailbox_limit(request, "change", registration.address):
            return too_many_requests(request)
        with attempt(request) as outcome:
            message = act(registration, request.POST)
        if not outcome.succeeded:
            return redirect(request.path)
        messages.success(request, message)
        # An erased registration has no page.
        is_gone = request.POST["verb"] == "erase"
        return redirect(webinar if is_gone else request.path)
    zones = actions.zones_for(registration)
    translate(("webinar", [webinar]), only=CARD)
    context = {
        "section": "webinars",
        "webinar": webinar,
        "registration": registration,
        "moment": webinars_time_zones.moment(webinar.starts_at, registration.time_zone),
        "zones": [(zone, webinars_time_zones.zone_name(zone)) for zone in zones]
        if len(zones) > 1
        else [],
        "ahead": actions.ahead_of(registration),
        "event": calendars.event_of(webinar) if webinar.takes_registrations else None,
        "calendar": reverse("community:registration_calendar", args=[token]),
        "survey_path": survey_path(registration),
    }
    return render(request, "community/webinars/registration_detail.html", context)


def survey_path(registration: Registration) -> str:
    """The path of the survey, while it is open."""
    survey = Survey.objects.filter(webinar=registration.webinar_id).first()
    is_asked = survey and survey.is_open and registration.webinar.is_held and registration.has_seat
    return webinars_links.survey_path(registration) if is_asked else ""


def act(registration: Registration, data) -> str:
    """Apply the verb of the button; return a message. Http404 for an unknown verb."""
    verb = data.get("verb", "")
    if verb == "confirm":
        done = actions.confirm(registration=registration)
        return (
            gettext("You have a seat.") if done.has_seat else gettext("You’re on the waiting list.")
        )
    if verb == "cancel":
        actions.cancel(registration=registration)
        return gettext("Registration cancelled. Thank you for freeing up the seat.")
    if verb == "erase":
        actions.erase(registration=registration)
        return gettext("Registration deleted. You can register again below.")
    if verb == "zone":
        try:
            actions.choose_zone(registration=registration, time_zone=data.get("zone", ""))
        except ValueError:
            raise ActionRefused(gettext("Choose a time zone from the list.")) from None
        return gettext("Time zone saved. Emails will use it.")
    raise Http404


def found(token: str) -> Registration:
    registration = webinars_links.registration_from(token)
    if registration is None:
        raise Http404
    return registration


@never_cache
@require_safe
def calendar_of(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar file for a registered person, with the link to the meeting."""
    registration = found(token)
    webinar = registration.webinar
    is_invited = registration.has_seat and webinar.takes_registrations
    event = calendars.event_of(webinar, place=webinar.meeting_link if is_invited else "")
    return calendars.response([event], filename=f"{webinar.slug}.ics")


@public_page
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A public calendar file of one webinar."""
    timed = Webinar.objects.public().filter(starts_at__isnull=False)
    webinar = get_object_or_404(timed, slug=slug)
    return calendars.response([calendars.event_of(webinar)], filename=f"{webinar.slug}.ics")


@public_page
def feed(request: HttpRequest) -> HttpResponse:
    """A calendar feed of the webinars, newest first."""
    webinars = Webinar.objects.public().real().filter(starts_at__isnull=False)
    webinars = webinars.order_by("-starts_at")
    name = gettext("South-South City Exchange: webinars")
    events = map(calendars.event_of, webinars[:MAX_EVENTS])
    return calendars.response(events, filename="webinars.ics", name=name)
