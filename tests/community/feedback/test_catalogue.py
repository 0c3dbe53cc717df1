import pytest

from community.feedback import catalogue
from community.feedback.catalogue import Key, find_message, has_parts, translation_of
from config import translations
from tests.timing import ends_soon


@pytest.fixture
def french(tmp_path, settings):
    """A catalogue with some messages; return a function that writes another."""
    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)

    def write(messages):
        header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        rule = '"Plural-Forms: nplurals=3; plural=n < 2 ? 0 : n % 1000000 == 0 ? 1 : 2;\\n"\n\n'
        source.write_text(header + rule + messages)
        source.with_suffix(".mo").unlink(missing_ok=True)
        translations.compile_translations(tmp_path)
        catalogue.read.cache_clear()

    settings.LOCALE_PATHS = [tmp_path]
    write(
        'msgid "Save"\nmsgstr "Enregistrer"\n\n'
        'msgctxt "tag"\nmsgid "Accepted"\nmsgstr "Accepté"\n\n'
        'msgid "<b>Costs</b> &amp; results"\nmsgstr "<b>Coûts</b> &amp; résultats"\n\n'
        'msgid "Offers of %(city)s in %(year)s"\nmsgstr "Offres de %(city)s en %(year)s"\n\n'
        'msgid "%(a)s, %(b)s"\nmsgstr "%(a)s, %(b)s"\n\n'
        'msgid "We store your answer. We delete it after a year."\n'
        'msgstr "Nous enregistrons votre réponse. Nous la supprimons après un an."\n\n'
        'msgid "%(count)s city"\nmsgid_plural "%(count)s cities"\n'
        'msgstr[0] "%(count)s ville"\nmsgstr[1] "%(count)s de villes"\n'
        'msgstr[2] "%(count)s villes"\n'
    )
    yield write
    catalogue.read.cache_clear()


@pytest.mark.parametrize(
    ("quoted", "context", "text"),
    [
        ("Enregistrer", "", "Save"),
        ("  enregistrer\n", "", "Save"),
        ("Accepté", "tag", "Accepted"),
        ("Coûts & résultats", "", "<b>Costs</b> &amp; results"),
        ("Offres de Kisumu en 2026", "", "Offers of %(city)s in %(year)s"),
        ("12 villes", "", "%(count)s city"),
        ("Nous la supprimons après un an", "", "We store your answer. We delete it after a year."),
    ],
)
def test_find_a_message(french, quoted, context, text):
    assert find_message("fr", quoted) == Key(context, text)


@pytest.mark.parametrize("quoted", ["", " ", "Kisumu, Cotonou", "Nul part", "supprimons", "\0"])
def test_find_no_message(french, quoted):
    assert find_message("fr", quoted) is None


def test_find_no_message_without_a_catalogue(french):
    assert find_message("es", "Enregistrer") is None
    assert translation_of("es", "", "Save") == ""


def test_show_the_current_translation(french):
    assert translation_of("fr", "", "%(count)s city") == (
        "%(count)s ville\n%(count)s de villes\n%(count)s villes"
    )
    assert translation_of("fr", "", "Accepted") == ""
    french('msgid "Save"\nmsgstr "Sauvegarder"\n')
    assert translation_of("fr", "", "Save") == "Sauvegarder"
    assert find_message("fr", "Enregistrer") is None


def test_find_parts_in_order():
    assert has_parts("a x b y c", ["a ", " b ", " c"])
    assert not has_parts("a x c y b", ["a ", " b ", " c"])
    # No character is part of two.
    assert not has_parts("ab", ["ab", "b"])
    assert has_parts("", ["", ""])


def test_find_hostile_texts_quickly():
    """The catalogue of the site, with a text that a pattern would try in many ways."""
    with ends_soon():
        for quoted in (", " * 250, "a" * 500, "« » : " * 80):
            find_message("fr", quoted)
