"""The addresses of the site with the gallery of components, which there is only under DEBUG."""

from django.urls import path

from config import urls, views

handler404 = urls.handler404
urlpatterns = [*urls.urlpatterns, path("styleguide/", views.styleguide, name="styleguide")]
