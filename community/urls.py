from django.urls import path

from .views import (
    appeal,
    comment,
    desk,
    flag,
    follow,
    language,
    member,
    notice,
    personal_data,
    profile,
)

app_name = "community"
urlpatterns = [
    path("accounts/profile/", profile.edit, name="profile"),
    path("accounts/profile/verification/ask/", profile.ask_verification, name="verification_ask"),
    path(
        "accounts/profile/verification/take-back/",
        profile.take_back_verification,
        name="verification_take_back",
    ),
    path("desk/", desk.overview, name="desk"),
    path("accounts/data/", personal_data.overview, name="personal_data"),
    path("accounts/data/export/", personal_data.export, name="account_export"),
    path("accounts/data/delete/", personal_data.delete, name="account_delete"),
    path("members/<slug:handle>/", member.detail, name="member"),
    path("comments/<int:pk>/", comment.detail, name="comment"),
    path("comments/<int:pk>/edit/", comment.edit, name="comment_edit"),
    path("comments/<int:pk>/helpful/", comment.helpful, name="comment_helpful"),
    path("comments/<int:pk>/history/", comment.history, name="comment_history"),
    path("comments/<int:pk>/reply/", comment.reply, name="comment_reply"),
    path("comments/<int:pk>/withdraw/", comment.withdraw, name="comment_withdraw"),
    path("comments/<slug:word>/<int:pk>/new/", comment.new, name="comment_new"),
    path("mentions/", comment.suggestions, name="mentions"),
    path("flags/<slug:word>/<int:pk>/", flag.new, name="flag_new"),
    path("appeals/new/<int:pk>/", appeal.new, name="appeal_new"),
    path("follows/", notice.follows, name="follows"),
    path("follows/<slug:word>/<int:pk>/", follow.change, name="follow"),
    path("notifications/", notice.listing, name="notices"),
    path("notifications/read/", notice.read, name="notice_read"),
    path("notifications/settings/", notice.settings, name="notice_settings"),
    path("notifications/stop/<str:token>/", notice.stop, name="notice_stop"),
    path("language/<slug:code>/", language.choose, name="language"),
]
