"""The site, and views that read and change one title."""

from django.db import connections, transaction
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from config import replicas, urls
from repository.models import CaseStudy
from repository.pages.http import public_page

SLUG = "zhengzhou"


def title() -> str:
    return CaseStudy.objects.get(slug=SLUG).title


@public_page
def public(request):
    """A page that is the same for all visitors."""
    return HttpResponse(title())


def private(request):
    """Another page."""
    return HttpResponse(title())


@require_POST
def write(request):
    CaseStudy.objects.filter(slug=SLUG).update(title=request.POST["title"])
    return HttpResponse()


def write_by_get(request):
    """Read, change and read again."""
    before = title()
    CaseStudy.objects.filter(slug=SLUG).update(title=f"{before}!")
    return HttpResponse(title())


def in_transaction(request):
    with transaction.atomic():
        first = title()
    return HttpResponse(f"{first}, {title()}")


def interrupted(request):
    """Lose the connection to the replica between two queries."""
    before = title()
    database = replicas.current_reading.get().database
    if database != "default":
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse(f"{before}, {title()}")


def slow(request):
    """Wait for a replica for a minute."""
    title()
    database = replicas.current_reading.get().database
    if database != "default":
        with connections[database].cursor() as cursor:
            cursor.execute("SELECT pg_sleep(60)")
    return HttpResponse(title())


handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [
    path("public/", public),
    path("private/", private),
    path("write/", write),
    path("write-by-get/", write_by_get),
    path("in-transaction/", in_transaction),
    path("interrupted/", interrupted),
    path("slow/", slow),
    *urls.urlpatterns,
]
