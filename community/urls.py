from django.urls import path

from community.bounces import views as bounces_views
from community.dashboard import views as dashboard_views
from community.discussion import views as discussion_views
from community.experiences import views as experiences_views
from community.feedback import views as feedback_views
from community.moderation.appeals import views as appeals_views
from community.moderation.flags import views as flags_views
from community.notices import views as notices_views
from community.privacy import views as privacy_views
from community.profiles import member_views
from community.profiles import views as profiles_views
from community.saved import views as saved_views
from community.tagging import views as tagging_views
from community.translating import views as translating_views
from community.webinars.registrations import views as registrations_views
from community.webinars.speakers import views as speakers_views
from community.webinars.surveys import views as surveys_views
from community.writing.attachments import views as attachments_views
from community.writing.coauthors import views as coauthors_views
from community.writing.covers import views as covers_views
from community.writing.drafts import views as drafts_views
from community.writing.revisions import views as revisions_views

app_name = "community"
urlpatterns = [
    path("accounts/profile/", profiles_views.edit, name="profile"),
    path(
        "accounts/profile/verification/ask/",
        profiles_views.ask_verification,
        name="verification_ask",
    ),
    path(
        "accounts/profile/verification/take-back/",
        profiles_views.withdraw_verification_request,
        name="verification_withdraw",
    ),
    path("accounts/email/send-again/", bounces_views.send_again, name="emails_send_again"),
    path("accounts/welcome/", profiles_views.welcome, name="welcome"),
    path("cases/new/", drafts_views.new, name="case_new"),
    path("cases/autosave/", drafts_views.autosave, name="case_autosave"),
    path("cases/preview/", drafts_views.preview, name="case_preview"),
    path("cases/<slug:slug>/edit/", revisions_views.edit, name="case_edit"),
    path("cases/<slug:slug>/history/", revisions_views.case_history, name="case_history"),
    path("cases/<slug:slug>/history/hide/", revisions_views.hide_change, name="case_history_hide"),
    path("cases/<slug:slug>/submit/", drafts_views.submit, name="case_submit"),
    path("cases/<slug:slug>/confirm/", drafts_views.confirm, name="case_confirm"),
    path("cases/<slug:slug>/cover/", covers_views.choose_cover, name="case_cover"),
    path(
        "cases/<slug:slug>/cover/photograph/",
        covers_views.add_photograph,
        name="case_photograph_add",
    ),
    path(
        "cases/<slug:slug>/cover/photograph/delete/",
        covers_views.delete_photograph,
        name="case_photograph_remove",
    ),
    path("cases/<slug:slug>/withdraw/", drafts_views.withdraw, name="case_withdraw"),
    path("cases/<slug:slug>/authors/invite/", coauthors_views.invite, name="case_invite"),
    path("cases/<slug:slug>/authors/leave/", coauthors_views.leave, name="case_leave"),
    path("cases/<slug:slug>/files/add/", attachments_views.add, name="attachment_add"),
    path("cases/<slug:slug>/files/<int:pk>/", attachments_views.show, name="attachment"),
    path(
        "cases/<slug:slug>/files/<int:pk>/remove/",
        attachments_views.remove,
        name="attachment_remove",
    ),
    path("revisions/<int:pk>/", revisions_views.detail, name="revision"),
    path("revisions/<int:pk>/accept/", revisions_views.accept, name="revision_accept"),
    path("revisions/<int:pk>/decline/", revisions_views.decline, name="revision_decline"),
    path("revisions/<int:pk>/edit/", revisions_views.rework, name="revision_edit"),
    path("revisions/<int:pk>/withdraw/", revisions_views.withdraw, name="revision_withdraw"),
    path("invitations/<int:pk>/", coauthors_views.detail, name="invitation"),
    path("invitations/<int:pk>/<slug:verb>/", coauthors_views.answer, name="invitation_answer"),
    path("desk/", dashboard_views.overview, name="desk"),
    path("accounts/data/", privacy_views.overview, name="personal_data"),
    path("accounts/data/export/", privacy_views.export, name="account_export"),
    path("accounts/data/delete/", privacy_views.delete, name="account_delete"),
    path("members/<slug:handle>/", member_views.detail, name="member"),
    path("comments/<int:pk>/", discussion_views.detail, name="comment"),
    path("comments/<int:pk>/edit/", discussion_views.edit, name="comment_edit"),
    path("comments/<int:pk>/helpful/", discussion_views.helpful, name="comment_helpful"),
    path("comments/<int:pk>/history/", discussion_views.history, name="comment_history"),
    path("comments/<int:pk>/reply/", discussion_views.reply, name="comment_reply"),
    path("comments/<int:pk>/withdraw/", discussion_views.withdraw, name="comment_withdraw"),
    path("comments/<slug:word>/<int:pk>/new/", discussion_views.new, name="comment_new"),
    path("feedback/", feedback_views.new, name="feedback"),
    path("translations/report/", feedback_views.report_translation, name="translation_report"),
    path("mentions/", discussion_views.suggestions, name="mentions"),
    path("flags/<slug:word>/<int:pk>/", flags_views.new, name="flag_new"),
    path("appeals/new/<int:pk>/", appeals_views.new, name="appeal_new"),
    path("follows/", notices_views.follows, name="follows"),
    path("follows/<slug:word>/<int:pk>/", notices_views.follow, name="follow"),
    path("collections/", saved_views.overview, name="collections"),
    path("collections/saved/", saved_views.detail, name="saved"),
    path("collections/saved/print/", saved_views.print_view, name="saved_print"),
    path("collections/saved/pages.csv", saved_views.download, name="saved_csv"),
    path("collections/save/<slug:word>/<int:pk>/", saved_views.save, name="save"),
    path("collections/items/<int:pk>/", saved_views.item, name="saved_item"),
    path("collections/items/<int:pk>/remove/", saved_views.remove, name="saved_item_remove"),
    path("collections/<int:pk>/", saved_views.detail, name="collection"),
    path("collections/<int:pk>/delete/", saved_views.delete, name="collection_delete"),
    path("collections/<int:pk>/edit/", saved_views.edit, name="collection_edit"),
    path("collections/<int:pk>/pages.csv", saved_views.download, name="collection_csv"),
    path("collections/<int:pk>/print/", saved_views.print_view, name="collection_print"),
    path("notifications/", notices_views.listing, name="notices"),
    path("notifications/read/", notices_views.read, name="notice_read"),
    path("notifications/settings/", notices_views.settings, name="notice_settings"),
    path("notifications/stop/<str:token>/", notices_views.stop, name="notice_stop"),
    path("experiences/<int:pk>/delete/", experiences_views.delete, name="experience_delete"),
    path("experiences/<int:pk>/edit/", experiences_views.edit, name="experience_edit"),
    path("experiences/<slug:word>/<int:pk>/new/", experiences_views.new, name="experience_new"),
    path("city-suggestions/", experiences_views.city_suggestions, name="city_suggestions"),
    path("tag-proposals/<int:pk>/accept/", tagging_views.accept, name="tag_accept"),
    path("tag-proposals/<int:pk>/decline/", tagging_views.decline, name="tag_decline"),
    path("tag-proposals/<slug:word>/<int:pk>/new/", tagging_views.new, name="tag_propose"),
    path("tag-suggestions/", tagging_views.suggestions, name="tag_suggestions"),
    path("translations/reports/", feedback_views.reports, name="translation_reports"),
    path(
        "translations/reports/<int:pk>/done/",
        feedback_views.finish,
        name="translation_report_done",
    ),
    path(
        "translations/reports/<int:pk>/reopen/",
        feedback_views.reopen,
        name="translation_report_reopen",
    ),
    path("translations/proposals/<int:pk>/", translating_views.detail, name="translation_proposal"),
    path(
        "translations/proposals/<int:pk>/accept/",
        translating_views.accept,
        name="translation_accept",
    ),
    path(
        "translations/proposals/<int:pk>/decline/",
        translating_views.decline,
        name="translation_decline",
    ),
    path("translations/proposals/<int:pk>/undo/", translating_views.undo, name="translation_undo"),
    path(
        "translations/proposals/<int:pk>/withdraw/",
        translating_views.withdraw,
        name="translation_withdraw",
    ),
    path(
        "translations/<slug:kind>/<int:pk>/",
        translating_views.languages,
        name="translation_languages",
    ),
    path(
        "translations/<slug:kind>/<int:pk>/changes/",
        translating_views.changes,
        name="translation_changes",
    ),
    path(
        "translations/<slug:kind>/<int:pk>/<slug:language>/",
        translating_views.edit,
        name="translation",
    ),
    path(
        "translations/<slug:kind>/<int:pk>/<slug:language>/reviewed/",
        translating_views.mark_reviewed,
        name="translation_reviewed",
    ),
    path("webinars/<slug:slug>/register/", registrations_views.new, name="registration_new"),
    path(
        "webinars/<slug:slug>/calendar.ics", registrations_views.calendar, name="webinar_calendar"
    ),
    path("feeds/webinars.ics", registrations_views.feed, name="webinar_feed"),
    path("registrations/<str:token>/", registrations_views.detail, name="registration"),
    path(
        "registrations/<str:token>/calendar.ics",
        registrations_views.calendar_of,
        name="registration_calendar",
    ),
    path("speaking/<str:token>/", speakers_views.detail, name="speaking"),
    path("speaking/<str:token>/files/<slug:key>/", speakers_views.file, name="speaking_file"),
    path("webinars/<slug:slug>/survey/", surveys_views.results, name="survey_results"),
    path("webinars/<slug:slug>/survey.csv", surveys_views.results_csv, name="survey_csv"),
    path("surveys/<str:token>/", surveys_views.detail, name="survey"),
]
