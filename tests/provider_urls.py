"""The URLs of the site with those of the OpenID Connect provider, which are otherwise left out."""

from django.conf.urls.i18n import i18n_patterns

from community.accounts.provider.views import callback_urls, start_urls
from config import urls

handler404, handler429 = urls.handler404, urls.handler429
urlpatterns = [
    *urls.urlpatterns,
    *callback_urls,
    *i18n_patterns(*start_urls, prefix_default_language=False),
]
