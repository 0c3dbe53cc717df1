"""Confirmation of email addresses, first passwords, and old links to a language."""

from allauth.account import views
from allauth.account.utils import perform_login
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.accounts import purpose
from community.accounts.address_changes import is_change
from community.accounts.provider.sign_in import must_confirm
from repository.pages.addresses import in_language
from repository.pages.http import path_of_site


class SignupView(views.SignupView):
    def get(self, request, *args, **kwargs) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        purpose.name_browser(request, response)
        return response


sign_up = SignupView.as_view()


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

    def respond(self, success: bool) -> HttpResponse:
        """Sign the new member in if this browser signed up, and lead on to what they were doing."""
        address = self.object.email_address
        sent = purpose.purpose_of(self.request, address)
        if not success or sent is None or self.request.user.is_authenticated:
            return super().respond(success)
        if not sent.is_of(self.request):
            return redirect_to_login(sent.welcome_url)
        self.request.session.set_expiry(0)
        response = perform_login(
            self.request,
            address.user,
            email=address.email,
            redirect_url=sent.welcome_url,
            signup=True,
        )
        purpose.forget_browser(response)
        return response

    def get_context_data(self, **kwargs) -> dict:
        sent = self.request.GET.get(purpose.PARAMETER, "")
        return super().get_context_data(**kwargs) | {"purpose": sent}


confirm_email = ConfirmEmailView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
def set_password(request: HttpRequest) -> HttpResponse:
    """Set a first password; those who sign in with the provider confirm who they are there.

    Otherwise a password that somebody else sets in an open session could confirm it.
    """
    if must_confirm(request):
        if request.method == "POST":
            # The form is sent afterwards: until then its password would be stored.
            return redirect("account_set_password")
        raise ReauthenticationRequired
    return views.password_set(request)


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
