from allauth.account import views as account
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST


class ExchangeAdminSite(AdminSite):
    """The desk. Signing in, signing out and passwords are the accounts pages' affair: they have
    the rate limits and the second factor, and there is no second door."""

    site_header = _("South-South City Exchange: desk")
    site_title = _("Desk")
    index_title = _("What there is")

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
            target = reverse("admin:index")
        return redirect(target) if request.user.is_authenticated else redirect_to_login(target)

    @method_decorator(require_POST)
    def logout(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return account.logout(request)

    def password_change(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return redirect("account_change_password")
