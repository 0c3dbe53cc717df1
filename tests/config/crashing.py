"""URLs of the site and of a view that crashes with all secrets in its message and variables."""

from django.http import HttpResponse
from django.tasks import task
from django.test import RequestFactory
from django.urls import path

from community.models import User
from config.urls import urlpatterns as urls_of_site


def crash(request, **parts):
    password = request.POST.get("password")
    raise RuntimeError(
        f"{request.META} {request.COOKIES} {request.POST} {request.path} {password} "
        f"{OF_SERVER} canary@database canary-mail {KEY}"
    )


@task
def succeed(words: str) -> str:
    User.objects.filter(email=words).exists()
    return words


@task
def fail(words: str) -> None:
    raise RuntimeError(words)


urlpatterns = [
    path("crash/key/<key>/", crash),
    path("fine/", lambda request: HttpResponse("fine")),
    path("members/<slug:handle>/cases/<slug:slug>/<int:pk>/<token>/", crash),
    *urls_of_site,
]

# Here, since reports have the lines around the one that fails.
OF_SERVER = "postgres://exchange:canary%40database@db.example/exchange"
OF_MAIL = "smtps://post%40exchange.example:canary-mail@mail.example:465"
KEY = "canary-of-the-embedding-engine"
PERSON = "canary-person@example.org"
POSTED = "a posted canary"
# Of the form that the site gives them, so that they are accepted.
SESSION, TOKEN = "canary0123456789abcdefghijklmnop", "canary" + "t" * 58
LINK = "3k-canary-0123456789abcdef0123456789abcdef"


def status_of_crash(application) -> str:
    """Post a form to the view that crashes, with cookies, a query and headers."""
    request = RequestFactory().post(
        f"/crash/key/{LINK}/?email={PERSON}",
        {"password": POSTED, "csrfmiddlewaretoken": TOKEN},
        headers={
            "Authorization": "Bearer canary-bearer",
            "Cookie": f"sessionid={SESSION}; csrftoken={TOKEN}",
            "Host": "127.0.0.1",
        },
    )
    statuses = []
    response = application(request.environ, lambda status, headers: statuses.append(status))
    response.close()
    return statuses[0]
