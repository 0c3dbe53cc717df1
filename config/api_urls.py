from django.urls import path

from config import api_door

app_name = "api"
urlpatterns = [
    path("docs", api_door.docs, name="docs"),
    path("openapi.json", api_door.openapi, name="openapi"),
    path("cases", api_door.collection, name="cases"),
    path("cases/<slug:slug>", api_door.collection, name="case"),
    path("cities", api_door.collection, name="cities"),
    path("cities/<slug:slug>", api_door.collection, name="city"),
    path("practices", api_door.collection, name="practices"),
    path("practices/<slug:slug>", api_door.collection, name="practice"),
    path("webinars", api_door.collection, name="webinars"),
    path("webinars/<slug:slug>", api_door.collection, name="webinar"),
    path("landscape", api_door.collection, name="landscape"),
    path("figures", api_door.figures, name="figures"),
    path("figures/<slug:key>", api_door.figures, name="figure"),
]
