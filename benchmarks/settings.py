"""Settings of production with the views of the benchmark; with NO_CACHE nothing is cached."""

import os

from config.settings import *  # noqa: F403
from config.settings import CACHES, MIDDLEWARE

ROOT_URLCONF = "benchmarks.site"
MIDDLEWARE = ["benchmarks.site.report_queries", *MIDDLEWARE]
if "NO_CACHE" in os.environ:
    # All caches, so that the benchmark need not know which of them holds pages.
    CACHES = {name: {"BACKEND": "django.core.cache.backends.dummy.DummyCache"} for name in CACHES}
