"""The settings of production, with the two ceilings among the addresses and queries counted."""

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

ROOT_URLCONF = "benchmarks.urls"
MIDDLEWARE = ["benchmarks.queries.CountQueriesMiddleware", *MIDDLEWARE]
