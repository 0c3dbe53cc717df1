"""The public API, served by django-ninja. `config/lazy_api.py` imports it on the first request."""

from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI
from ninja.operation import Operation

from partnerships.figures.api import router as figures
from repository.api.endpoints import router as collection

ROOT = "/api/v1"


class API(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Generated clients depend on these names, so they must not change with module paths."""
        function = operation.view_func
        app = function.__module__.partition(".")[0]
        return f"{app}_api_{function.__name__}"


api = API(
    title="South-South City Exchange",
    version="1",
    description="A read-only JSON API for everything that visitors can read. You don’t need a key. "
    "Names of places and themes, figures in words, and texts that are translated are in the "
    "language of the parameter lang (en, fr, es, pt, ar, zh or ru; en by default). The ETag shows "
    "whether a response has changed.",
    # Served by our own views, since ninja's page loads scripts from other hosts.
    docs_url=None,
    openapi_url=None,
)
api.add_router("", collection)
api.add_router("", figures)
# The named URLs are in `config/api_urls.py`.
resolver = URLResolver(RegexPattern(rf"^{ROOT}/"), api.urls[0])


def schema() -> dict:
    """Return the OpenAPI 3.1 schema."""
    return api.get_openapi_schema(path_prefix=f"{ROOT}/")
