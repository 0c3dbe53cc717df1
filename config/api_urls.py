from django.urls import path

from config import lazy_api

app_name = "api"
urlpatterns = [
    path("docs", lazy_api.docs, name="docs"),
    path("openapi.json", lazy_api.openapi, name="openapi"),
    path("cases", lazy_api.collection, name="cases"),
    path("cases/<slug:slug>", lazy_api.collection, name="case"),
    path("cities", lazy_api.collection, name="cities"),
    path("cities/<slug:slug>", lazy_api.collection, name="city"),
    path("practices", lazy_api.collection, name="practices"),
    path("practices/<slug:slug>", lazy_api.collection, name="practice"),
    path("webinars", lazy_api.collection, name="webinars"),
    path("webinars/<slug:slug>", lazy_api.collection, name="webinar"),
    path("landscape", lazy_api.collection, name="landscape"),
    path("figures", lazy_api.figures, name="figures"),
    path("figures/<slug:key>", lazy_api.figures, name="figure"),
]
