import gettext

from config import translations

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
PLURALS = '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n'


def write(folder, catalogue, template):
    """A small project: one template and its French texts; return the file with them."""
    (folder / "templates").mkdir()
    (folder / "templates" / "page.html").write_text("{% load i18n %}" + template)
    source = folder / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + PLURALS + catalogue)
    return source


def test_compile_missing_or_outdated_catalogs(tmp_path):
    source = write(tmp_path, '\nmsgid "City"\nmsgstr "Ville"\n', "")
    target = source.with_suffix(".mo")
    assert translations.compile_translations(tmp_path / "locale") == [target]
    assert translations.compile_translations(tmp_path / "locale") == []
    french = gettext.translation("django", tmp_path / "locale", ["fr"])
    assert french.gettext("City") == "Ville"
    assert [path.name for path in source.parent.iterdir()] == ["django.po", "django.mo"]


def test_no_mistakes_if_everything_is_translated(tmp_path):
    write(tmp_path, '\nmsgid "City"\nmsgstr "Ville"\n', "{% translate 'City' %}")
    assert translations.mistakes(tmp_path) == []


def test_report_each_kind_of_mistake(tmp_path):
    write(
        tmp_path,
        '\nmsgid "Gone"\nmsgstr "Parti"\n'
        '\nmsgid "Empty"\nmsgstr ""\n'
        '\n#, fuzzy\nmsgid "Doubtful"\nmsgstr "Douteux"\n'
        '\n#, python-format\nmsgid "%(number)s cities"\nmsgstr "%(count)s villes"\n',
        "{% translate 'Empty' %}{% translate 'Doubtful' %}{% translate 'Fresh' %}"
        "{% blocktranslate %}{{ number }} cities{% endblocktranslate %}",
    )
    name = "locale/fr/LC_MESSAGES/django.po"
    assert translations.mistakes(tmp_path) == [
        f"{name}: not collected yet: Fresh",
        f"{name}: no longer used: Gone",
        f"{name}: not translated: Empty",
        f"{name}: marked fuzzy: Doubtful",
        f"{name}: malformed: %(number)s cities",
        f"{name}: %(number)s cities: placeholders: expected %(number)s, not %(count)s",
    ]


def test_collect_keeps_translations(tmp_path):
    source = write(
        tmp_path,
        '\nmsgid "City"\nmsgstr "Ville"\n\nmsgid "Gone"\nmsgstr "Parti"\n',
        "{% translate 'City' %}{% translate 'Country' %}",
    )
    translations.collect(tmp_path)
    texts = translations.by_text(translations.read_catalog(source))
    assert {text: message.string for (_, text), message in texts.items()} == {
        "City": "Ville",
        "Country": "",
    }
    assert "#: " not in source.read_text()
