"""Production settings, with the two baseline views and query counting."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.middleware.CountQueriesMiddleware", *MIDDLEWARE]
