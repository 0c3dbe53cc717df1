"""The translations of the 2020 series are whole and state the same facts as its English texts.

Every number, month, name, link and mark of each paragraph is compared, see `translated_facts`.
"""

import calendar
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import get_format

from config.translations import read_catalog
from repository.translations.kinds import kinds
from tests.repository.content.translated_facts import (
    LINK,
    SPACES,
    any_name,
    differences,
    known_names,
    months,
    names,
    numbers,
)
from tests.repository.content.translated_texts import LANGUAGES, entries, pairs

each_language = pytest.mark.parametrize("language", LANGUAGES)

# Capitalized words within a sentence that belong to titles, bodies and programmes, which each
# language names in its own words.
TITLES = """
Academy Action Advancing Advertising Agreement Airport Alleviation Among Applied Area
Association Bonded Border Brand Bureau Business Center Central Centre Chains Chamber Chapter
Cities City Commerce Commission Committee Conference Construction Continental Cooperation
Council Countries County Cross Customs Department Developing Development Dialogue Digital E
East Eastern Economic Ecosystem Era Exchanges Far Figure Financial Fintech Fourth Framework
Free Global Good Goals Governance Government Group High I III Industrial Industry Initiative
Initiatives Innovation Institute Integrated International Internet Introduction Laws Live
Logistic Logistics Marketing Member Model Models Mountains Mr Municipal Municipality National
New North Northern Office Operation Payment Pilot Plan Platforms Policies Port Poverty
Practices Program Programme Project Province Regional Regulations Research Responses Revolution
Role Schools Sciences Sector Selection Services Six Social Solutions South Standards Startup
State States Streaming Supply Support Survey Sustainable Systems Technical Things Thousand Trade
Training Triangular Two Western Youth Zones
"""
WITHIN_A_SENTENCE = re.compile(r"(?<![.!?:;*\"] )(?<![*\"\[(\n])(?<!^)\b[A-Z][\w’]*")


@each_language
def test_every_text_is_translated(collection, language):
    missing, translated = [], entries(language) | entries(language, "site")
    for kind in kinds:
        texts = {
            (entry.context, entry.source) for entry in translated.get(kind.name, []) if entry.text
        }
        rows = {row.pk: row for row in kind.public()}
        missing += [
            (kind.name, getattr(rows[pk], kind.key), unit.field, unit.paragraph.text)
            for pk, units in kind.units_of(rows.values()).items()
            for unit in units
            if (f"{getattr(rows[pk], kind.key)}/{unit.field}", unit.paragraph.text) not in texts
        ]
    assert missing == []


@each_language
def test_every_translation_states_the_same_facts(language):
    assert {
        name: found
        for name, entry in pairs(language)
        if (found := list(differences(entry.source, entry.text, language)))
    } == {}


def test_spanish_has_no_thousand_between_digits_and_millions():
    """As the academies of the language advise: 16.700 millones, but tres mil millones in words."""
    assert [name for name, entry in pairs("es") if re.search(r"\d\s+mil\b", entry.text)] == []


@each_language
def test_texts_group_thousands_as_figures_do(language):
    """1.200 or 1 200 all over a page, as in the formats of the language."""
    source = settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.po"
    interface = [
        text
        for message in read_catalog(source)
        for text in (message.string if message.pluralizable else [message.string])
        if message.id
    ]
    with translation.override(language):
        formats = {get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")}
    grouped = re.compile(rf"(?<![\d.,])\d{{1,3}}([.,]|{SPACES})\d{{3}}(?!\d)")
    other = [
        match[0]
        for text in [*(entry.text for _name, entry in pairs(language)), *interface]
        for match in grouped.finditer(text)
        if match[1] not in formats
    ]
    assert other == []


# How each language says “nearly”, which is less, unlike “about”.
NEARLY = {
    "fr": "près d|presque|quasi",
    "es": "casi|cerca d",
    "pt": "quase",
    "ar": "يقرب",
    "zh": "近",
    "ru": "почти",
}


@each_language
def test_nearly_is_not_translated_as_about(language):
    assert [
        name
        for name, entry in pairs(language)
        if re.search(r"\bnearly\b", entry.source, re.IGNORECASE)
        and not re.search(NEARLY[language], entry.text, re.IGNORECASE)
    ] == []


@each_language
def test_changed_number_is_found(language):
    """Change the last digit of each paragraph in turn."""
    with_digits = [entry for _name, entry in pairs(language) if re.search(r"\d", entry.text)]
    assert len(with_digits) > 100
    for entry in with_digits:
        text = re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), entry.text)
        # The number may be in the address of a link.
        assert list(differences(entry.source, text, language)), text


@pytest.mark.proof(sample=2)
@each_language
def test_dropped_name_is_found(language):
    """Drop each name in turn."""
    count = 0
    for _name, entry in pairs(language):
        for name in names(entry.source):
            forms = "|".join(map(re.escape, known_names()[name][language]))
            text = re.sub(forms, "", entry.text, flags=re.IGNORECASE)
            count += 1
            assert f"without the name {name}" in differences(entry.source, text, language)
    assert count > 500


@each_language
def test_changed_link_is_found(language):
    with_links = [entry for _name, entry in pairs(language) if "](/" in entry.text]
    assert with_links
    for entry in with_links:
        text = entry.text.replace("](/", "](/en/", 1)
        [found] = differences(entry.source, text, language)
        assert found.startswith("other links: ")


@each_language
def test_dropped_mark_is_found(language):
    marked = [entry for _name, entry in pairs(language) if "*" in entry.text]
    assert marked
    for entry in marked:
        [found] = differences(entry.source, entry.text.replace("*", "", 1), language)
        assert found.startswith("other markup: ")


# How each language marks what the editors add.
EDITORS_NOTE = {
    "fr": "Note de la rédaction\N{NO-BREAK SPACE}:",
    "es": "Nota del equipo editorial:",
    "pt": "Nota da redação:",
    "ar": "ملاحظة من هيئة التحرير:",
    "zh": "编者注：",
    "ru": "Примечание редакции:",
}


@each_language
def test_every_editors_note_is_marked_as_in_english(language):
    assert [
        name
        for name, entry in pairs(language)
        if entry.source.count("Editors' note:") != entry.text.count(EDITORS_NOTE[language])
    ] == []


def test_every_name_is_known():
    """Names that are new in the English texts are added to `translated_names.csv`."""
    unknown = set()
    for _name, entry in pairs(LANGUAGES[0]):
        rest = any_name().sub("-", LINK.sub("]", entry.source))
        unknown |= {word.removesuffix("'s") for word in WITHIN_A_SENTENCE.findall(rest)}
    assert unknown - {*TITLES.split(), *calendar.month_name} == set()


def test_every_known_name_is_used():
    used = {name for _name, entry in pairs(LANGUAGES[0]) for name in names(entry.source)}
    assert known_names().keys() - used == set()


@pytest.mark.parametrize(
    ("language", "text", "values"),
    [
        (
            "en",
            "13.78 million dollars, 4,000 and 2019, 40 years",
            ["13780000", "4000", "2019", "40"],
        ),
        (
            "es",
            "13,78 millones, 16.700 millones, 2,25 billones",
            ["13780000", "16700000000", "2250000000000"],
        ),
        ("es", "4.000 o 4 000 en 2019, 40 años", ["4000", "4000", "2019", "40"]),
        ("pt", "16,7 mil milhões, 2,3 milhões de milhões", ["16700000000", "2300000000000"]),
        (
            "fr",
            "16,7 milliards, 2,3 milliers de milliards, 4\N{NARROW NO-BREAK SPACE}000",
            ["16700000000", "2300000000000", "4000"],
        ),
        ("fr", "24\N{NO-BREAK SPACE}heures sur 24", ["24"]),
        (
            "ru",
            "16,7 млрд, 90 миллионов, 250\N{NO-BREAK SPACE}000 км",
            ["16700000000", "90000000", "250000"],
        ),
        ("ar", "16.7 بليون دولار و 90 مليون يوان، 4,000", ["16700000000", "90000000", "4000"]),
        (
            "zh",
            "1378万美元，167亿，2.25万亿，5百万",
            ["13780000", "16700000000", "2250000000000", "5000000"],
        ),
        ("zh", "2020年11月11日，截至9月30日", ["2020", "11", "30"]),
    ],
)
def test_numbers_are_compared_by_value(language, text, values):
    assert sorted(numbers(text, language).elements()) == sorted(map(Decimal, values))


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "From August to December 2020 it may, and in 5 May 2020", {5, 8, 12}),
        ("es", "la mayor parte desde marzo de 2019", {3}),
        ("fr", "en août 2020, mais pas après", {8}),
        ("ru", "в марте и мае, к январю 2021 года; малые марки", {1, 3, 5}),
        ("ar", "تموز/يوليه 2020 وكانون الثاني/يناير 2021", {1, 7}),
        ("zh", "2020年8月至12月", {8, 12}),
    ],
)
def test_months_are_compared_in_each_language(language, text, found):
    assert months(text, language) == found


def test_changed_number_in_words_is_found():
    text = "Trece casos, un tercio de ellos de tres países"
    source = "Thirteen cases, one third of them from three countries"
    assert list(differences(source, text, "es")) == []
    assert list(differences(source, text.replace("Trece", "Doce"), "es")) == [
        "without the number thirteen"
    ]


def test_changed_month_is_found():
    assert list(differences("in March 2019", "en mayo de 2019", "es")) == ["other months: [3], [5]"]
