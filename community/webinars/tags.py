"""The way to register, on the page of a webinar."""

from django import template
from django.template.loader import render_to_string
from django.urls import reverse

from community.models import Registration
from community.webinars.registrations import links as registrations_links
from community.webinars.surveys import figures as surveys_figures
from community.webinars.surveys import links as surveys_links
from repository.models import Webinar

register = template.Library()


@register.simple_tag(takes_context=True)
def registration(context, webinar: Webinar) -> str:
    """A button for members, a link to the form for visitors; what one has, for who registered."""
    if not webinar.takes_registrations:
        return ""
    user = context["request"].user
    own = None
    if user.is_authenticated:
        rows = Registration.objects.select_related("member")
        own = rows.filter(webinar=webinar, member=user).first()
        if own and own.is_cancelled:
            own = None
    return render_to_string(
        "community/webinars/_registration.html",
        {
            "own": own,
            "own_path": registrations_links.path(own) if own else "",
            "is_member": user.is_authenticated,
            "action": reverse("community:registration_new", args=[webinar.slug]),
            "calendar": reverse("community:webinar_calendar", args=[webinar.slug]),
            # Signed in alone: visitors get no token, so that caches may keep their page.
            "csrf_token": context.get("csrf_token") if user.is_authenticated else None,
        },
    )


@register.simple_tag(takes_context=True)
def survey(context, webinar: Webinar) -> str:
    """The way to the survey for a member who had a seat; once it is closed, what came of it."""
    found = getattr(webinar, "survey", None) if webinar.is_held else None
    if found is None:
        return ""
    user = context["request"].user
    own = None
    if user.is_authenticated and found.is_open:
        rows = Registration.objects.seated().select_related("member")
        own = rows.filter(webinar=webinar, member=user).first()
    headline = surveys_figures.headline(found)
    if not own and found.closed_at is None:
        return ""
    return render_to_string(
        "community/webinars/_survey.html",
        {
            "survey": found,
            "own_path": surveys_links.path(own) if own else "",
            "tables": headline,
        },
    )
