"""Rate limits of what members send to the pages of partnerships."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from community.accounts.rate_limits import is_within_limit, too_many_requests
from partnerships import permissions


class MemberLimitMiddleware:
    """Limit forms and uploads sent to all pages of this app, also those added later.

    Brokers work through queues: they are not limited, nor are the pages of the staff desk.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if request.method != "POST" or match is None or match.namespace != "partnerships":
            return None
        if permissions.can_broker(request.user):
            return None
        if not request.user.is_authenticated:
            actions = ["partnership-link"]
        elif request.FILES:
            actions = ["partnership", "partnership-file"]
        else:
            actions = ["partnership"]
        if all(is_within_limit(request, action) for action in actions):
            return None
        return too_many_requests(request, keeps_input=True)
