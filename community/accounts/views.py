"""Confirmation of e-mail addresses, and the choice of the language."""

from allauth.account import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.accounts.address_changes import is_change
from repository.pages.http import path_of_site


class ConfirmEmailView(views.ConfirmEmailView):
    def logout_other_user(self, confirmation) -> None:
        """Keep the user signed in: only the requester of a change can confirm it."""
        if not is_change(confirmation.email_address):
            super().logout_other_user(confirmation)

    def post(self, *args, **kwargs):
        try:
            return super().post(*args, **kwargs)
        except Http404:
            # The button was pressed twice: the page says that the link was used already.
            return self.get(*args, **kwargs)


confirm_email = ConfirmEmailView.as_view()


YEAR = 365 * 24 * 60 * 60


@never_cache
@require_safe
def choose(request: HttpRequest, code: str) -> HttpResponse:
    """Store the reader's language in a cookie and redirect to the previous page."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    response = HttpResponseRedirect(path_of_site(request, request.GET.get("next", "")) or "/")
    remember(response, code)
    return response


def remember(response: HttpResponse, code: str) -> None:
    """Store a language in the reader's cookie; without one, delete the cookie."""
    if not code:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
