"""Error pages."""

import sys
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _

from config import lazy_api
from config.storage import connection_errors, is_full
from repository.pages.form_sent import form_sent

RETRY_AFTER = 30  # seconds


def page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    response = render(request, "error.html", {"title": title, "text": text}, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        400,
        _("Something is wrong with this request"),
        _("The address or the form contains something we can’t read. Go back and try again."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        403,
        _("You don’t have access to this page"),
        _(
            "Your account isn’t allowed to do this. If you think it should be, contact the "
            "moderators."
        ),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request,
        403,
        _("This form has expired"),
        _(
            "This form expired to protect your account, or your browser blocks cookies. "
            "Go back, reload the page and send the form again. What you wrote should "
            "still be there."
        ),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_of_api(request):
        return lazy_api.refusal(HTTPStatus.NOT_FOUND)
    return page(
        request,
        404,
        _("Page not found"),
        _(
            "The page may have moved, or the address may contain a mistake. Search for it, or "
            "start from the cases."
        ),
    )


def is_of_api(request: HttpRequest) -> bool:
    """Does the client expect JSON?"""
    return request.path_info.startswith("/api/v1/")


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    if is_of_api(request):
        return lazy_api.refusal(HTTPStatus.METHOD_NOT_ALLOWED)
    return page(
        request,
        405,
        _("This page can’t be opened this way"),
        _("Open the page from its link and try again from there."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Show a server error, or 503 if the database, the object store or the disk takes nothing.

    Rendered without the request, since reading the session would query the database again.
    """
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError, *connection_errors())):
        return unavailable()
    if is_full(error):
        return disk_full(request)
    context = {"is_reported": bool(settings.ADMINS or settings.SENTRY_DSN)}
    response = render(None, "500.html", context, status=500)
    response.headers["Cache-Control"] = "no-store"
    return response


def disk_full(request: HttpRequest) -> HttpResponse:
    kept = {"form_sent": form_sent(request), "csrf_token": get_token(request)}
    return unavailable({"is_full": True, **kept})


def unavailable(context: dict[str, Any] | None = None) -> HttpResponse:
    response = render(None, "503.html", context, status=503)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response
