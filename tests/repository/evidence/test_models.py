from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from repository.models import Evidence
from tests.factories import CaseStudyFactory, EvidenceFactory, ReferenceFactory, WebinarFactory

# Spaces that do not break: between figure and unit, and the narrow one between French thousands.
NB, NNB = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def evidence(**fields):
    for name in ("value", "value_to"):
        if name in fields:
            fields[name] = Decimal(fields[name])
    return Evidence(**{"label": "participants"} | fields)


FIGURES = [
    ({}, "not available"),
    ({"value": "1500"}, "1,500"),
    ({"value": "1500.0000"}, "1,500"),
    ({"value": "0"}, "0"),
    ({"value": "7.1"}, "7.1"),
    ({"value": "0.125"}, "0.125"),
    ({"value": "-3.5", "unit": "%"}, f"-3.5{NB}%"),
    ({"value": "12064", "unit": "tons"}, f"12,064{NB}tons"),
    ({"value": "20", "value_to": "100", "unit": "days"}, f"20 to 100{NB}days"),
    ({"numerator": 1352, "denominator": 1500}, f"90.1{NB}%"),
    ({"numerator": 1425, "denominator": 1500}, f"95{NB}%"),
    ({"numerator": 1, "denominator": 3}, f"33.3{NB}%"),
    ({"numerator": 0, "denominator": 7}, f"0{NB}%"),
    ({"numerator": 3, "denominator": 2}, f"150{NB}%"),
    ({"numerator": 1, "denominator": 3, "qualifier": "nearly"}, f"nearly 33.3{NB}%"),
    ({"value": "999999"}, "999,999"),
    ({"value": "1000000"}, "1 million"),
    ({"value": "4874930"}, "4,874,930"),
    ({"value": "64500000"}, "64.5 million"),
    ({"value": "22000000000"}, "22 billion"),
    ({"value": "1500000000000"}, "1.5 trillion"),
    ({"value": "-2000000"}, "-2 million"),
    ({"value": "1234567890"}, "1,234,567,890"),
    ({"value": "13780000", "currency": "USD"}, "$13.78 million"),
    ({"value": "90000000", "currency": "CNY"}, "¥90 million"),
    ({"value": "500", "currency": "KES"}, f"KES{NB}500"),
    ({"value": "1000000", "value_to": "2000000", "currency": "USD"}, "$1 million to 2 million"),
    ({"value": "5", "currency": "USD", "unit": "a parcel"}, f"$5{NB}a parcel"),
    ({"value": "100000000", "qualifier": "more than"}, "more than 100 million"),
    ({"value": "200", "qualifier": "about"}, "about 200"),
    ({"value": "200", "qualifier": "at least"}, "at least 200"),
    ({"value": "200", "qualifier": "up to"}, "up to 200"),
    ({"value": "200", "qualifier": "less than"}, "less than 200"),
    ({"value": "12.5", "value_to": "16.6667", "unit": "%", "display": "⅛ to ⅙"}, "⅛ to ⅙"),
    ({"numerator": 1, "denominator": 6, "display": "⅙"}, "⅙"),
    ({"value": "1156", "unit": "rank"}, "1,156"),
    ({"value": "2019", "unit": "year"}, "2019"),
    ({"value": "1", "unit": "year"}, f"1{NB}year"),
    ({"value": "1210", "unit": "code"}, "1210"),
    ({"value": "1240", "unit": "traders", "label": "traders who use it"}, "1,240"),
    ({"value": "1240", "unit": "Traders", "label": "traders, all small"}, "1,240"),
    ({"value": "1240", "unit": "traders", "label": "tradership"}, f"1,240{NB}traders"),
    ({"value": "3000", "unit": "persons", "label": "people who use it"}, "3,000"),
    ({"value": "9300", "unit": "瓶", "label": "瓶蜂蜜一年售出"}, "9,300"),
    ({"value": "5", "currency": "USD", "unit": "a parcel", "label": "a parcel, at most"}, "$5"),
    ({"is_missing": True}, "not available"),
    ({"is_missing": True, "display": "see the chart"}, "see the chart"),
]


@pytest.mark.parametrize(("fields", "figure"), FIGURES)
def test_render_figure(fields, figure):
    assert evidence(**fields).figure == figure


@pytest.mark.parametrize(
    ("fields", "figure"),
    [
        ({"value": "12064.5"}, f"12{NNB}064,5"),
        ({"value": "4874930"}, f"4{NNB}874{NNB}930"),
        ({"value": "7.1", "unit": "km"}, f"7,1{NB}km"),
        ({"numerator": 1352, "denominator": 1500}, f"90,1{NB}%"),
        ({"numerator": 1425, "denominator": 1500}, f"95{NB}%"),
        ({"value": "12.5", "unit": "%"}, f"12,5{NB}%"),
        ({"value": "1234.5", "currency": "KES"}, f"KES{NB}1{NNB}234,5"),
        ({"value": "1", "display": "⅛ to ⅙"}, "⅛ to ⅙"),
        ({"value": "20", "value_to": "100", "unit": "days"}, f"20 à 100{NB}jours"),
        ({"value": "24", "unit": "parcels"}, f"24{NB}parcels"),
        ({"value": "1500000"}, f"1,5{NB}million"),
        ({"value": "22000000000", "currency": "USD"}, f"22{NB}milliards de dollars"),
        ({"value": "400000", "currency": "CNY"}, f"400{NNB}000{NB}yuans"),
        ({"value": "2000000", "qualifier": "more than"}, f"plus de 2{NB}millions"),
        ({"value": "610000000", "unit": "persons"}, f"610{NB}millions{NB}de personnes"),
        ({"value": "2000000", "unit": "hours"}, f"2{NB}millions{NB}d’heures"),
        ({"value": "15", "unit": "persons"}, f"15{NB}personnes"),
    ],
)
def test_render_figure_in_french(fields, figure):
    with translation.override("fr"):
        assert evidence(**fields).figure == figure


@pytest.mark.parametrize(
    ("language", "fields", "figure"),
    [
        # The words of a unit depend on the number before it.
        ("en", {"value": "1", "unit": "years"}, f"1{NB}year"),
        ("en", {"value": "1.5", "unit": "hours"}, f"1.5{NB}hours"),
        ("en", {"value": "24", "unit": "hour"}, f"24{NB}hours"),
        ("fr", {"value": "1.5", "unit": "hours"}, f"1,5{NB}heure"),
        ("es", {"value": "1.5", "unit": "hours"}, f"1,5{NB}horas"),
        ("es", {"value": "1500000"}, "1,5 millones"),
        ("es", {"value": "16700000000"}, "16.700 millones"),
        ("es", {"value": "22000000000", "currency": "USD"}, "22.000 millones de dólares"),
        ("es", {"value": "1000000000", "unit": "persons"}, f"1.000 millones{NB}de personas"),
        ("es", {"value": "2250000000000"}, "2,25 billones"),
        ("pt", {"value": "1", "currency": "USD"}, "1 dólar"),
        ("ru", {"value": "1", "unit": "years"}, f"1{NB}год"),
        ("ru", {"value": "22", "unit": "countries"}, f"22{NB}страны"),
        ("ru", {"value": "11", "unit": "countries"}, f"11{NB}стран"),
        ("ru", {"value": "1.5", "unit": "years"}, f"1,5{NB}года"),
        ("ru", {"value": "2", "unit": "years", "qualifier": "nearly"}, f"почти 2{NB}года"),
        ("ru", {"value": "2", "unit": "years", "qualifier": "more than"}, f"более 2{NB}лет"),
        ("ru", {"value": "21", "unit": "years", "qualifier": "more than"}, f"более 21{NB}года"),
        ("ru", {"value": "3", "currency": "CNY"}, "3 юаня"),
        ("ru", {"value": "2000000", "unit": "cities"}, f"2 млн{NB}городов"),
        ("ar", {"value": "7", "unit": "days"}, f"7{NB}أيام"),
        ("ar", {"value": "28", "unit": "days"}, f"28{NB}يوماً"),
        ("ar", {"value": "100", "unit": "days"}, f"100{NB}يوم"),
        ("ar", {"value": "1.5", "unit": "days"}, f"1.5{NB}يوم"),
        # The singular and the dual say their number, and the dual changes after a preposition.
        ("ar", {"value": "1", "unit": "days"}, "يوم واحد"),
        ("ar", {"value": "1", "unit": "hours"}, "ساعة واحدة"),
        ("ar", {"value": "2", "unit": "years"}, "سنتان"),
        ("ar", {"value": "2", "unit": "years", "qualifier": "more than"}, "أكثر من سنتين"),
        ("ar", {"value": "2", "unit": "days", "qualifier": "nearly"}, "ما يقرب من يومين"),
        ("ar", {"value": "1", "unit": "days", "qualifier": "less than"}, "أقل من يوم واحد"),
        ("ar", {"value": "1", "value_to": "2", "unit": "days"}, f"من 1 إلى 2{NB}يوم"),
        ("ar", {"value": "2", "currency": "USD"}, "دولاران"),
        ("ar", {"value": "2", "currency": "USD", "qualifier": "about"}, "نحو دولارين"),
        ("ar", {"value": "2", "unit": "parcels"}, f"2{NB}parcels"),
        ("ar", {"value": "22000000000", "currency": "USD"}, "22 بليون دولار"),
        ("ru", {"value": "1", "unit": "days"}, f"1{NB}день"),
        ("ru", {"value": "3", "unit": "days"}, f"3{NB}дня"),
        ("ru", {"value": "20", "value_to": "100", "unit": "days"}, f"20–100{NB}дней"),
        ("ar", {"value": "5", "currency": "USD"}, "5 دولارات"),
        # Chinese counts in steps of 10,000, without spaces before its units.
        ("zh", {"value": "9999"}, "9,999"),
        ("zh", {"value": "15000"}, "1.5万"),
        ("zh", {"value": "4874930"}, "487.493万"),
        ("zh", {"value": "64500000", "unit": "persons"}, "6450万人"),
        ("zh", {"value": "263690000000", "currency": "USD"}, "2636.9亿美元"),
        ("zh", {"value": "1500000000000"}, "1.5万亿"),
        ("zh", {"value": "1234567890"}, "1,234,567,890"),
        ("zh", {"value": "-20000"}, "-2万"),
        ("zh", {"value": "7", "unit": "countries", "qualifier": "more than"}, "超过7个国家"),
        ("zh", {"value": "50", "unit": "km"}, f"50{NB}km"),
    ],
)
def test_count_as_in_each_language(language, fields, figure):
    with translation.override(language):
        assert evidence(**fields).figure == figure


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"numerator": 1352, "denominator": 1500},
            f"1,352 of 1,500 participants, 90.1{NB}%",
        ),
        ({"value": "4874930", "label": "views"}, f"4,874,930{NB}views"),
        ({"value": "34", "unit": "%", "label": "of all orders"}, f"34{NB}%{NB}of all orders"),
        (
            {"numerator": 1, "denominator": 6, "display": "⅙", "label": "of the time"},
            f"⅙{NB}of the time",
        ),
        ({"is_missing": True, "label": "Views per webinar"}, "Views per webinar: not available"),
    ],
)
def test_render_sentence(fields, sentence):
    row = evidence(**fields)
    assert row.sentence == sentence
    assert str(row) == sentence


@pytest.mark.parametrize(
    ("fields", "details"),
    [
        (
            {"numerator": 1352, "denominator": 1500, "stated": "91 %", "period": "2020"},
            ["1,352 of 1,500", "2020", "printed in the source: 91 %"],
        ),
        ({"numerator": 31, "denominator": 50, "display": "31 of 50"}, []),
        ({"numerator": 1, "denominator": 6, "display": "⅙"}, ["1 of 6"]),
        ({"value": "1"}, []),
        ({"value": "1", "period": "2018/2020"}, ["2018–2020"]),
        ({"value": "1", "period": "2020-H1"}, ["first half of 2020"]),
        ({"value": "1", "period": "2020-H2"}, ["second half of 2020"]),
        ({"value": "1", "period": "2020-09-30"}, ["30 September 2020"]),
        ({"value": "1", "period": "2020-Q3"}, ["2020-Q3"]),
        ({"value": "1", "period": "2020-02-31"}, ["2020-02-31"]),
    ],
)
def test_render_details(fields, details):
    assert evidence(**fields).details == details


def test_mark_what_the_source_prints_on_a_page_in_another_language():
    row = evidence(numerator=1352, denominator=1500, stated="nearly all", period="2020-H1")
    with translation.override("fr"):
        share, period, printed = row.details
    assert (share, period) == (f"1{NNB}352 sur 1{NNB}500", "premier semestre 2020")
    assert printed.endswith('<span lang="en" dir="ltr">nearly all</span>')


@pytest.mark.parametrize(
    ("fields", "per_cent", "width"),
    [
        ({"value": "34", "unit": "%"}, Decimal(34), "34.0"),
        ({"numerator": 1, "denominator": 4}, Decimal(25), "25.0"),
        ({"value": "140", "unit": "%"}, Decimal(140), "100.0"),
        ({"value": "-3", "unit": "%"}, Decimal(-3), "0.0"),
        ({"value": "34", "unit": "km"}, None, "0.0"),
        ({"is_missing": True, "unit": "%"}, None, "0.0"),
    ],
)
def test_measure_bar(fields, per_cent, width):
    row = evidence(**fields)
    assert (row.per_cent, row.bar_width) == (per_cent, width)


@pytest.mark.django_db
def test_name_source_with_work_webinar_and_place():
    work = ReferenceFactory(authors=[{"literal": "UNCTAD"}], year=2020)
    webinar = WebinarFactory(number=7)
    assert [
        EvidenceFactory(**fields).source_text
        for fields in (
            {"reference": work, "place": "page 3"},
            {"webinar": webinar},
            {"place": "Chapter II"},
            {},
        )
    ] == ["UNCTAD (2020), page 3", "webinar 7", "Chapter II", ""]


@pytest.mark.django_db
def test_error_of_a_share_with_a_value():
    row = EvidenceFactory.build(case=None, value=90, numerator=1352, denominator=1500)
    with pytest.raises(ValidationError) as refusal:
        row.full_clean(exclude=["case", "series"])
    assert list(refusal.value.message_dict) == ["__all__"]


def test_refuse_a_second_cover_of_a_case(db):
    case = CaseStudyFactory()
    EvidenceFactory(case=case, is_cover=True)
    with pytest.raises(IntegrityError, match="evidence_one_cover"):
        EvidenceFactory(case=case, is_cover=True)


def test_refuse_an_unknown_form(db):
    with pytest.raises(IntegrityError, match="evidence_drawn_as_known"):
        EvidenceFactory(case=CaseStudyFactory(), drawn_as="pie")
