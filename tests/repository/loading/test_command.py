from io import StringIO
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command

from repository.loading.writing import load_countries
from repository.management.commands import load_series
from repository.models import CaseStudy, Country, Evidence, GlossaryTerm, Theme, Webinar
from tests import databases


@pytest.fixture(scope="module", autouse=True)
def countries(empty_database, django_db_setup, django_db_blocker):
    """The countries are in the database: loading them again takes longer than all the rest."""
    with django_db_blocker.unblock(), databases.copied(empty_database, "countries"):
        load_countries()
        yield


def run(path, **options):
    out = StringIO()
    call_command("load_series", str(path), stdout=out, **options)
    return out.getvalue().splitlines()


class Terminal(StringIO):
    def isatty(self):
        return True


def test_print_what_was_done(folder):
    name = folder.path.name
    assert run(folder.path) == [f"{name}: 16 new, 0 changed, 0 unchanged, 0 kept."]
    assert Country.objects.count() == 249
    assert run(folder.path) == [f"{name}: 0 new, 0 changed, 16 unchanged, 0 kept."]


def test_print_what_was_left_unchanged(folder):
    run(folder.path)
    CaseStudy.objects.update(title="Edited")
    Country.objects.filter(pk="BR").update(region="Elsewhere")
    name = folder.path.name
    assert run(folder.path) == [
        "Kept, because staff have edited it: country BR",
        "Kept, because staff have edited it: case zhengzhou",
        f"{name}: 0 new, 0 changed, 15 unchanged, 2 kept.",
    ]
    assert run(folder.path, overwrite=True) == [f"{name}: 0 new, 1 changed, 15 unchanged, 0 kept."]
    assert Country.objects.get(pk="BR").region == "Americas"


def test_print_every_mistake_and_load_nothing(folder):
    Country.objects.filter(pk="KE").delete()
    folder.change("themes.yaml", "name: Customs, ", "")
    folder.change("glossary.yaml", "term: Bonded area", "word: Bonded area")
    with pytest.raises(CommandError) as error:
        run(folder.path)
    assert str(error.value).split("\n") == [
        "glossary.yaml, line 1: term: is missing",
        "glossary.yaml, line 2: word: is not a key of this file",
        "themes.yaml, line 2: name: is missing",
        "Nothing was loaded. Mistakes to correct: 3.",
    ]
    assert (Country.objects.count(), Theme.objects.count()) == (248, 0)


def test_print_one_mistake(folder):
    folder.change("themes.yaml", "name: Customs, ", "")
    with pytest.raises(CommandError, match=r"Nothing was loaded\. Mistakes to correct: 1\."):
        run(folder.path)


def test_show_progress_on_one_line_of_a_terminal(folder):
    out = Terminal()
    call_command("load_series", str(folder.path), stdout=out)
    lines = out.getvalue().split("\r\033[K")
    assert lines[1] == "1 of 15: reference report-2021"
    assert lines[-1] == f"{folder.path.name}: 16 new, 0 changed, 0 unchanged, 0 kept.\n"


def test_show_progress_in_a_log_when_asked(folder):
    assert run(folder.path, verbosity=2)[0] == "1 of 15: reference report-2021"


def loads(path, monkeypatch, **options) -> bool:
    """Is the folder loaded, or skipped because nothing has changed?"""
    with monkeypatch.context() as patch:
        loaded = Mock(side_effect=load_series.load_series)
        patch.setattr(load_series, "load_series", loaded)
        run(path, if_changed=True, **options)
    return loaded.called


def test_load_only_if_something_has_changed(folder, monkeypatch, settings):
    assert loads(folder.path, monkeypatch)
    assert not loads(folder.path, monkeypatch)
    CaseStudy.objects.update(title="Edited")
    assert not loads(folder.path, monkeypatch)
    folder.change("themes.yaml", "name: Customs, ", "name: Customs duties, ")
    assert loads(folder.path, monkeypatch)
    assert Theme.objects.get(slug="customs").name == "Customs duties"
    settings.RELEASE = "another"
    assert loads(folder.path, monkeypatch)
    assert not loads(folder.path, monkeypatch)


@pytest.mark.parametrize(
    "deleted", [Theme, Webinar, CaseStudy, GlossaryTerm], ids=lambda model: model.__name__
)
def test_load_again_what_was_deleted(folder, monkeypatch, deleted):
    run(folder.path)
    number = deleted.objects.count()
    Evidence.objects.exclude(webinar=None).delete()
    deleted.objects.first().delete()
    assert loads(folder.path, monkeypatch)
    assert deleted.objects.count() == number
    assert not loads(folder.path, monkeypatch)


def test_expect_nothing_that_is_not_in_the_folder_any_more(folder, monkeypatch):
    run(folder.path)
    GlossaryTerm.objects.all().delete()
    folder.write("glossary.yaml", "[]")
    assert loads(folder.path, monkeypatch)
    assert not loads(folder.path, monkeypatch)


def test_load_again_after_a_mistake(folder, monkeypatch):
    run(folder.path)
    before = (folder.path / "themes.yaml").read_text()
    folder.change("themes.yaml", "name: Customs, ", "")
    for _attempt in range(2):
        with pytest.raises(CommandError):
            run(folder.path, if_changed=True)
    folder.write("themes.yaml", before)
    assert not loads(folder.path, monkeypatch)
