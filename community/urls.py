from django.urls import path

from .views import language, member, profile

app_name = "community"
urlpatterns = [
    path("accounts/profile/", profile.edit, name="profile"),
    path("accounts/profile/verification/ask/", profile.ask_verification, name="verification_ask"),
    path(
        "accounts/profile/verification/take-back/",
        profile.take_back_verification,
        name="verification_take_back",
    ),
    path("members/<slug:handle>/", member.detail, name="member"),
    path("language/<slug:code>/", language.choose, name="language"),
]
