"""Health checks, robots.txt, security.txt and the gallery of components."""

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

from repository.embeddings import engine

SECURITY_TXT_DAYS = 180  # RFC 9116 recommends less than a year


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: the process responds, without any dependency."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Readiness: the database responds and has all migrations; otherwise 503 with the reason.

    Without its embedding engine the site answers searches by keywords, so that is no failure.
    """
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"database": "ok", "migrations": "pending"}, status=503)
    return JsonResponse({"database": "ok", "migrations": "applied", "search": search_state()})


def search_state() -> str:
    """Return "off" without an engine, "ok", or "degraded" if it fails. Takes at most 300 ms."""
    if not settings.EMBEDDINGS_URL:
        return "off"
    return "ok" if engine.is_answering() else "degraded"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Allow robots everything except accounts, the admin and combinations of search parameters.

    Further pages of a list are allowed, since some references and places are only there, but not in
    combination with facets or sorting. The longest matching rule applies (RFC 9309).
    """
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    private = ("/accounts/", "/search/", "/webinars/*/recording/", "/webinars/*/slides/")
    others = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /language/",
        *(f"Disallow: {path}" for path in private),
        *(f"Disallow: /{code}{path}" for code in others for path in private),
        "Disallow: /*?",
        "Allow: /*?page=",
        "Disallow: /*?page=*&",
        f"Sitemap: {sitemap}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Serve security.txt (RFC 9116)."""
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
    """Show all components with their purpose. Only with DEBUG."""
    # Imported here because production does not need it.
    from config.styleguide import samples

    return render(request, "styleguide.html", samples())
