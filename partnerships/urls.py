from django.urls import path

from .views import representation

app_name = "partnerships"
urlpatterns = [
    # Who speaks for a city.
    path("partnerships/cities/", representation.listing, name="representation_list"),
    path("partnerships/cities/ask/", representation.ask, name="representation_ask"),
    path(
        "partnerships/cities/<int:pk>/withdraw/",
        representation.take_back,
        name="representation_withdraw",
    ),
    path(
        "partnerships/cities/<int:pk>/lay-down/",
        representation.lay_down,
        name="representation_lay_down",
    ),
    path(
        "partnerships/cities/<int:pk>/letter/",
        representation.letter,
        name="representation_letter",
    ),
]
