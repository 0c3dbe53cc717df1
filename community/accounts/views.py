"""Confirmation of email addresses, and old links to a language."""

from allauth.account import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.accounts.address_changes import is_change
from repository.pages.addresses import in_language
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


@never_cache
@require_safe
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Redirect old links to a language, which set a cookie, to the page in that language."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    path = path_of_site(request, request.GET.get("next", "")) or "/"
    response = HttpResponseRedirect(in_language(path, code))
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response
