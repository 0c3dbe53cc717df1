"""How often something may be done, and the answer to those who do it more often.

The only module that imports allauth's internal rate limit: its public one counts no GET requests,
and django-ratelimit needs a cache that increments atomically, which the cache table does not.
"""

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

# By action, as `ACCOUNT_RATE_LIMITS`: number, time, and of what. The user is the one signed in.
LIMITS = {
    # The script sends every three seconds at most, of each form that is open.
    "autosave": "60/m/user",
    # Changes made by signed link: each sends a message.
    "change": "30/h/key",
    # An archive takes a worker a second or two.
    "export": "5/h/user",
    # To one mailbox, whoever asks, for any webinar.
    "mailbox": "10/h/key,30/d/key",
    # A whole office may register, a robot may not fill mailboxes of strangers.
    "register": "30/h/ip",
    # Each may carry files that take work.
    "speaking": "60/h/ip",
    # Letters come quickly, but nobody reads the list of members letter by letter.
    "suggest": "120/m/user",
}


def is_within_limit(request: HttpRequest, action: str, *, key: str | None = None) -> bool:
    """Count one more request for an action; False where that is too many."""
    usage = ratelimit.consume(
        request, app="community", action=action, config=LIMITS, key=key, limit_get=True
    )
    return usage is not None


@never_cache
def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The page of the site for status 429."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = "300"
    return response
