from django.urls import path

from repository.cases import views
from repository.cases import views as cases_views
from repository.glossary import views as glossary_views
from repository.landscape import views as landscape_views
from repository.models import SiteTopic
from repository.pages import feeds
from repository.pages import views as home
from repository.pages import views as pages_views
from repository.people import views as people_views
from repository.photographs import views as photographs_views
from repository.places import views as places_views
from repository.practices import views as practices_views
from repository.recommendations import views as recommendations_views
from repository.recordings import views as recordings_views
from repository.references import views as references_views
from repository.search import views as search_views
from repository.series import views as series_views
from repository.site_pages import views as site_pages_views
from repository.tags import views as tags_views
from repository.translations import views as translations_views
from repository.webinars import views as webinars_views

app_name = "repository"
urlpatterns = [
    path("", home.home, name="home"),
    path("cases/", cases_views.case_list, name="case_list"),
    path("cases/<slug:slug>/", cases_views.case_detail, name="case_detail"),
    path("cases/<slug:slug>/cover.png", cases_views.cover_image, name="case_cover_image"),
    path(
        "cases/<slug:slug>/photograph/<int:pk>-<int:width>.<slug:kind>",
        photographs_views.show,
        name="case_photograph",
    ),
    path("compare/", views.compare, name="compare"),
    path("practices/", practices_views.practice_list, name="practice_list"),
    path("practices/<slug:slug>/", practices_views.practice_detail, name="practice_detail"),
    path("cities/", places_views.city_list, name="city_list"),
    path("cities/<slug:slug>/", places_views.city_detail, name="city_detail"),
    path("countries/<slug:iso2>/", places_views.country_detail, name="country_detail"),
    path("webinars/", webinars_views.webinar_list, name="webinar_list"),
    path("webinars/<slug:slug>/", webinars_views.webinar_detail, name="webinar_detail"),
    path("webinars/<slug:slug>/recording/", webinars_views.recording, name="recording"),
    path(
        "webinars/<slug:slug>/recording/<int:pk>/",
        webinars_views.recording_part,
        name="recording_part",
    ),
    path("webinars/<slug:slug>/slides/", webinars_views.slides, name="slides"),
    path("webinars/<slug:slug>/slides/<int:pk>/", recordings_views.slides, name="webinar_slides"),
    path(
        "webinars/<slug:slug>/transcript/", recordings_views.transcript, name="webinar_transcript"
    ),
    path(
        "webinars/<slug:slug>/transcript.vtt", recordings_views.subtitles, name="webinar_subtitles"
    ),
    path("series/<slug:slug>/", series_views.series_detail, name="series_detail"),
    path("series/<slug:slug>/<slug:key>.csv", series_views.series_csv, name="series_csv"),
    path("speakers/", people_views.speaker_list, name="speaker_list"),
    path("speakers/<slug:slug>/", people_views.speaker_detail, name="speaker_detail"),
    path("speakers/<slug:slug>/photo/", recordings_views.photo, name="speaker_photo"),
    path("recommendations/", recommendations_views.recommendation_list, name="recommendation_list"),
    path(
        "recommendations/<slug:slug>/",
        recommendations_views.recommendation_detail,
        name="recommendation_detail",
    ),
    path("references/", references_views.reference_list, name="reference_list"),
    path("landscape/", landscape_views.landscape, name="landscape"),
    path("about/", pages_views.about, name="about"),
    *[
        path(f"{topic}/", site_pages_views.site_page, {"topic": topic}, name=topic)
        for topic in SiteTopic.values
        if topic != SiteTopic.ABOUT
    ],
    path("glossary/", glossary_views.glossary, name="glossary"),
    path("search/", search_views.search_page, name="search"),
    path("tags/<slug:slug>/", tags_views.tag_detail, name="tag_detail"),
    path("translations/", translations_views.help_translate, name="help_translate"),
    path("translations/files/", translations_views.files, name="translation_files"),
    path(
        "translations/files/export/",
        translations_views.files_export,
        name="translation_files_export",
    ),
    path(
        "translations/files/import/",
        translations_views.files_import,
        name="translation_files_import",
    ),
    path("feeds/cases.atom", feeds.case_feed, name="case_feed"),
]
