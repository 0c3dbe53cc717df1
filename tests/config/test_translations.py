import gettext
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.contrib.humanize.templatetags import humanize
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.test import RequestFactory
from django.utils import translation
from django.utils.timesince import timesince
from django.utils.translation import gettext as gettext_of_site

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
    written = [source.with_suffix(".mo"), source.with_name("djangojs.mo")]
    assert translations.compile_translations(tmp_path / "locale") == written
    assert translations.compile_translations(tmp_path / "locale") == []
    french = gettext.translation("django", tmp_path / "locale", ["fr"])
    assert french.gettext("City") == "Ville"
    assert sorted(path.name for path in source.parent.iterdir()) == [
        "django.mo",
        "django.po",
        "djangojs.mo",
    ]


def test_no_mistakes_if_everything_is_translated(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "PACKAGES", [])
    write(tmp_path, '\nmsgid "City"\nmsgstr "Ville"\n', "{% translate 'City' %}")
    assert translations.mistakes(tmp_path) == []


def test_report_each_kind_of_mistake(tmp_path, monkeypatch):
    monkeypatch.setattr(translations, "PACKAGES", [])
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


def write_chinese(locale, catalogue):
    source = locale / "zh" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(HEADER + '"Plural-Forms: nplurals=1; plural=0;\\n"\n' + catalogue)
    return source


def test_compile_chinese_with_the_messages_of_packages(tmp_path):
    """Ours take precedence; those that we have not translated yet are the package's."""
    source = write_chinese(
        tmp_path,
        '\nmsgid "Today"\nmsgstr "本日"\n'
        '\nmsgid "Enter a number."\nmsgstr ""\n'
        '\n#, fuzzy\nmsgid "Home"\nmsgstr "家"\n',
    )
    scripts = source.with_name("djangojs.mo")
    assert translations.compile_translations(tmp_path) == [source.with_suffix(".mo"), scripts]
    chinese = gettext.translation("django", tmp_path, ["zh"])
    found = [chinese.gettext(text) for text in ("Today", "Enter a number.", "Home", "Sign In")]
    assert found == ["本日", "输入一个数字。", "首页", "登录"]
    assert (
        chinese.ngettext("%(counter)s result", "%(counter)s results", 1) == "%(counter)s 条结果。"
    )
    assert gettext.translation("djangojs", tmp_path, ["zh"]).gettext("Today") == "本日"
    assert "家" in source.read_text()


def test_compile_chinese_again_after_a_change(tmp_path):
    source = write_chinese(tmp_path, "")
    translations.compile_translations(tmp_path)
    assert translations.compile_translations(tmp_path) == []
    later = source.stat().st_mtime + 60
    os.utime(source, (later, later))
    assert translations.compile_translations(tmp_path) == [
        source.with_suffix(".mo"),
        source.with_name("djangojs.mo"),
    ]


def test_compile_chinese_again_after_an_installation(tmp_path, monkeypatch):
    """And not because another environment has links to files of the same packages."""
    source = write_chinese(tmp_path / "own", "")
    borrowed = write_chinese(tmp_path / "package", "")
    monkeypatch.setattr(translations, "catalogues_of_packages", lambda *_: [borrowed])
    compiled = translations.compile_translations(tmp_path / "own")
    (tmp_path / "link").hardlink_to(borrowed)
    assert translations.compile_translations(tmp_path / "own") == []
    later = source.stat().st_mtime + 60
    os.utime(borrowed.parent, (later, later))
    assert translations.compile_translations(tmp_path / "own") == compiled


@pytest.mark.parametrize("folder", ["zh_Hans", "pt_BR"])
def test_compile_messages_of_all_packages(folder):
    """Each installed package that has messages where Django does not look is in the list."""
    name = f"locale/{folder}/LC_MESSAGES/django.po"
    expected = {
        Path(app.path) / name for app in apps.get_app_configs() if (Path(app.path) / name).exists()
    }
    django_conf = Path(django.__file__).parent / "conf" / name
    assert {*translations.catalogues_of_packages([folder], "django")} == expected | {django_conf}


def test_report_texts_that_packages_do_not_translate(tmp_path):
    """Portuguese needs further folders of packages, and what they lack is in our catalogue."""
    ours = translations.by_text(
        translations.read_catalog(translations.LOCALE / "pt" / "LC_MESSAGES" / "django.po")
    )
    assert translations.untranslated_of_packages("pt", ours.keys()) == set()
    missing = translations.untranslated_of_packages("pt", [])
    assert {("Task", "Ready"), (None, "- Select an option -")} & missing == {
        (None, "- Select an option -")
    }
    write(tmp_path, "", "")
    name = "locale/fr/LC_MESSAGES/django.po"
    kind = "not translated by a package, add it to config/package_texts.py"
    assert f"{name}: {kind}: Select all" in translations.mistakes(tmp_path)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_translate_messages_of_packages(language):
    """Django's, allauth's and the admin's; also in scripts of the admin."""
    with translation.override(language):
        for text in (
            "Enter a valid email address.",
            "The two password fields didn’t match.",
            "The new value must be different from the current one.",
        ):
            assert gettext_of_site(text) != text
    page = RequestFactory().get("/admin/jsi18n/")
    with translation.override(language):
        catalogue = AdminSite().i18n_javascript(page).text
    assert '"Choose a Date": "Choose a Date"' not in catalogue
    assert '"Choose a Date": "' in catalogue
    assert '"Today (%(date)s)": "Today (%(date)s)"' not in catalogue
    assert '"Today (%(date)s)": "' in catalogue


NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("language", "days", "since"),
    [
        ("ar", 1, f"يوم{NB}واحد"),
        ("ar", 2, "يومان"),
        ("ar", 5, f"5{NB}أيام"),
        ("ar", 7, f"أسبوع{NB}واحد"),
        ("ar", 61, "شهران"),
        ("ar", 730, "سنتان"),
        ("ru", 1, f"1{NB}день"),
        ("zh", 6, "6天"),
        ("zh", 61, "2个月"),
        ("pt", 61, f"2{NB}meses"),
    ],
)
def test_count_how_long_in_each_language(language, days, since):
    with translation.override(language):
        assert timesince(NOW - timedelta(days=days), NOW) == since


@pytest.mark.parametrize(
    ("language", "ago", "words"),
    [
        ("ar", timedelta(hours=1), "منذ ساعة واحدة"),
        ("ar", timedelta(hours=2), "منذ ساعتين"),
        ("ar", timedelta(hours=3), f"منذ 3{NB}ساعات"),
        ("ar", timedelta(days=2), "منذ يومين"),
        ("zh", timedelta(days=61), "2个月前"),
        ("pt", timedelta(hours=1), "há uma hora"),
        ("pt", timedelta(days=2), f"há 2{NB}dias"),
    ],
)
def test_say_how_long_ago_in_each_language(language, ago, words, monkeypatch):
    monkeypatch.setattr(humanize, "datetime", FixedClock)
    with translation.override(language):
        assert naturaltime(NOW - ago) == words


class FixedClock(datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def test_refuse_a_short_password_in_each_language():
    found = set()
    for language, _name in settings.LANGUAGES:
        with translation.override(language), pytest.raises(ValidationError) as refused:
            MinimumLengthValidator(12).validate("short")
        found.add(refused.value.messages[0])
    assert len(found) == len(settings.LANGUAGES)
    assert "A palavra-passe é demasiado curta. Tem de conter, no mínimo, 12 caracteres." in found


def test_refuse_an_email_address_in_chinese():
    """Without “Email”, which packages leave in English."""
    with translation.override("zh"), pytest.raises(ValidationError) as refused:
        validate_email("nobody")
    with translation.override("zh"):
        assert refused.value.messages == ["请输入有效的电子邮件地址。"]
