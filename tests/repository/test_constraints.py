"""Every named constraint of the collection refuses a write, and none is without such a test."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from repository.models import (
    CaseStatus,
    CaseStudy,
    Chapter,
    Edition,
    EmbeddingModel,
    Goal,
    LoadRecord,
    Original,
    OutdatedEntry,
    Passage,
    Recording,
    SearchEntry,
    SearchTranslation,
    TaggedItem,
    Transcript,
    TranslatedParagraph,
    Translation,
    WebinarStatus,
)
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    DailyCountFactory,
    EvidenceFactory,
    ExternalFigureFactory,
    InterfaceReviewFactory,
    LandscapeSectionFactory,
    PhotographFactory,
    PracticeFactory,
    RecommendationFactory,
    ReferenceFactory,
    SeriesFactory,
    SitePageFactory,
    TagFactory,
    WebinarFactory,
)


def twice_load_record():
    for _ in range(2):
        LoadRecord.objects.create(kind="city", key="zhengzhou", digest="0")


def twice_appearance():
    first = AppearanceFactory()
    AppearanceFactory(webinar=first.webinar, speaker=first.speaker)


def twice_outdated_entry():
    for _ in range(2):
        OutdatedEntry.objects.create(kind="case", object_id="1")


def twice_embedding_model():
    for dimensions in (8, 16):
        EmbeddingModel.objects.create(name="bag", version="1", dimensions=dimensions)


def passage(**fields):
    Passage.objects.create(
        **{"kind": "term", "object_id": "1", "position": 0, "digest": "0"} | fields
    )


def twice_passage():
    for _ in range(2):
        passage()


def model_without_vector():
    passage(model=EmbeddingModel.objects.create(name="bag", dimensions=2))


def vector_without_model():
    passage(vector=[0.6, 0.8])


def twice_landscape_section():
    first = LandscapeSectionFactory()
    LandscapeSectionFactory(series=first.series, number=first.number)


def twice_site_page():
    for _ in range(2):
        SitePageFactory(topic="terms")


def twice_recommendation():
    first = RecommendationFactory()
    RecommendationFactory(series=first.series, kind=first.kind, number=first.number)


def twice_webinar():
    first = WebinarFactory()
    WebinarFactory(series=first.series, number=first.number)


def twice_daily_count():
    first = DailyCountFactory()
    DailyCountFactory(webinar=first.webinar)


def twice_external_figure():
    first = ExternalFigureFactory()
    ExternalFigureFactory(webinar=first.webinar)


def two_covers():
    case = CaseStudyFactory()
    EvidenceFactory.create_batch(2, case=case, is_cover=True)


def twice_tagged():
    kind, tag = ContentType.objects.get_for_model(CaseStudy), TagFactory()
    for _ in range(2):
        TaggedItem.objects.create(content_type=kind, object_id=1, tag=tag)


def search_entry():
    practice = PracticeFactory()
    connection.check_constraints()  # runs what waits for the end of the transaction
    return SearchEntry.objects.get(kind="practice", object_id=practice.pk)


def twice_searched():
    entry = search_entry()
    entry.pk = None
    entry.save(force_insert=True)


def twice_translated_in_the_search():
    twice_of = {"entry": search_entry(), "language": "es"}
    for _ in range(2):
        SearchTranslation.objects.create(**twice_of)


def twice_original():
    search_entry()
    original = Original.objects.filter(kind="practice").get()
    original.pk = None
    original.save(force_insert=True)


def translation():
    return Translation.objects.create(kind="practice", object_id=1, language="es")


def twice_translation():
    for _ in range(2):
        translation()


def translated_paragraph(**given):
    texts = {"field": "name", "position": 0, "source": "Parcels", "text": "Paquetes"}
    if "translation_id" not in given:
        given["translation_id"] = translation().pk
    return TranslatedParagraph.objects.create(**texts | given)


def twice_translated_paragraph():
    translated_paragraph(translation_id=translated_paragraph().translation_id)


def chapter(**given):
    return Chapter.objects.create(**{"webinar": WebinarFactory(), "seconds": 9} | given)


def twice_chapter():
    first = chapter()
    chapter(webinar=first.webinar)


def recording(**given):
    about = {"webinar": WebinarFactory(), "label": "Part 2", "url": "https://example.org/2"}
    return Recording.objects.create(**about | given)


def planned(start: datetime):
    return WebinarFactory(planned=True, starts_at=start, date=None)


# For each constraint the writes it refuses; one where a value is missing tells a condition that
# is unknown, which PostgreSQL lets pass, from one that is false.
BROKEN = {
    "appearance_recording_known": [lambda: AppearanceFactory(recording_consent="may")],
    "appearance_slides_known": [lambda: AppearanceFactory(slides_consent="may")],
    "appearance_titles_have_sources": [
        lambda: AppearanceFactory(other_title="Chair", title_source="List"),
        lambda: AppearanceFactory(other_title="Chair", other_title_source="Chapter II"),
    ],
    "appearance_unique": [twice_appearance],
    "case_archived_has_reason": [
        lambda: CaseStudyFactory(archived=True, archived_reason=""),
    ],
    "case_published_has_date": [
        lambda: CaseStudyFactory(status=CaseStatus.PUBLISHED),
        lambda: CaseStudyFactory(status=CaseStatus.ARCHIVED, archived_reason="Ended."),
    ],
    "case_verified_in_range": [
        lambda: CaseStudyFactory(verified_at=date(1999, 12, 31)),
        lambda: CaseStudyFactory(verified_at=date.max),
    ],
    "case_status_known": [lambda: CaseStudyFactory(status="lost")],
    "chapter_about_one": [
        lambda: chapter(case=CaseStudyFactory(), practice=PracticeFactory()),
    ],
    "chapter_time_once": [twice_chapter],
    "city_coordinates_valid": [
        lambda: CityFactory(latitude=90.1, longitude=0),
        lambda: CityFactory(latitude=0, longitude=-180.1),
        lambda: CityFactory(latitude=10, longitude=None),
        lambda: CityFactory(latitude=None, longitude=10),
    ],
    "city_population_has_source": [lambda: CityFactory(population=5)],
    "country_coordinates_valid": [
        lambda: CountryFactory(latitude=-91, longitude=0),
        lambda: CountryFactory(latitude=0, longitude=181),
        lambda: CountryFactory(latitude=10, longitude=None),
        lambda: CountryFactory(latitude=None, longitude=10),
    ],
    "daily_count_kind_known": [
        lambda: DailyCountFactory(kind="lost"),
        lambda: DailyCountFactory(kind="slides", webinar=None, case=CaseStudyFactory()),
    ],
    "daily_count_of_one_thing": [
        lambda: DailyCountFactory(webinar=None),
        lambda: DailyCountFactory(case=CaseStudyFactory()),
    ],
    "daily_count_once": [twice_daily_count],
    "edition_single_row": [lambda: Edition.objects.create(pk=2)],
    "embedding_model_unique": [twice_embedding_model],
    "evidence_case_section_known": [lambda: EvidenceFactory(case_section="nonsense")],
    "evidence_case_section_of_case": [
        lambda: EvidenceFactory(case=None, series=SeriesFactory(), case_section="results"),
    ],
    "evidence_currency_code": [
        lambda: EvidenceFactory(currency="usd"),
        lambda: EvidenceFactory(currency="US"),
    ],
    "evidence_practice_of_case": [
        lambda: EvidenceFactory(case=None, series=SeriesFactory(), practice=PracticeFactory())
    ],
    "evidence_drawn_as_known": [lambda: EvidenceFactory(drawn_as="pie")],
    "evidence_has_figure": [lambda: EvidenceFactory(value=None)],
    "evidence_has_one_owner": [
        lambda: EvidenceFactory(case=None),
        lambda: EvidenceFactory(series=SeriesFactory()),
        lambda: EvidenceFactory(section=LandscapeSectionFactory()),
    ],
    "evidence_one_cover": [two_covers],
    "evidence_range_ordered": [
        lambda: EvidenceFactory(value=20, value_to=19),
        lambda: EvidenceFactory(value=None, value_to=19, display="up to 19"),
    ],
    "evidence_share_complete": [
        lambda: EvidenceFactory(value=None, numerator=1, denominator=0),
        lambda: EvidenceFactory(value=None, numerator=1),
        lambda: EvidenceFactory(denominator=5),
    ],
    "evidence_share_without_value": [
        lambda: EvidenceFactory(value=90, numerator=1352, denominator=1500),
    ],
    "external_figure_day_in_range": [
        lambda: ExternalFigureFactory(day=date.min),
        lambda: ExternalFigureFactory(day=date(2100, 1, 1)),
    ],
    "external_figure_has_source": [
        lambda: ExternalFigureFactory(platform=""),
        lambda: ExternalFigureFactory(source=""),
    ],
    "external_figure_kind_known": [lambda: ExternalFigureFactory(kind="lost")],
    "external_figure_of_one_thing": [
        lambda: ExternalFigureFactory(webinar=None),
        lambda: ExternalFigureFactory(series=SeriesFactory()),
    ],
    "external_figure_once_a_day": [twice_external_figure],
    "goal_number_valid": [
        lambda: Goal.objects.create(number=0),
        lambda: Goal.objects.create(number=18),
    ],
    "interface_review_of_translation": [lambda: InterfaceReviewFactory(language="en")],
    "landscape_number_unique": [twice_landscape_section],
    "load_record_unique": [twice_load_record],
    "original_unique": [twice_original],
    "outdated_entry_unique": [twice_outdated_entry],
    "passage_unique": [twice_passage],
    "passage_vector_with_model": [model_without_vector, vector_without_model],
    "photograph_has_alt": [lambda: PhotographFactory(alt="")],
    "photograph_has_credit": [lambda: PhotographFactory(credit="")],
    "recommendation_number_unique": [twice_recommendation],
    "site_page_once": [twice_site_page],
    "reference_accessed_in_range": [
        lambda: ReferenceFactory(accessed=date.min),
        lambda: ReferenceFactory(accessed=date(2100, 1, 1)),
    ],
    "reference_doi_valid": [
        lambda: ReferenceFactory(doi="foo10.1111/x"),
        lambda: ReferenceFactory(doi="https://doi.org/10.1111/x"),
        lambda: ReferenceFactory(doi="10.1111/x y"),
    ],
    "reference_year_in_range": [
        lambda: ReferenceFactory(year=1499),
        lambda: ReferenceFactory(year=20199),
    ],
    "recording_has_label": [lambda: recording(label="")],
    "recording_kind_known": [lambda: recording(kind="smell")],
    "search_entry_unique": [twice_searched],
    "search_translation_unique": [twice_translated_in_the_search],
    "series_end_in_range": [lambda: SeriesFactory(start=None, end=date(2100, 1, 1))],
    "series_start_in_range": [lambda: SeriesFactory(start=date.min, end=None)],
    "series_ends_after_start": [
        lambda: SeriesFactory(start=date(2020, 8, 14), end=date(2020, 8, 13)),
    ],
    "tagged_item_unique": [twice_tagged],
    "transcript_has_text": [
        lambda: Transcript.objects.create(webinar=WebinarFactory(), text=""),
    ],
    "translated_paragraph_has_text": [
        lambda: translated_paragraph(source=""),
        lambda: translated_paragraph(text=""),
    ],
    "translated_paragraph_origin_known": [lambda: translated_paragraph(origin="oracle")],
    "translated_paragraph_unique": [twice_translated_paragraph],
    "translation_unique": [twice_translation],
    "webinar_announced_has_time": [
        lambda: WebinarFactory(status=WebinarStatus.ANNOUNCED),
        lambda: WebinarFactory(announced=True, minutes=None),
        lambda: WebinarFactory(status=WebinarStatus.LIVE, minutes=90, time_zone="Asia/Kolkata"),
    ],
    "webinar_cancelled_has_reason": [lambda: WebinarFactory(status=WebinarStatus.CANCELLED)],
    "webinar_capacity_positive": [lambda: WebinarFactory(capacity=0)],
    "webinar_date_in_range": [
        lambda: WebinarFactory(date=date(1999, 12, 31)),
        lambda: WebinarFactory(date=date.max),
    ],
    "webinar_start_in_range": [
        lambda: planned(datetime(9999, 12, 31, 23, tzinfo=UTC)),
        lambda: planned(datetime(1, 1, 1, tzinfo=UTC)),
        lambda: planned(datetime(2100, 1, 3, tzinfo=UTC)),
    ],
    "webinar_link_is_https": [lambda: WebinarFactory(meeting_link="http://example.org/room")],
    "webinar_minutes_in_range": [
        lambda: WebinarFactory(minutes=4),
        lambda: WebinarFactory(minutes=1441),
    ],
    "webinar_number_unique": [twice_webinar],
    "webinar_start_has_zone": [lambda: WebinarFactory(planned=True, time_zone="", date=None)],
    "webinar_status_known": [lambda: WebinarFactory(status="lost")],
}


def test_break_every_constraint_of_the_collection():
    names = {
        constraint.name
        for model in apps.get_app_config("repository").get_models(include_auto_created=True)
        for constraint in model._meta.constraints
    }
    assert names == set(BROKEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "write"),
    [
        pytest.param(name, write, id=f"{name}-{number}")
        for name, writes in BROKEN.items()
        for number, write in enumerate(writes, 1)
    ],
)
def test_refuse_write_against_constraint(name, write):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    assert refusal.value.__cause__.diag.constraint_name == name
