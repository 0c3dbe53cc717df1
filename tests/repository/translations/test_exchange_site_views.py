"""Language reviewers exchange files for their languages, on the site."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from community.models import LanguageReviewer
from repository.models import TranslatedParagraph
from repository.translations import exchange
from tests.factories import CaseStudyFactory, PracticeFactory, UserFactory
from tests.page import page_of
from tests.repository.translations.test_exchange_views import with_translation
from tests.repository.translations.test_originals import translated

pytestmark = pytest.mark.django_db
FILES = "/translations/files/"
EXPORT, IMPORT = f"{FILES}export/", f"{FILES}import/"


@pytest.fixture
def reviewer(client):
    user = UserFactory()
    LanguageReviewer.objects.create(user=user, language="es")
    client.force_login(user)
    return user


@pytest.fixture
def practice():
    return PracticeFactory(slug="parcels", name="Parcels", summary="", needs="", description="One.")


def export(client, language="es"):
    return client.get(EXPORT, {"language": language})


def upload(client, data):
    return page_of(client.post(FILES, {"file": SimpleUploadedFile("file.po", data)}))


def test_export_what_is_left_to_translate(client, reviewer, practice):
    translated("practice", PracticeFactory(name="Ships"))
    CaseStudyFactory(title="Secret")
    file = exchange.read(export(client).content)
    assert [unit.source for unit in file.units] == ["Parcels", "One."]
    assert export(client, language="fr").status_code == 404
    translated("practice", practice)
    asked = {"language": "es"}
    file = exchange.read(client.get(EXPORT, asked | {"state": "draft"}).content)
    assert {"Parcels", "Ships"} < {unit.source for unit in file.units}
    assert client.get(EXPORT, asked | {"state": "x"}).status_code == 404
    assert export(client)["Location"] == "/translations/?language=es"


def test_import_with_a_preview(client, reviewer, practice):
    data = with_translation(export(client).content)
    page = upload(client, data)
    assert page.one("table.preview").rows[1] == ["New practice/parcels/name", "Parcels", "Paquetes"]
    fields = page.form(IMPORT).fields
    assert not TranslatedParagraph.objects.exists()
    response = client.post(IMPORT, fields, follow=True)
    assert page_of(response).outcomes == ["success"]
    [paragraph] = TranslatedParagraph.objects.all()
    assert (paragraph.text, paragraph.by) == ("Paquetes", reviewer)


def test_only_their_languages(client, reviewer, practice):
    data = export(client).content.replace(b'"Language: es', b'"Language: fr')
    page = upload(client, data)
    assert page.wrong_fields == ["file"]
    assert page.forms


def test_a_role_that_was_revoked_ends_at_once(client, reviewer, practice):
    data = with_translation(export(client).content)
    fields = upload(client, data).form(IMPORT).fields
    reviewer.reviewed_languages.update(language="fr")
    assert page_of(client.post(IMPORT, fields, follow=True)).outcomes == ["warning"]
    reviewer.reviewed_languages.all().delete()
    for response in (client.get(FILES), client.post(IMPORT, fields), export(client)):
        assert response.status_code == 403
    assert not TranslatedParagraph.objects.exists()


def test_the_list_links_to_files_for_those_who_may_use_them(client, reviewer):
    page = page_of(client.get("/translations/"))
    assert page.link("Files for translators") == FILES
    client.force_login(UserFactory())
    assert "Files for translators" not in page_of(client.get("/translations/")).text
    assert client.get(FILES).status_code == 403
