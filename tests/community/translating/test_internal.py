"""Internal texts, the canned responses: only some of the staff see, translate and export them."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile

from community.models import CannedText, Decision, Notification, TranslationProposal
from community.notices.wording import shown_to
from community.translating import actions
from community.translating.edits import edit_of
from community.translating.notices import notify_translators
from community.translating.tags import originals_translated_by
from repository.models import SearchEntry, SearchTranslation, TranslatedParagraph, Translation
from repository.translations import exchange
from repository.translations.exchange import ExchangeFile, exchange_units
from repository.translations.kinds import kinds
from repository.translations.machine import draft
from repository.translations.memory import memory_of
from repository.workflow import ActionRefused
from tests.community.translating.proposals import key, reviews, saved, seen, submitted, whole
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, PracticeFactory, RepresentationFactory, UserFactory
from tests.page import page_of
from tests.repository.translations.test_originals import translated
from tests.repository.translations.translation_server import translation_server

pytestmark = pytest.mark.django_db
WORD = "Quetzalpostal"


@pytest.fixture
def canned():
    return CannedText.objects.create(
        reason="spam", language="en", title=f"{WORD} title", text=f"{WORD} text."
    )


@pytest.fixture
def translator(member):
    """A member who has published a translation."""
    submitted(CaseStudyFactory(published=True), member)
    return member


@pytest.fixture
def staff_without_rights():
    return UserFactory(staff=True)


@pytest.fixture
def outsiders(translator, stranger, focal_point, staff_without_rights):
    RepresentationFactory(member=focal_point)
    return {
        "anonymous": None,
        "translator": translator,
        "reviewer": reviews(stranger),
        "focal point": focal_point,
        "staff without rights": staff_without_rights,
    }


def waiting(canned, by, language="es"):
    """A submission that replaces a reviewed translation, which also staff do not publish alone."""
    translation = translated("canned", canned, language=language)
    translation.paragraphs.update(is_reviewed=True)
    proposal = submitted(canned, by, whole(canned, WORD), language)
    assert proposal.is_submitted
    return proposal


def addresses(canned, proposal) -> list[tuple[str, str]]:
    """The method and the path of each page about an object and a proposal."""
    own, about = f"/translations/canned/{canned.pk}/", f"/translations/proposals/{proposal.pk}/"
    read = [own, f"{own}changes/", f"{own}es/?all=1", f"{own}fr/?all=1", about]
    write = [f"{own}{page}" for page in ("es/", "fr/", "es/reviewed/", "changes/")]
    write += [f"{about}{verb}/" for verb in ("accept", "decline", "undo", "withdraw")]
    return [*(("get", path) for path in read), *(("post", path) for path in write)]


def text_of(response) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode()


PAGES = [
    "/",
    "/es/",
    f"/search/?q={WORD}",
    f"/es/search/?q={WORD}",
    "/translations/?language=es",
    "/translations/?language=es&kind=canned",
    "/translations/files/",
    "/translations/files/export/?language=es&format=po",
    "/translations/files/export/?language=es&format=po&state=draft&kind=canned",
    "/admin/translations/?kind=canned",
    "/admin/translations/csv/?kind=canned",
    "/desk/",
    "/notifications/",
    "/api/v1/cases",
    f"/api/v1/cases?q={WORD}",
    "/feeds/cases.atom",
    "/sitemap.xml",
    "/sitemap-practices.xml",
]


def test_nobody_else_reaches_them_by_any_address(canned, outsiders, moderator, broker, client):
    translated("canned", canned)
    proposal = waiting(canned, broker, "fr")
    for name, user in outsiders.items():
        client.logout()
        if user is not None:
            client.force_login(user)
        for path in PAGES:
            # The page of a search repeats the word that was asked for.
            secret = f"{WORD} t" if WORD in path else WORD
            assert secret not in text_of(client.get(path)), (name, path)
        for method, path in addresses(canned, proposal):
            response = getattr(client, method)(path)
            expected = 302 if user is None else 404
            assert response.status_code == expected, (name, method, path)
            if user is None:
                assert response["Location"].startswith("/accounts/login/")
    assert not SearchEntry.objects.filter(title__contains=WORD).exists()
    assert not SearchTranslation.objects.filter(title__contains=WORD).exists()
    assert TranslationProposal.objects.filter(kind="canned").get().is_submitted
    # These are the addresses at which those who may read them do so.
    client.force_login(moderator)
    for method, path in addresses(canned, proposal):
        if method == "get":
            assert WORD in text_of(client.get(path)), path


def test_staff_who_decide_can_translate_them(canned, moderator, broker):
    for user, language in ((moderator, "es"), (broker, "fr")):
        client = DeskClient()
        client.force_login(user)
        path = f"/translations/canned/{canned.pk}/"
        page = page_of(client.get(path))
        assert page.one(f"a[href='{path}{language}/']")
        assert page.one("nav.crumbs a")["href"].startswith("/admin/community/cannedtext/")
        page_of(client.post(f"{path}{language}/", {"start": "1"}, follow=True))
        keys = [unit.key.replace(":", "-") for unit in kinds["canned"].units(canned)]
        sent = {f"text-{key}": "Texto" for key in keys}
        sent |= {"submit": "1", "seen": seen(canned, language)}
        client.post(f"{path}{language}/", sent)
    found = Translation.objects.filter(kind="canned")
    assert {(row.language, row.state) for row in found} == {("es", "draft"), ("fr", "draft")}


def test_the_desk_leads_to_their_translations(canned, broker):
    client = DeskClient()
    client.force_login(broker)
    page = page_of(client.get(f"/admin/community/cannedtext/{canned.pk}/change/"))
    path = page.one(".object-tools").link("Translations")
    assert page_of(client.get(path)).one("h1").text == "Translate this page"


def test_a_moderator_accepts_it_in_the_queue(canned, moderator, broker):
    proposal = waiting(canned, broker)
    client = DeskClient()
    client.force_login(moderator)
    path = f"/admin/review/translation/{proposal.pk}/"
    page = page_of(client.get("/admin/"))
    assert [link.text for link in page.select(f"a[href='{path}']")] == [f"{WORD} title"]
    page = page_of(client.get(path))
    assert f"{WORD} text." in page.text
    fields = page.form("#decide").fields
    client.post(path, fields | {"verb": "approve"})
    translation = Translation.objects.get(kind="canned")
    assert (translation.object_id, translation.state) == (canned.pk, "draft")
    assert Decision.objects.get().verb == "approve"


def test_a_reviewer_of_the_language_who_is_staff_may_answer(canned, broker, moderator, client):
    proposal = waiting(canned, moderator)
    reviews(broker)
    client.force_login(broker)
    accept = f"{proposal.get_absolute_url()}accept/"
    client.post(accept, page_of(client.get(proposal.get_absolute_url())).form(accept).fields)
    assert Translation.objects.get(kind="canned").state == "current"


def test_access_ends_with_the_role(canned, broker, client):
    proposal = saved(canned, broker, whole(canned))
    client.force_login(broker)
    assert page_of(client.get(proposal.get_absolute_url())).status == 200
    assert WORD in client.get("/desk/").content.decode()
    broker.groups.clear()
    broker = type(broker).objects.get(pk=broker.pk)
    for path in (proposal.get_absolute_url(), f"/translations/canned/{canned.pk}/es/"):
        assert client.get(path).status_code == 404
    assert WORD not in client.get("/desk/").content.decode()
    verbs = [
        lambda: actions.save(proposal=proposal, texts={}, by=broker),
        lambda: actions.submit(proposal=proposal, seen=seen(canned), by=broker),
        lambda: actions.claim(kind=kinds["canned"], row=canned, language="fr", by=broker),
    ]
    for verb in verbs:
        with pytest.raises(ActionRefused):
            verb()


def test_only_readers_are_notified(canned, moderator, broker, member):
    reviews(member)
    reviews(broker)
    waiting(canned, moderator)
    notified = Notification.objects.filter(event="translation.submitted")
    assert {row.member_id for row in notified} == {broker.pk}
    Translation.objects.all().delete()
    translated("canned", canned, language="fr")
    reviews(member, "fr")
    reviews(broker, "fr")
    canned.text = "Changed."
    canned.save()
    assert notify_translators.func("canned", canned.pk) == 1
    stale = Notification.objects.filter(event="translation.stale")
    assert {row.member_id for row in stale} == {broker.pk}
    notices = list(stale.select_related("actor"))
    assert [shown.title for shown in shown_to(broker, notices)] == [canned.title]
    broker.groups.clear()
    assert shown_to(type(broker).objects.get(pk=broker.pk), notices) == []


def test_an_edit_at_the_desk_notifies_translators(canned, moderator):
    translated("canned", canned)
    with edit_of(canned) as edit:
        canned.text = "Changed."
        canned.save()
    assert edit.makes_stale
    client = DeskClient()
    client.force_login(moderator)
    page = page_of(client.get(f"/translations/canned/{canned.pk}/changes/"))
    assert page.one("input[name=keep]")
    path = f"/admin/community/cannedtext/{canned.pk}/change/"
    fields = page_of(client.get(path)).form("").fields
    page = page_of(client.post(path, fields | {"text": "Again."}, follow=True))
    assert page.one(".messagelist a[href$='/changes/']")


def test_public_texts_get_no_suggestions_from_internal_ones(canned, broker):
    translated("canned", canned)
    assert memory_of("es", [canned.text]) == {}
    assert memory_of("es", [canned.text], broker).keys() == {canned.text}
    practice = PracticeFactory(name=canned.text)
    proposal = saved(practice, broker, {key(practice, "summary"): "Uno"})
    client = DeskClient()
    client.force_login(broker)
    page = client.get(f"/translations/practice/{practice.pk}/es/")
    assert f"ES {canned.text}" not in page.text
    actions.withdraw(proposal=proposal, by=broker)
    other = CannedText.objects.create(
        reason="abuse", language="en", title="Other", text=canned.text
    )
    saved(other, broker, {key(other, "title"): "Otro"})
    page = client.get(f"/translations/canned/{other.pk}/es/")
    assert f"ES {canned.text}" in page.text


def test_pages_credit_nobody_for_them(canned, broker):
    translation = translated("canned", canned)
    translation.paragraphs.update(by=broker)
    assert originals_translated_by(broker) == []


def test_a_machine_never_gets_them(canned, moderator, settings):
    client = DeskClient()
    client.force_login(moderator)
    with translation_server(settings) as server:
        assert draft("canned", canned.pk, "es", None) == 0
        for sent in ({"selected": f"canned-{canned.pk}"}, {}):
            page = client.post(
                "/admin/translations/drafts/?kind=canned", {"target": "es"} | sent, follow=True
            )
            assert "never sent" in page_of(page).one(".messagelist").text
        assert server.requests == []
    assert not Translation.objects.filter(kind="canned").exists()


def exported(canned, text: str) -> bytes:
    units = exchange_units([(kinds["canned"], canned)], "es")
    units = [type(unit)(unit.context, unit.source, text, unit.base) for unit in units]
    return exchange.write(ExchangeFile("en", "es", units))


def test_files_are_exchanged_by_readers(canned, moderator):
    client = DeskClient()
    client.force_login(moderator)
    sent = {"target": "es", "selected": f"canned-{canned.pk}"}
    file = exchange.read(client.post("/admin/translations/export/", sent).content)
    assert [unit.context for unit in file.units] == [
        f"canned/{canned.pk}/title",
        f"canned/{canned.pk}/text",
    ]
    data = exported(canned, "Texto")
    upload = {"file": SimpleUploadedFile("file.po", data)}
    page = page_of(client.post("/admin/translations/import/", upload))
    confirm = "/admin/translations/import/confirm/"
    client.post(confirm, page.form(confirm).fields)
    rows = TranslatedParagraph.objects.filter(translation__kind="canned")
    assert [(row.text, row.by) for row in rows] == [("Texto", moderator)] * 2


def test_exports_without_a_type_leave_them_out(canned, moderator):
    PracticeFactory()
    client = DeskClient()
    client.force_login(moderator)
    sent = {"target": "es"}
    assert WORD not in client.post("/admin/translations/export/", sent).text
    assert WORD in client.post(f"/admin/translations/export/?kind=canned&text={WORD}", sent).text
    assert WORD not in client.get("/admin/translations/").text
    page = page_of(client.get(f"/admin/translations/?kind=canned&text={WORD}"))
    assert page.link(f"{WORD} title").endswith(f"/cannedtext/{canned.pk}/change/")
    assert WORD in text_of(client.get("/admin/translations/csv/?kind=canned"))


@pytest.mark.parametrize("key", ["{}", "x", "0x1", "99999999999999999999", "\u0663"])
def test_a_reviewer_cannot_import_them(key, canned, client, stranger):
    reviews(stranger)
    client.force_login(stranger)
    data = exported(canned, "Texto").replace(
        f"canned/{canned.pk}/".encode(), f"canned/{key.format(canned.pk)}/".encode()
    )
    page = page_of(client.post("/translations/files/", {"file": SimpleUploadedFile("a.po", data)}))
    assert page.status == 200
    assert "There is no such public object." in page.text
    assert not Translation.objects.filter(kind="canned").exists()


def test_staff_with_the_right_for_all_translations_need_that_for_responses(canned):
    user = UserFactory(staff=True)
    user.user_permissions.add(Permission.objects.get(codename="exchange_translation"))
    client = DeskClient()
    client.force_login(user)
    sent = {"target": "es", "selected": f"canned-{canned.pk}"}
    PracticeFactory()
    assert WORD not in client.post("/admin/translations/export/?kind=canned", sent).text
    page = page_of(client.get("/admin/translations/?kind=canned"))
    assert page.select("select[name=kind] option[value=canned]") == []
    upload = {"file": SimpleUploadedFile("file.po", exported(canned, "Texto"))}
    page = page_of(client.post("/admin/translations/import/", upload))
    assert "There is no such public object." in page.text
