"""Each kind of fault is found in a catalogue, and the corrected translation has none."""

import csv

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from config import translation_checks, translations
from config.environment import BASE_DIR

pytestmark = pytest.mark.without_database

PLURAL_RULES = {
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5;",
    "es": "nplurals=3; plural=n == 1 ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "fr": "nplurals=3; plural=(n == 0 || n == 1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;",
    "pt": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || "
    "n%100>14) ? 1 : n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14) ? 2 : 3);",
    "zh": "nplurals=1; plural=0;",
}
CITIES = ("%(count)s city", "%(count)s cities")


def found(tmp_path, language, english, translation, rule=None, terms="", same=""):
    """What the checks say of a project with one message."""
    catalogue = tmp_path / "locale" / language / "LC_MESSAGES" / "django.po"
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "locale" / "terms.csv").write_text(terms or f"key,{language},{language} not\n")
    (tmp_path / "locale" / "same_as_english.csv").write_text(f"text,languages\n{same}")
    (tmp_path / "templates").mkdir(exist_ok=True)
    (tmp_path / "templates" / "page.html").write_text(
        '<button class="button">{% translate "Save" %}</button>'
    )
    catalogue.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Plural-Forms: {rule or PLURAL_RULES[language]}\\n"\n\n' + entry(english, translation)
    )
    with catalogue.open("rb") as file:
        read = read_po(file, locale=language)
    return translation_checks.catalogue_faults(read, language, tmp_path)


def entry(english, translation):
    def quoted(text):
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"\n'

    if isinstance(english, str):
        return f"msgid {quoted(english)}msgstr {quoted(translation)}"
    return f"msgid {quoted(english[0])}msgid_plural {quoted(english[1])}" + "".join(
        f"msgstr[{form}] {quoted(text)}" for form, text in enumerate(translation)
    )


# Language, English, a faulty translation, what is wrong with it, a correct translation.
FAULTS = [
    (
        "fr",
        "From %(name)s",
        "De %(nom)s",
        "placeholders: expected %(name)s, not %(nom)s",
        "De %(name)s",
    ),
    ("fr", "%(a)s and %(a)s", "%(a)s", "placeholders: expected %(a)s", "%(a)s et %(a)s"),
    ("es", "{city} wrote", "Escrito", "placeholders: expected {city}", "{city} ha escrito"),
    (
        "ru",
        CITIES,
        ["Один город", "%(count)s города", "%(count)s городов", "%(count)s города"],
        "placeholders: plural form 0: expected %(count)s",
        ["%(count)s город", "%(count)s города", "%(count)s городов", "%(count)s города"],
    ),
    (
        "ar",
        CITIES,
        ["لا مدن", "مدينة", "مدينتان", "مدن", "%(count)s مدينة", "%(count)s مدينة"],
        "placeholders: plural form 3: expected %(count)s",
        ["لا مدن", "مدينة", "مدينتان", "%(count)s مدن", "%(count)s مدينة", "%(count)s مدينة"],
    ),
    (
        "fr",
        ("One city", "%(count)s cities"),
        ["Une ville", "%(count)s de villes", "Les villes"],
        "placeholders: plural form 2: expected %(count)s",
        ["Une ville", "%(count)s de villes", "%(count)s villes"],
    ),
    (
        "pt",
        CITIES,
        ["%(count)s cidade de %(other)s", "%(count)s cidades"],
        "placeholders: plural form 0: not %(other)s",
        ["%(count)s cidade", "%(count)s cidades"],
    ),
    ("fr", "<b>New</b>", "<b>Nouveau<b>", "markup: expected the tags </b> <b>", "<b>Nouveau</b>"),
    (
        "es",
        '<a href="/a/">Read</a>',
        '<a href="/b/">Leer</a>',
        'markup: expected the tags </a> <a href="/a/">',
        '<a href="/a/">Leer</a>',
    ),
    (
        "es",
        "<b><i>One</i></b>",
        "<b><i>Uno</b></i>",
        "markup: the tags are not closed in order",
        "<b><i>Uno</i></b>",
    ),
    ("pt", "City: ", "Cidade:", "spaces: space at the beginning or end differs", "Cidade: "),
    ("pt", "One\ntwo", "Um dois", "spaces: the number of line breaks differs", "Um\ndois"),
    ("pt", "One city", "Uma  cidade", "spaces: two spaces in a row", "Uma cidade"),
    ("pt", "One city", "Uma\u200b cidade", "spaces: invisible character U+200B", "Uma cidade"),
    ("es", "A &amp; B", "A y B", "escapes: HTML entities differ", "Uno &amp; otro"),
    ("es", r"As \d", "Como d", "escapes: backslashes differ", r"Como \d"),
    ("ru", "%(x)s of all", "%(x)s % от всего", "escapes: write %% for a per cent sign", "%(x)s"),
    ("ru", "Up to 30 days", "До 20 дней", "numbers: expected the number 30", "До 30 дней"),
    ("ru", "From 1,500 people", "От 15 000 чел.", "numbers: expected the number 1500", "От 1500"),
    (
        "es",
        "Case published.",
        "Caso publicado",
        "end of the sentence: ends with no sign; the English with .",
        "Caso publicado.",
    ),
    (
        "ru",
        "Represent %(city)s?",
        "Хотите? %(city)s.",
        "end of the sentence: ends with .; the English with ?",
        "Хотите? %(city)s",
    ),
    ("zh", "1. Purpose", "1 . 宗旨", "typography: no space beside Chinese text", "1. 宗旨"),
    (
        "zh",
        "Like “Kisumu, Kenya”",
        "如,“基苏木, 肯尼亚”",
        "typography: write ，；：？！。",
        "如“基苏木, 肯尼亚”",
    ),
    (
        "ar",
        ("%(days)s day", "%(days)s days"),
        ["0", "يوم", "يومان", "أيام", "%(days)s", "%(days)s"],
        "placeholders: plural form 3: expected %(days)s",
        ["لا أيام", "يوم", "يومان", "%(days)s أيام", "%(days)s يوماً", "%(days)s يوم"],
    ),
    ("ru", "City", "Город.", "end of the sentence: ends with .; the English with no sign", "Город"),
    ("zh", "Done.", "完成了.", "end of the sentence: ends with . instead of 。", "完成了。"),
    ("ar", "Which?", "أي?", "end of the sentence: ends with ? instead of ؟", "أي؟"),
    (
        "fr",
        "Which city?",
        "Quelle ville?",
        "typography: a no-break space is missing inside « » or a sign",
        "Quelle ville\u202f?",
    ),
    ("fr", "The city", "L'endroit", "typography: write ’, « » and …", "L’endroit"),
    ("es", "Which city?", "Qué ciudad?", "typography: ¿ or ? is missing", "¿Qué ciudad?"),
    ("es", "The “city”", 'La "ciudad"', "typography: write «» and …", "La «ciudad»"),
    ("pt", "The “city”", "A “cidade", "typography: “” is not closed", "A “cidade”"),
    ("ru", "The “city”", 'Этот "город"', "typography: write «» and …", "Этот «город»"),
    ("ar", "One, two", "واحد, اثنان", "typography: write ، ؛ ؟", "واحد، اثنان"),
    ("ar", "In 10 days", "خلال ١٠ أيام", "typography: write the digits 0 to 9", "خلال 10 أيام"),
    ("zh", "One, two", "一,二", "typography: write ，；：？！。", "一，二"),
    ("zh", "New city", "新 city", "typography: no space beside Chinese text", "新city"),
    ("ru", "Case study", "Case study", "not translated: the same as in English", "Пример"),
    (
        "fr",
        "Save",
        "Enregistrer maintenant",
        "length: 22 characters wide, at most 14 in a button, the menu or a table head",
        "Enregistrer",
    ),
    (
        "zh",
        "Save",
        "现在保存您的草稿",
        "length: 16 characters wide, at most 14 in a button, the menu or a table head",
        "保存",
    ),
]


@pytest.mark.parametrize(("language", "english", "faulty", "fault", "correct"), FAULTS)
def test_find_a_fault(tmp_path, language, english, faulty, fault, correct):
    text = english if isinstance(english, str) else english[0]
    assert f"{text}: {fault}" in found(tmp_path, language, english, faulty)
    assert found(tmp_path, language, english, correct) == []


def test_find_forbidden_terms(tmp_path):
    terms = "key,fr,fr not\nemail,courriel,e-mail|mailing*\nmember,membre,\n"
    faults = [found(tmp_path, "fr", "Send", text, terms=terms) for text in ("Mailing", "E-mail")]
    assert faults == [
        ["Send: terms: “Mailing”; the term is “courriel”"],
        ["Send: terms: “E-mail”; the term is “courriel”"],
    ]
    # A part of another word, or an address, is not the term.
    for text in ("Chemail", "Écrire à mail@example.org", "Courriel"):
        assert found(tmp_path, "fr", "Send", text, terms=terms) == []


def test_find_forbidden_terms_after_arabic_prefixes_and_in_chinese(tmp_path):
    arabic = "key,ar,ar not\nmember,عضو,زبون\n"
    assert found(tmp_path, "ar", "For members", "والزبون", terms=arabic) == [
        "For members: terms: “والزبون”; the term is “عضو”"
    ]
    chinese = "key,zh,zh not\naccount,账户,帐户\n"
    assert found(tmp_path, "zh", "Your account", "您的帐户", terms=chinese) == [
        "Your account: terms: “帐户”; the term is “账户”"
    ]


def test_find_forbidden_english_terms(tmp_path):
    found(tmp_path, "fr", ("Log in to one", "Log in to all"), ["Un", "Un", "Tous"])
    (tmp_path / "locale" / "terms.csv").write_text("key,en,en not\nsign-in,sign in,log in\n")
    with (tmp_path / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    assert translation_checks.english_faults(catalogue, tmp_path) == [
        "Log in to one: terms: “Log in”; the term is “sign in”",
        "Log in to all: terms: “Log in”; the term is “sign in”",
    ]


def test_allow_words_that_are_the_same_as_in_english(tmp_path):
    same = "api,all\nsource,fr\n"
    assert found(tmp_path, "ru", "API", "API", same=same) == []
    assert found(tmp_path, "fr", "Source %(number)s", "Source %(number)s", same=same) == []
    assert found(tmp_path, "es", "Source", "Source", same=same) != []
    # Without words there is nothing to translate.
    assert found(tmp_path, "ru", "%(city)s, %(x)s", "%(city)s, %(x)s") == []


def test_find_a_wrong_number_of_plural_forms(tmp_path):
    catalogue = Catalog("ru")
    catalogue.mime_headers = [("Plural-Forms", PLURAL_RULES["ru"])]
    russian = translation_checks.Language("ru", catalogue, tmp_path)
    text = translation_checks.Text(CITIES, ("%(count)s город", "%(count)s города"))
    assert [*translation_checks.faults(text, russian)] == [("plural forms", "2 forms instead of 4")]
    # Of a catalogue, the forms that are missing are reported as not translated.
    assert found(tmp_path, "ru", CITIES, text.strings) == []
    with (tmp_path / "locale/ru/LC_MESSAGES/django.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="ru") if message.id]
    assert [translations.complete(message) for message in messages] == [False]


def test_find_a_plural_rule_that_cldr_does_not_have(tmp_path):
    rule = "nplurals=2; plural=(n != 1);"
    assert found(tmp_path, "ru", "City", "Город", rule=rule) == [
        "Plural-Forms: plural form 1 is used for 0 and 2 and 21"
    ]
    for language in PLURAL_RULES:
        assert found(tmp_path, language, "A", "B") == []


def test_wait_for_texts_that_are_not_translated(tmp_path):
    """They are reported as such, and not by the checks of translations."""
    assert found(tmp_path, "es", "Case published.", "") == []


def test_find_texts_in_little_space(tmp_path):
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "_menu.html").write_text(
        '<a aria-label="{% translate \'Main\' %}">{% translate "Cities" %}</a>'
    )
    (tmp_path / "page.html").write_text(
        '<a class="button quiet" href="{% url 1 %}">\n  {% translate "Join" context "city" %}</a>'
        '<th scope="col">{% translate \'Fit\' %}</th><p>{% translate "A long sentence." %}</p>'
    )
    assert translation_checks.texts_in_little_space(tmp_path) == {"Cities", "Join", "Fit"}


# The files of the project


# `make check` finds them as well.
@pytest.mark.proof(sample=0)
def test_find_no_faults_in_the_catalogues():
    for source in translations.sources(translations.LOCALE):
        catalogue = translations.read_catalog(source)
        assert translation_checks.catalogue_faults(catalogue, source.parts[-3], BASE_DIR) == []
        assert translation_checks.english_faults(catalogue, BASE_DIR) == []


def test_use_no_forbidden_variant_as_a_term():
    """The list of terms does not contradict itself."""
    source = translations.LOCALE / "terms.csv"
    rows = list(csv.DictReader(source.read_text(encoding="utf-8").splitlines()))
    assert len({row["key"] for row in rows}) == len(rows)
    for language in ("en", *PLURAL_RULES):
        for pattern, _term in translation_checks.forbidden_terms(language, source):
            assert [row["key"] for row in rows if pattern.search(row[language] or "")] == []
