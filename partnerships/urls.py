from django.urls import path

from partnerships.models import Need, Offer

from .views import board, listing, representation

OFFER, NEED = {"model": Offer}, {"model": Need}

app_name = "partnerships"
urlpatterns = [
    # The board, and what cities offer and need.
    path("partnerships/", board.overview, name="board"),
    path("partnerships/offers/new/", listing.new, OFFER, name="offer_new"),
    path("partnerships/offers/<int:pk>/", listing.detail, OFFER, name="offer_detail"),
    path("partnerships/offers/<int:pk>/edit/", listing.edit, OFFER, name="offer_edit"),
    path("partnerships/offers/<int:pk>/confirm/", listing.confirm, OFFER, name="offer_confirm"),
    path("partnerships/offers/<int:pk>/close/", listing.close, OFFER, name="offer_close"),
    path("partnerships/needs/new/", listing.new, NEED, name="need_new"),
    path("partnerships/needs/<int:pk>/", listing.detail, NEED, name="need_detail"),
    path("partnerships/needs/<int:pk>/edit/", listing.edit, NEED, name="need_edit"),
    path("partnerships/needs/<int:pk>/confirm/", listing.confirm, NEED, name="need_confirm"),
    path("partnerships/needs/<int:pk>/close/", listing.close, NEED, name="need_close"),
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
