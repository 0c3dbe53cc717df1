"""Pages for operators and machines, and the gallery of components."""

import datetime as dt

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECURITY_TXT_DAYS = 180  # RFC 9116 asks for an end less than a year away


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: the process answers. It asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Can serve: the database answers and has all migrations. 503 says what is amiss."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"database": "ok", "migrations": "pending"}, status=503)
    return JsonResponse({"database": "ok", "migrations": "applied"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read: all but the accounts, the desk and the endless lists of searches.

    The further pages of a list are read, since works cited and places past the first page stand
    there alone; combined with a facet or an order of the list they are not. The longest rule counts
    (RFC 9309).
    """
    sitemap = request.build_absolute_uri(reverse("repository:sitemap"))
    lines = [
        "User-agent: *",
        "Disallow: /accounts/",
        "Disallow: /admin/",
        "Disallow: /language/",
        "Disallow: /search/",
        "Disallow: /webinars/*/recording/",
        "Disallow: /webinars/*/slides/",
        "Disallow: /*?",
        "Allow: /*?page=",
        "Disallow: /*?page=*&",
        f"Sitemap: {sitemap}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116)."""
    end = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    end += dt.timedelta(days=SECURITY_TXT_DAYS)
    languages = ", ".join(code for code, _name in settings.LANGUAGES)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {end.isoformat().replace('+00:00', 'Z')}",
        f"Preferred-Languages: {languages}",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Each component of the site once, with what it is for. Only where DEBUG is set."""
    from config.styleguide import samples

    return render(request, "styleguide.html", samples())
