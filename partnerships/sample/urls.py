"""Pages of a demo alone: config/urls.py includes them only there."""

from django.urls import path

from partnerships.sample import views

urlpatterns = [
    path("", views.tour, name="demo_tour"),
    path("sign-in/<slug:handle>/", views.sign_in, name="demo_sign_in"),
]
