"""The URLs of the site with the component gallery, which otherwise requires DEBUG."""

from django.urls import path

from config import urls, views

handler404 = urls.handler404
urlpatterns = [*urls.urlpatterns, path("styleguide/", views.styleguide, name="styleguide")]
