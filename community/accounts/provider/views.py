"""The way to the provider and back. Loaded only if there is one."""

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from community.accounts.provider.adapters import StaffOAuth2Adapter, failed
from community.accounts.provider.sign_in import CONFIRMS_FOR, confirms_at_provider
from community.accounts.rate_limits import is_within_limit, too_many_requests
from repository.pages.http import path_of_site


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Go to the provider. GET shows a button, to members who confirm who they are there."""
    sent = request.GET if request.method == "GET" else request.POST
    target = path_of_site(request, sent.get("next", "")) or reverse("repository:home")
    if request.method == "GET":
        if not confirms_at_provider(request.user):
            return redirect_to_login(target)
        return render(request, "account/provider_reauthenticate.html", {"next": target})
    if not is_within_limit(request, "provider"):
        return too_many_requests(request)
    provider = get_adapter(request).get_provider(request, provider=settings.OIDC_ISSUER)
    # Who is signed in confirms who they are: a session at the provider is not enough. `max_age`
    # makes the provider say when they signed in, as they could take `prompt` out.
    is_confirming = request.user.is_authenticated
    parameters = {"prompt": "login", "max_age": CONFIRMS_FOR} if is_confirming else {}
    try:
        response = provider.redirect(
            request, process="login", next_url=target, auth_params=parameters
        )
    except (OAuth2Error, RequestException) as error:
        return failed(request, error, target=target)
    # A page that leads on, not a redirect: browsers apply `form-action` of the page with the form
    # to all redirects that follow it, and the provider may lead on to other hosts.
    return render(request, "account/provider_redirect.html", {"url": response.url})


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from the provider."""
    adapter = StaffOAuth2Adapter(request, settings.OIDC_ISSUER)
    try:
        return OAuth2CallbackView.adapter_view(adapter)(request)
    except (OAuth2Error, RequestException) as error:
        return failed(request, error)


# One address in all languages: it is registered with the provider.
callback_urls = [
    path("accounts/provider/callback/", callback, name="provider_callback"),
]
start_urls = [
    path("accounts/provider/", start, name="provider_start"),
]
