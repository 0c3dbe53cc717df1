from django.urls import path

from partnerships.agreements import recording_views, report_views
from partnerships.agreements import views as agreements_views
from partnerships.board import views as board_views
from partnerships.city_profiles import views as city_profiles_views
from partnerships.clusters import views as clusters_views
from partnerships.figures import views as figures_views
from partnerships.invitations import views as invitations_views
from partnerships.listings import views as listings_views
from partnerships.matches import to_answer_views
from partnerships.matches import views as matches_views
from partnerships.models import Need, Offer
from partnerships.representation import views as representation_views
from partnerships.requests import check_views, form_views
from partnerships.requests import views as requests_views
from partnerships.spaces import views as spaces_views
from partnerships.suggestions import views as suggestions_views

OFFER, NEED = {"model": Offer}, {"model": Need}

app_name = "partnerships"
MATCH = "partnerships/matches/<int:pk>/"
urlpatterns = [
    # The board, offers and needs.
    path("partnerships/", board_views.overview, name="board"),
    path("partnerships/offers/new/", listings_views.new, OFFER, name="offer_new"),
    path("partnerships/offers/<int:pk>/", listings_views.detail, OFFER, name="offer_detail"),
    path("partnerships/offers/<int:pk>/edit/", listings_views.edit, OFFER, name="offer_edit"),
    path("partnerships/offers/<int:pk>/close/", listings_views.close, OFFER, name="offer_close"),
    path("partnerships/needs/new/", listings_views.new, NEED, name="need_new"),
    path("partnerships/needs/<int:pk>/", listings_views.detail, NEED, name="need_detail"),
    path("partnerships/needs/<int:pk>/edit/", listings_views.edit, NEED, name="need_edit"),
    path("partnerships/needs/<int:pk>/close/", listings_views.close, NEED, name="need_close"),
    # Suggestions of the editors.
    path("partnerships/suggestions/", suggestions_views.listing, name="suggestion_list"),
    path("partnerships/suggestions/<int:pk>/", suggestions_views.detail, name="suggestion_detail"),
    path(
        "partnerships/suggestions/<int:pk>/adopt/", suggestions_views.adopt, name="suggestion_adopt"
    ),
    path(
        "partnerships/suggestions/<int:pk>/decline/",
        suggestions_views.decline,
        name="suggestion_decline",
    ),
    # Representations.
    path("partnerships/cities/", representation_views.listing, name="representation_list"),
    path("partnerships/cities/ask/", representation_views.ask, name="representation_ask"),
    path(
        "partnerships/cities/<int:pk>/withdraw/",
        representation_views.withdraw,
        name="representation_withdraw",
    ),
    path(
        "partnerships/cities/<int:pk>/resign/",
        representation_views.resign,
        name="representation_resign",
    ),
    path(
        "partnerships/cities/<int:pk>/letter/",
        representation_views.letter,
        name="representation_letter",
    ),
    path(
        "partnerships/addresses/<str:token>/",
        representation_views.confirm_address,
        name="address_check",
    ),
    path(
        "partnerships/cities/<slug:slug>/profile/",
        city_profiles_views.edit,
        name="city_profile_edit",
    ),
    # Invitations of cities that nobody represents.
    path("partnerships/invitations/<str:token>/", invitations_views.detail, name="invitation"),
    # Requests that a city could answer.
    path("partnerships/to-answer/", to_answer_views.overview, name="to_answer"),
    # Clusters.
    path("partnerships/clusters/", clusters_views.listing, name="cluster_list"),
    path("partnerships/clusters/<slug:slug>/", clusters_views.detail, name="cluster_detail"),
    path("partnerships/clusters/<slug:slug>/join/", clusters_views.join, name="cluster_join"),
    path(
        "partnerships/clusters/applications/<int:pk>/",
        clusters_views.application_detail,
        name="cluster_application",
    ),
    path(
        "partnerships/clusters/applications/<int:pk>/withdraw/",
        clusters_views.application_withdraw,
        name="cluster_application_withdraw",
    ),
    path(
        "partnerships/clusters/<slug:slug>/news/new/",
        clusters_views.news_new,
        name="cluster_news_new",
    ),
    path(
        "partnerships/clusters/news/<int:pk>/take-down/",
        clusters_views.news_remove,
        name="cluster_news_remove",
    ),
    # Partnerships.
    path("partnerships/matches/<int:match>/agree/", recording_views.new, name="partnership_new"),
    path(
        "partnerships/matches/<int:match>/agree/confirm/",
        recording_views.confirm,
        name="agreement_confirm",
    ),
    path(
        "partnerships/matches/<int:match>/agree/take-back/",
        recording_views.withdraw,
        name="agreement_withdraw",
    ),
    path(
        "partnerships/matches/<int:match>/agree/file/", recording_views.file, name="agreement_file"
    ),
    path("partnerships/<int:pk>/", agreements_views.detail, name="partnership_detail"),
    path("partnerships/<int:pk>/edit/", agreements_views.edit, name="partnership_edit"),
    path(
        "partnerships/<int:pk>/agreement/", agreements_views.agreement, name="partnership_agreement"
    ),
    path("partnerships/<int:pk>/public/", agreements_views.publicity, name="partnership_publicity"),
    path("partnerships/<int:pk>/case/", agreements_views.case, name="partnership_case"),
    path(
        "partnerships/<int:pk>/facilitators/add/",
        agreements_views.facilitator_add,
        name="facilitator_add",
    ),
    path(
        "partnerships/<int:pk>/facilitators/<int:party>/remove/",
        agreements_views.facilitator_remove,
        name="facilitator_remove",
    ),
    path("partnerships/<int:pk>/milestones/add/", report_views.milestone_add, name="milestone_add"),
    path(
        "partnerships/<int:pk>/milestones/<int:milestone>/mark/",
        report_views.milestone_mark,
        name="milestone_mark",
    ),
    path(
        "partnerships/<int:pk>/milestones/<int:milestone>/remove/",
        report_views.milestone_remove,
        name="milestone_remove",
    ),
    path("partnerships/<int:pk>/reports/<int:report>/", report_views.report, name="report"),
    path("partnerships/reports/<str:token>/", report_views.report_signed, name="report_signed"),
    path("partnerships/<int:pk>/<slug:verb>/", agreements_views.step, name="partnership_step"),
    # Figures.
    path("monitoring/", figures_views.monitoring, name="monitoring"),
    path("monitoring/<slug:key>.csv", figures_views.monitoring_csv, name="monitoring_csv"),
    # Requests.
    path("partnerships/requests/new/", form_views.new, name="request_new"),
    path("partnerships/requests/<int:pk>/", requests_views.detail, name="request_detail"),
    path("partnerships/requests/<int:pk>/edit/", form_views.edit, name="request_edit"),
    path("partnerships/requests/<int:pk>/submit/", check_views.submit, name="request_submit"),
    path(
        "partnerships/requests/<int:pk>/withdraw/",
        requests_views.withdraw,
        name="request_withdraw",
    ),
    path("partnerships/requests/<int:pk>/renew/", requests_views.renew, name="request_renew"),
    path("partnerships/requests/<int:pk>/close/", requests_views.close, name="request_close"),
    path(
        "partnerships/requests/<int:pk>/discard/",
        requests_views.discard,
        name="request_discard",
    ),
    path("partnerships/requests/<int:pk>/letter/", requests_views.letter, name="request_letter"),
    path(
        "partnerships/requests/<int:pk>/letter/add/",
        requests_views.letter_add,
        name="request_letter_add",
    ),
    path(
        "partnerships/requests/<int:pk>/letter/remove/",
        requests_views.letter_remove,
        name="request_letter_remove",
    ),
    path(
        "partnerships/requests/renew/<str:token>/",
        requests_views.renew_signed,
        name="request_renew_signed",
    ),
    # Matches and their spaces.
    path(
        "partnerships/requests/<int:pk>/interest/", listings_views.interest_new, name="interest_new"
    ),
    path(MATCH, matches_views.detail, name="match_detail"),
    path(f"{MATCH}answer/", matches_views.answer, name="match_answer"),
    path(f"{MATCH}withdraw/", matches_views.withdraw, name="match_withdraw"),
    path(f"{MATCH}questions/", matches_views.question, name="match_question"),
    path(f"{MATCH}questions/<int:question>/reply/", matches_views.reply, name="match_reply"),
    path(f"{MATCH}messages/", spaces_views.say, name="space_say"),
    path(f"{MATCH}files/", spaces_views.add_file, name="space_file_add"),
    path(f"{MATCH}files/<int:file>/", spaces_views.show_file, name="space_file"),
    path(f"{MATCH}files/<int:file>/remove/", spaces_views.remove_file, name="space_file_remove"),
    path(f"{MATCH}dates/", spaces_views.add_meeting, name="space_meeting_add"),
    path(f"{MATCH}dates/<int:meeting>/calendar/", spaces_views.calendar, name="space_calendar"),
    path(
        f"{MATCH}dates/<int:meeting>/edit/",
        spaces_views.change_meeting,
        name="space_meeting_edit",
    ),
    path(
        f"{MATCH}dates/<int:meeting>/cancel/",
        spaces_views.cancel_meeting,
        name="space_meeting_cancel",
    ),
    path(f"{MATCH}plan/", spaces_views.write_plan, name="space_plan"),
    path(f"{MATCH}plan/agree/", spaces_views.agree, name="space_agree"),
    path(f"{MATCH}memorandum/", spaces_views.draft, name="space_memorandum"),
]
