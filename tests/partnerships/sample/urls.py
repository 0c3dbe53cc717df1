"""The URLs of the site with those of a demo."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns

urlpatterns = [
    *urlpatterns,
    *i18n_patterns(
        path("demo/", include("partnerships.sample.urls")), prefix_default_language=False
    ),
]
