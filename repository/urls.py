from django.urls import path

from repository import feeds, sitemaps
from repository.views import (
    case_study,
    glossary,
    home,
    material,
    place,
    practice,
    recommendation,
    reference,
    search,
    speaker,
    tag,
    webinar,
)

app_name = "repository"
urlpatterns = [
    path("", home.home, name="home"),
    path("cases/", case_study.case_list, name="case_list"),
    path("cases/<slug:slug>/", case_study.case_detail, name="case_detail"),
    path("practices/", practice.practice_list, name="practice_list"),
    path("practices/<slug:slug>/", practice.practice_detail, name="practice_detail"),
    path("cities/", place.city_list, name="city_list"),
    path("cities/<slug:slug>/", place.city_detail, name="city_detail"),
    path("countries/<slug:iso2>/", place.country_detail, name="country_detail"),
    path("webinars/", webinar.webinar_list, name="webinar_list"),
    path("webinars/<slug:slug>/", webinar.webinar_detail, name="webinar_detail"),
    path("webinars/<slug:slug>/recording/", webinar.recording, name="recording"),
    path("webinars/<slug:slug>/recording/<int:pk>/", webinar.recording_part, name="recording_part"),
    path("webinars/<slug:slug>/slides/", webinar.slides, name="slides"),
    path("webinars/<slug:slug>/slides/<int:pk>/", material.slides, name="webinar_slides"),
    path("webinars/<slug:slug>/transcript/", material.transcript, name="webinar_transcript"),
    path("webinars/<slug:slug>/transcript.vtt", material.subtitles, name="webinar_subtitles"),
    path("speakers/", speaker.speaker_list, name="speaker_list"),
    path("speakers/<slug:slug>/", speaker.speaker_detail, name="speaker_detail"),
    path("speakers/<slug:slug>/photo/", material.photo, name="speaker_photo"),
    path("recommendations/", recommendation.recommendation_list, name="recommendation_list"),
    path(
        "recommendations/<slug:slug>/",
        recommendation.recommendation_detail,
        name="recommendation_detail",
    ),
    path("references/", reference.reference_list, name="reference_list"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("search/", search.search_page, name="search"),
    path("tags/<slug:slug>/", tag.tag_detail, name="tag_detail"),
    path("feeds/cases.atom", feeds.case_feed, name="case_feed"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
]
