from django.urls import path

from partnerships.models import Need, Offer

from .views import (
    board,
    city_profile,
    cluster,
    interest,
    listing,
    match,
    monitoring,
    partnership,
    partnership_request,
    progress,
    representation,
    request_form,
    request_letter,
    space,
    suggestion,
    to_answer,
)

OFFER, NEED = {"model": Offer}, {"model": Need}

app_name = "partnerships"
MATCH = "partnerships/matches/<int:pk>/"
urlpatterns = [
    # The board, and what cities offer and need.
    path("partnerships/", board.overview, name="board"),
    path("partnerships/offers/new/", listing.new, OFFER, name="offer_new"),
    path("partnerships/offers/<int:pk>/", listing.detail, OFFER, name="offer_detail"),
    path("partnerships/offers/<int:pk>/edit/", listing.edit, OFFER, name="offer_edit"),
    path("partnerships/offers/<int:pk>/close/", listing.close, OFFER, name="offer_close"),
    path("partnerships/needs/new/", listing.new, NEED, name="need_new"),
    path("partnerships/needs/<int:pk>/", listing.detail, NEED, name="need_detail"),
    path("partnerships/needs/<int:pk>/edit/", listing.edit, NEED, name="need_edit"),
    path("partnerships/needs/<int:pk>/close/", listing.close, NEED, name="need_close"),
    # What the editors suggest to places.
    path("partnerships/suggestions/", suggestion.listing, name="suggestion_list"),
    path("partnerships/suggestions/<int:pk>/", suggestion.detail, name="suggestion_detail"),
    path("partnerships/suggestions/<int:pk>/adopt/", suggestion.adopt, name="suggestion_adopt"),
    path(
        "partnerships/suggestions/<int:pk>/decline/",
        suggestion.decline,
        name="suggestion_decline",
    ),
    # Who speaks for a city.
    path("partnerships/cities/", representation.listing, name="representation_list"),
    path("partnerships/cities/ask/", representation.ask, name="representation_ask"),
    path(
        "partnerships/cities/<int:pk>/withdraw/",
        representation.take_back,
        name="representation_withdraw",
    ),
    path(
        "partnerships/cities/<int:pk>/lay-down/",
        representation.lay_down,
        name="representation_lay_down",
    ),
    path(
        "partnerships/cities/<int:pk>/letter/",
        representation.letter,
        name="representation_letter",
    ),
    path(
        "partnerships/cities/<slug:slug>/profile/",
        city_profile.edit,
        name="city_profile_edit",
    ),
    # What it could answer.
    path("partnerships/to-answer/", to_answer.overview, name="to_answer"),
    # Clusters of cities.
    path("partnerships/clusters/", cluster.listing, name="cluster_list"),
    path("partnerships/clusters/<slug:slug>/", cluster.detail, name="cluster_detail"),
    path("partnerships/clusters/<slug:slug>/news/new/", cluster.news_new, name="cluster_news_new"),
    path(
        "partnerships/clusters/news/<int:pk>/take-down/",
        cluster.news_take_down,
        name="cluster_news_take_down",
    ),
    # Partnerships and how they go.
    path("partnerships/matches/<int:match>/agree/", partnership.new, name="partnership_new"),
    path("partnerships/<int:pk>/", partnership.detail, name="partnership_detail"),
    path("partnerships/<int:pk>/edit/", partnership.edit, name="partnership_edit"),
    path("partnerships/<int:pk>/agreement/", partnership.agreement, name="partnership_agreement"),
    path("partnerships/<int:pk>/public/", partnership.publicity, name="partnership_publicity"),
    path("partnerships/<int:pk>/case/", partnership.case, name="partnership_case"),
    path(
        "partnerships/<int:pk>/facilitators/add/",
        partnership.facilitator_add,
        name="facilitator_add",
    ),
    path(
        "partnerships/<int:pk>/facilitators/<int:party>/remove/",
        partnership.facilitator_remove,
        name="facilitator_remove",
    ),
    path("partnerships/<int:pk>/milestones/add/", progress.milestone_add, name="milestone_add"),
    path(
        "partnerships/<int:pk>/milestones/<int:milestone>/mark/",
        progress.milestone_mark,
        name="milestone_mark",
    ),
    path(
        "partnerships/<int:pk>/milestones/<int:milestone>/remove/",
        progress.milestone_remove,
        name="milestone_remove",
    ),
    path("partnerships/<int:pk>/reports/<int:report>/", progress.report, name="report"),
    path("partnerships/reports/<str:token>/", progress.report_signed, name="report_signed"),
    path("partnerships/<int:pk>/<slug:verb>/", partnership.step, name="partnership_step"),
    # Figures.
    path("monitoring/", monitoring.monitoring, name="monitoring"),
    path("monitoring/<slug:key>.csv", monitoring.monitoring_csv, name="monitoring_csv"),
    # Requests.
    path("partnerships/requests/new/", request_form.new, name="request_new"),
    path("partnerships/requests/<int:pk>/", partnership_request.detail, name="request_detail"),
    path("partnerships/requests/<int:pk>/edit/", request_form.edit, name="request_edit"),
    path(
        "partnerships/requests/<int:pk>/submit/", partnership_request.submit, name="request_submit"
    ),
    path(
        "partnerships/requests/<int:pk>/withdraw/",
        partnership_request.withdraw,
        name="request_withdraw",
    ),
    path("partnerships/requests/<int:pk>/renew/", partnership_request.renew, name="request_renew"),
    path("partnerships/requests/<int:pk>/close/", partnership_request.close, name="request_close"),
    path(
        "partnerships/requests/<int:pk>/discard/",
        partnership_request.discard,
        name="request_discard",
    ),
    path("partnerships/requests/<int:pk>/letter/", request_letter.show, name="request_letter"),
    path(
        "partnerships/requests/<int:pk>/letter/add/", request_letter.add, name="request_letter_add"
    ),
    path(
        "partnerships/requests/<int:pk>/letter/remove/",
        request_letter.remove,
        name="request_letter_remove",
    ),
    path(
        "partnerships/requests/renew/<str:token>/",
        partnership_request.renew_signed,
        name="request_renew_signed",
    ),
    # Matches, and the space of two introduced cities.
    path("partnerships/requests/<int:pk>/interest/", interest.new, name="interest_new"),
    path(MATCH, match.detail, name="match_detail"),
    path(f"{MATCH}answer/", match.answer, name="match_answer"),
    path(f"{MATCH}withdraw/", match.withdraw, name="match_withdraw"),
    path(f"{MATCH}questions/", match.question, name="match_question"),
    path(f"{MATCH}questions/<int:question>/reply/", match.reply, name="match_reply"),
    path(f"{MATCH}messages/", space.say, name="space_say"),
    path(f"{MATCH}files/", space.add_file, name="space_file_add"),
    path(f"{MATCH}files/<int:file>/", space.show_file, name="space_file"),
    path(f"{MATCH}files/<int:file>/remove/", space.remove_file, name="space_file_remove"),
    path(f"{MATCH}dates/", space.add_meeting, name="space_meeting_add"),
    path(f"{MATCH}dates/<int:meeting>/calendar/", space.calendar, name="space_calendar"),
    path(f"{MATCH}dates/<int:meeting>/remove/", space.remove_meeting, name="space_meeting_remove"),
    path(f"{MATCH}plan/", space.write_plan, name="space_plan"),
    path(f"{MATCH}plan/agree/", space.agree, name="space_agree"),
]
