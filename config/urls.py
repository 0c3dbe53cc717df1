"""The URLs of the site. Other programs rely on these paths.

Pages for people have one URL in each language: /cases/ in English, /fr/cases/ in French.
"""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from community.accounts.views import choose_language, confirm_email, set_password, sign_up
from community.bounces.views import webhook
from config import metrics, views
from repository.counts.views import seen
from repository.pages import sitemaps

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler429 = "community.accounts.rate_limits.too_many_requests"
handler500 = "config.errors.server_error"

# Replace allauth's views.
replaced = [
    path("signup/", sign_up, name="account_signup"),
    path("password/set/", set_password, name="account_set_password"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", confirm_email, name="account_confirm_email"),
]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api_urls")),
    path("language/<slug:code>/", choose_language, name="language"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    path("seen/", seen, name="seen"),
    path("bounces/", webhook, name="bounces"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    *i18n_patterns(
        path("accounts/", include(replaced)),
        # Without allauth's pages for other accounts, which this site does not use.
        path("accounts/", include("allauth.account.urls")),
        path("accounts/2fa/", include("allauth.mfa.urls")),
        path("accounts/sessions/", include("allauth.usersessions.urls")),
        path("", include("community.urls")),
        path("", include("partnerships.urls")),
        path("", include("repository.urls")),
        prefix_default_language=False,
    ),
]

if settings.OIDC_ISSUER:
    from community.accounts.provider.views import callback_urls, start_urls

    urlpatterns += [*callback_urls, *i18n_patterns(*start_urls, prefix_default_language=False)]
if settings.DEMO:
    urlpatterns += i18n_patterns(
        path("demo/", include("partnerships.sample.urls")), prefix_default_language=False
    )
if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))
