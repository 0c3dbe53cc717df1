from django.urls import path

from .views import language, profile

app_name = "community"
urlpatterns = [
    path("accounts/profile/", profile.edit, name="profile"),
    path("language/<slug:code>/", language.choose, name="language"),
]
