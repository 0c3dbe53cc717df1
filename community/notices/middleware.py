"""Notices are read when their reader opens what they are about."""

from django.http import HttpRequest, HttpResponse

from community.notices import actions
from community.notices.tags import MAX_COUNTED
from community.notices.wording import shown_to
from repository.pages.addresses import without_language


class ReadNoticesMiddleware:
    """Mark a member's notices as read once the page they are about has been shown.

    After the page, so that it costs nothing: the header has counted the unread notices.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = request.method == "GET" and response.status_code == 200
        if "prefetch" in request.headers.get("Sec-Purpose", ""):
            return response  # The browser loads the page in case the reader opens it.
        if is_page and getattr(request, "unread_notices", 0):
            mark_notices_about(request)
        return response


def mark_notices_about(request: HttpRequest) -> None:
    """Mark the unread notices about the page of a request as read."""
    path = without_language(request.path)
    user = request.user
    unread = (
        user.notifications.unread()
        .select_related("actor__membership")
        .order_by("-pk")[:MAX_COUNTED]
    )
    read = [one.notice.pk for one in shown_to(user, list(unread)) if path in one.paths]
    if read:
        actions.mark_read(notices=read, by=user)
