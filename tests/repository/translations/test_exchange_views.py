import io
import zipfile

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from community.accounts.roles import MODERATORS
from repository.models import TranslatedParagraph
from repository.translations import exchange, forms
from tests.factories import CaseStudyFactory, PracticeFactory, UserFactory
from tests.page import page_of
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db
OVERVIEW = "/admin/translations/"
EXPORT, IMPORT, CONFIRM = (f"{OVERVIEW}{verb}/" for verb in ("export", "import", "import/confirm"))


def staff(role):
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture(autouse=True)
def moderator(client):
    user = staff(MODERATORS)
    client.force_login(user)
    return user


@pytest.fixture
def practice():
    return PracticeFactory(slug="parcels", name="Parcels", summary="", needs="", description="One.")


def sources(file):
    return [unit.source for unit in file.units]


def export(client, query="", **data):
    return client.post(f"{EXPORT}?{query}", {"target": "es"} | data)


def test_export_the_ticked_objects(client, practice):
    other = PracticeFactory(name="Ships")
    response = export(client, selected=f"practice-{practice.pk}")
    name = response["Content-Disposition"].partition('"')[2].rstrip('"')
    assert name.startswith("en-es-")
    assert name.endswith(".po")
    file = exchange.read(response.content)
    assert (file.source_language, file.language) == ("en", "es")
    assert sources(file) == ["Parcels", "One."]
    assert other.name not in response.text


def test_export_what_matches_the_filters(client, practice):
    translated("practice", PracticeFactory(name="Ships"))
    response = export(client, "kind=practice&language=es&state=missing")
    assert sources(exchange.read(response.content)) == ["Parcels", "One."]


def test_originals_in_several_languages_are_in_several_files(client, practice):
    case = CaseStudyFactory(published=True, language="fr", title="Ports")
    keys = [f"practice-{practice.pk}", f"case-{case.pk}"]
    response = export(client, selected=keys)
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    found = {name[:5]: exchange.read(archive.read(name)) for name in archive.namelist()}
    assert {name: file.source_language for name, file in found.items()} == {
        "en-es": "en",
        "fr-es": "fr",
    }
    assert export(client, selected=keys).content == response.content


def test_export_nothing(client, practice):
    draft = CaseStudyFactory(title="Secret")
    for data in (
        {"selected": f"practice-{practice.pk}", "target": "en"},
        {"selected": f"practice-{practice.pk}", "target": "xx"},
        {"selected": f"case-{draft.pk}"},
    ):
        response = export(client, **data)
        assert response["Location"] == f"{OVERVIEW}"
    assert client.get(EXPORT).status_code == 405


def with_translation(data: bytes) -> bytes:
    start = b'msgid "Parcels"\nmsgstr "'
    assert data.count(start) == 1
    return data.replace(start, start + b"Paquetes")


def upload(client, data, name="file.po"):
    return page_of(client.post(IMPORT, {"file": SimpleUploadedFile(name, data)}))


def translated_file(client, practice):
    data = export(client, selected=f"practice-{practice.pk}").content
    return with_translation(data)


def test_a_preview_saves_nothing_and_the_import_does(client, practice, moderator):
    page = upload(client, translated_file(client, practice))
    [_head, row] = page.one("table.preview").rows
    assert row == ["New practice/parcels/name", "Parcels", "Paquetes"]
    assert not TranslatedParagraph.objects.exists()
    fields = page.form(CONFIRM).fields
    response = client.post(CONFIRM, fields, follow=True)
    assert page_of(response).outcomes == ["success"]
    [paragraph] = TranslatedParagraph.objects.all()
    assert (paragraph.text, paragraph.by) == ("Paquetes", moderator)
    # The file is gone.
    assert page_of(client.post(CONFIRM, fields, follow=True)).outcomes == ["warning"]
    assert TranslatedParagraph.objects.count() == 1


def test_a_tick_replaces_what_a_reviewer_approved(client, practice):
    translation = translated("practice", practice)
    translation.paragraphs.update(is_reviewed=True)
    data = export(client, selected=f"practice-{practice.pk}").content
    assert data.count(b"ES Parcels") == 1
    page = upload(client, data.replace(b"ES Parcels", b"Paquetes"))
    [tick] = page.select("input[name=tick]")
    fields = page.form(CONFIRM).fields
    client.post(CONFIRM, fields | {"tick": tick["value"]})
    assert translation.paragraphs.get(field="name").text == "Paquetes"


def test_a_preview_is_of_one_person_and_one_hour(client, practice, monkeypatch):
    fields = upload(client, translated_file(client, practice)).form(CONFIRM).fields
    client.force_login(staff(MODERATORS))
    assert page_of(client.post(CONFIRM, fields, follow=True)).outcomes == ["warning"]
    for waiting in ("", "x", fields["waiting"] + "x"):
        page = page_of(client.post(CONFIRM, {"waiting": waiting}, follow=True))
        assert page.outcomes == ["warning"]
    fields = upload(client, translated_file(client, practice)).form(CONFIRM).fields
    monkeypatch.setattr(forms, "WAIT", -1)
    assert page_of(client.post(CONFIRM, fields, follow=True)).outcomes == ["warning"]
    assert not TranslatedParagraph.objects.exists()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "file.po"),
        (b"x", "file.po"),
        (b"x", "file.xlf"),
        (b"x", "file.exe"),
        (b"x", "file"),
        (b"# x" * 2_000_000, "file.po"),
        (b'msgid ""\nmsgstr ""\n"Language: xx\\n"\n\nmsgid "a"\nmsgstr "b"\n', "file.po"),
        (b'msgid ""\nmsgstr ""\n"Language: es\\n"\n', "file.po"),
    ],
)
def test_refuse_other_files(client, data, name):
    page = upload(client, data, name)
    assert page.wrong_fields == ["file"]
    assert page.select("table.preview") == []


def test_problems_are_shown_by_unit(client, practice):
    data = translated_file(client, practice).replace(b"Paquetes", b"**Paquetes**")
    page = upload(client, data)
    assert page.errors == ["Its formatting must be the same as in the original."]
    assert "Import" not in page.buttons


def test_a_preview_shows_no_control_characters(client, practice):
    data = translated_file(client, practice).replace(b"Paquetes", b"Pa\x1b[31mquetes")
    data += b'\nmsgctxt "practice/\x07/name"\nmsgid "Par\x00cels"\nmsgstr "Pa\x1bquetes"\n'
    page = upload(client, data)
    assert [row[1:] for row in page.one("table.preview").rows[1:]] == [
        ["Parcels", "It has characters that can’t be stored. Pa�[31mquetes"],
        ["Par�cels", "There is no such public object. Pa�quetes"],
    ]
