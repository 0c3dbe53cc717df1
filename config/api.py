"""The public API as django-ninja serves it. Heavy: `config/api_door.py` loads it when asked."""

from django.urls import URLResolver
from django.urls.resolvers import RegexPattern
from ninja import NinjaAPI
from ninja.operation import Operation

from partnerships.figures.api import router as figures
from repository.api.endpoints import router as collection

ROOT = "/api/v1"


class API(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Clients are generated from these names, so they do not follow where our modules stand."""
        function = operation.view_func
        app = function.__module__.partition(".")[0]
        return f"{app}_api_{function.__name__}"


api = API(
    title="South-South City Exchange",
    version="1",
    description="What every visitor reads, for programs: read only, without a key. Answers name "
    "places and themes, and say the words of figures, in the language that is asked for "
    "(Accept-Language: en or fr). An ETag tells whether an answer has changed.",
    # Both are served by the house: ninja's page loads scripts from other hosts.
    docs_url=None,
    openapi_url=None,
)
api.add_router("", collection)
api.add_router("", figures)
# Its addresses are named in `config/api_urls.py`, for all of the site to know.
resolver = URLResolver(RegexPattern(rf"^{ROOT}/"), api.urls[0])


def schema() -> dict:
    """The description of the API: OpenAPI 3.1."""
    return api.get_openapi_schema(path_prefix=f"{ROOT}/")
