"""Rate limits, and the response to requests that exceed them.

The only module that imports allauth's internal rate limit: its public one counts no GET requests,
and django-ratelimit needs a cache that increments atomically, which the cache table does not.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from repository.pages.form_sent import form_sent

# By action, as `ACCOUNT_RATE_LIMITS`: number, period and scope. "user" is the signed-in user.
LIMITS = {
    # The script saves at most every three seconds for each open form.
    "autosave": "60/m/user",
    # Decoding a picture takes a worker a second. A case can have 10 files.
    "case-file": "20/5m/user",
    # Changes made by signed link: each sends a message.
    "change": "30/h/key",
    # An archive takes a worker a second or two.
    "export": "5/h/user",
    # Feedback on pages.
    "feedback": "20/h/ip",
    # For each mailbox, across all webinars and senders of requests.
    "mailbox": "10/h/key,30/d/key",
    # What a member sends to the pages of partnerships: far more than people type.
    "partnership": "100/5m/user",
    # Checking a document takes a worker a second. A space can have 30 files, shared in one go.
    "partnership-file": "40/5m/user",
    # The same without signing in, by signed link; an office may share an address.
    "partnership-link": "100/5m/ip",
    # Encoding a photograph takes a worker some seconds.
    "photograph": "20/h/user",
    # A whole office may sign in, but each time the site asks the provider.
    "provider": "60/m/ip",
    # A whole office may register, but a robot must not fill mailboxes of strangers.
    "register": "30/h/ip",
    # Each request may upload files that are expensive to process.
    "speaking": "60/h/ip",
    # Reports of wrong translations.
    "translation": "40/h/user",
    # Suggestions while typing are frequent, but nobody may enumerate all members.
    "suggest": "120/m/user",
}


def is_within_limit(request: HttpRequest, action: str, *, key: str | None = None) -> bool:
    """Count one more request for an action; return False if it exceeds the limit."""
    usage = ratelimit.consume(
        request, app="community", action=action, config=LIMITS, key=key, limit_get=True
    )
    return usage is not None


@never_cache
def too_many_requests(request: HttpRequest, *, keeps_input: bool = False) -> HttpResponse:
    """The error page for status 429, which with `keeps_input` can send the form again."""
    context = {"form_sent": form_sent(request)} if keeps_input else {}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = "300"
    return response
