"""All that a person reads can be said in another language, and is said in French."""

import re
from datetime import UTC, datetime
from pathlib import Path

import allauth
import django
import import_export
import pytest
import taggit
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from django.contrib.auth.models import Group
from django.core.exceptions import BadRequest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from community.accounts.rate_limits import too_many_requests
from community.models import User
from config import errors, translations
from config.environment import BASE_DIR
from repository.dates import time_zones as dates_time_zones
from repository.models import (
    CaseStudy,
    City,
    Organization,
    Practice,
    Reference,
    Speaker,
    Tag,
    Theme,
    Translation,
    Webinar,
)
from repository.pages.addresses import in_language
from repository.places.country_names import country_names
from repository.places.models import languages
from repository.search.queries import search
from tests.collection import ERROR_PAGES, MEMBER_PAGES, PUBLIC_PAGES, VISITOR_PAGES, signed_in
from tests.community.conftest import add_passkey
from tests.desk_models import desk_models
from tests.page import page_of
from tests.second_factors import add_recovery_codes
from tests.texts import read, words

FRENCH = translations.read_catalog(translations.LOCALE / "fr" / "LC_MESSAGES" / "django.po")
ENTRIES = [message for message in FRENCH if message.id]
# A part of a title, which is compared as a whole.
UNBROKEN = re.compile(r'<span class="unbroken">(.*?)</span>')
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")

# The catalogue


def forms(message) -> list[tuple[str, str]]:
    """Each text of a message with its translation: one, or as many as French has plural forms."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple) else (message.string,)
    return [(ids[min(form, len(ids) - 1)], string) for form, string in enumerate(strings)]


PAIRS = [pair for message in ENTRIES for pair in forms(message)]


def test_translate_everything_without_fuzzy_entries():
    assert [message.id for message in ENTRIES if message.fuzzy] == []
    assert [text for text, french in PAIRS if not french.strip()] == []


def test_write_no_partial_file_for_an_invalid_catalogue(tmp_path):
    source = tmp_path / "fr" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("<<<<<<< of a merge")
    with pytest.raises(PoFileError):
        translations.compile_translations(tmp_path)
    assert [*source.parent.iterdir()] == [source]


def test_keep_placeholders_and_markup():
    def parts(text):
        return sorted(PLACEHOLDER.findall(text)), sorted(re.findall(r"</?\w+[^>]*>", text))

    assert [text for text, french in PAIRS if parts(text) != parts(french)] == []


def test_keep_white_space_at_both_ends():
    def ends(text):
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [text for text, french in PAIRS if ends(text) != ends(french)] == []


def test_follow_french_typography():
    # Addresses, code and placeholders follow other rules.
    code = re.compile(r"\[\{.*?\}\]|\{[^}]*\}|<[^>]+>|%(?:\(\w+\))?[sd]|%%|https?://")
    # A space that does not break before these and inside « »; no typewriter apostrophe.
    wrong = re.compile(r"[^\u00a0\u202f][:;?!%»]|«[^\u00a0]|'|\"|\.\.\.|  ")
    found = [french for _text, french in PAIRS if wrong.search(code.sub("x", french))]
    assert found == []
    # What stands in a placeholder is a word or a number like any other: lines break before it.
    assert [french for _text, french in PAIRS if re.search("[^«]\u00a0%\\(", french)] == []


def test_use_only_names_that_the_collector_knows():
    """A text in _t("…") would never reach the catalogue."""
    other_name = re.compile(r"\b[np]*gettext\w* as (?!_$)", re.MULTILINE)
    found = [
        str(file.relative_to(BASE_DIR))
        for app in ("community", "config", "partnerships", "repository")
        for file in sorted((BASE_DIR / app).rglob("*.py"))
        if other_name.search(file.read_text())
    ]
    assert found == []


def test_mark_plural_texts_in_calls():
    """The collector finds ngettext("…", "…", n), but not partial(ngettext, "…", "…")."""
    not_called = re.compile(r"\bngettext(?:_lazy)?\b(?=\s*[,)]\s*[\"'])", re.MULTILINE)
    found = [
        str(file.relative_to(BASE_DIR))
        for app in ("community", "config", "partnerships", "repository")
        for file in sorted((BASE_DIR / app).rglob("*.py"))
        if not_called.search(file.read_text())
    ]
    assert found == []


# The pages

# Words of the English interface that neither French nor a name of the collection has.
TELLTALE = {"and", "are", "for", "from", "have", "more", "not", "of", "shown", "the", "this"}
TELLTALE |= {"to", "was", "what", "which", "who", "with", "you", "your"}

# A language in which each translated text stands in brackets: what stands outside was never marked
# for translation. Its code begins like that of English, so Django falls back to nothing.
PSEUDO = "en-gb"

PASSKEY = "Key"
SECRET = "[A-Z2-7]{32}"  # what an authenticator app is told


def bracketed() -> Catalog:
    """All texts of the site, of Django and of what the site is built with, each in brackets."""
    sources = [translations.LOCALE / "fr" / "LC_MESSAGES" / "django.po"]
    sources += Path(django.__file__).parent.glob("**/locale/en/LC_MESSAGES/django.po")
    for package in (allauth, import_export, taggit):
        sources += Path(package.__file__).parent.glob("locale/fr/LC_MESSAGES/django.po")
    catalogue = Catalog("en_GB")
    for source in sources:
        with source.open("rb") as file:
            for message in filter(lambda message: message.id, read_po(file)):
                if isinstance(message.id, tuple):
                    string = tuple(f"⟦{text}⟧" for text in message.id)
                else:
                    string = f"⟦{message.id}⟧"
                catalogue.add(message.id, string, context=message.context)
    return catalogue


@pytest.fixture(scope="module")
def pseudo_folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("locale")
    target = folder / "en_GB" / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, bracketed())
    return folder


@pytest.fixture
def pseudo(settings, pseudo_folder):
    """The site speaks the language of brackets."""
    settings.LANGUAGES = [("en", "English"), (PSEUDO, "Brackets")]
    settings.LOCALE_PATHS = [pseudo_folder]


@pytest.fixture(scope="module")
def names(collection, django_db_blocker) -> re.Pattern:
    """Names of people, places, works and bodies, which have no entry in the catalogue."""
    found = {
        "Brackets",
        # A programme of a company, as the report names it.
        "Hundred Cities and Thousand Schools",
        "APA",
        "BibTeX",
        "RIS",
        "doi",
        "km",
        "km²",
        "m²",
        PASSKEY,
        *dates_time_zones.names(),
    }
    for language in ("en", PSEUDO, "fr"):
        found |= {*languages(language).values(), *country_names(language).values()}
    with django_db_blocker.unblock():
        for model, fields in {
            City: ["name", "province"],
            Organization: ["name", "acronym"],
            Reference: ["title", "publisher", "doi"],
            Speaker: ["name"],
            Theme: ["name"],
            User: ["email", "handle", "display_name"],
        }.items():
            for row in model.objects.values_list(*fields):
                found |= {*row}
        for row in Reference.objects.all():
            found |= {part for author in row.authors for part in author.values()}
        for speaker in Speaker.objects.all():
            found |= {*speaker.aliases, speaker.initials}
    longest_first = sorted(filter(None, found), key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))}|{SECRET})(?!\w)|https?://\S+",
        re.IGNORECASE,
    )


def own_words(html: str, language: str, names: re.Pattern) -> list[str]:
    """The words of a page in its own language: without names and what is marked as another's."""
    texts = read(UNBROKEN.sub(r"\1", html))
    foreign = sorted(
        {text.words.strip() for text in texts if text.language != language}, key=len, reverse=True
    )
    found = []
    for text in texts:
        if text.language != language:
            continue
        own = text.words
        if text.element == "title" or "attribute" in text.element:
            # These cannot say in which language a part of them is.
            own = next((own.replace(part, "") for part in foreign if part in own), own)
        found.append(names.sub("", own))
    return found


def loose(texts: list[str]) -> list[str]:
    """The texts with words outside brackets, which may open in one text and close in another."""
    found, depth = [], 0
    for text in texts:
        outside = ""
        for piece in re.split("([⟦⟧])", text):
            if piece in ("⟦", "⟧"):
                depth += 1 if piece == "⟦" else -1
            elif not depth:
                outside += piece
        if words(outside):
            found.append(text.strip())
    return found


def use_profile_language(client: Client, language: str) -> Client:
    """Select the language of the admin."""
    User.objects.filter(pk=client.session["_auth_user_id"]).update(language=language)
    return client


def every_page() -> list[tuple[Client, str]]:
    """Addresses with those who read them: visitors, a member, staff with all factors."""
    moderator = User.objects.get(handle="moderator")
    passkey = add_passkey(moderator)
    add_recovery_codes(moderator)
    factor_pages = [
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/webauthn/",
        f"/accounts/2fa/webauthn/keys/{passkey.pk}/edit/",
        f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/webauthn/reauthenticate/",
        "/accounts/sessions/",
    ]
    objects = [*CaseStudy.objects.published(), *Webinar.objects.all(), *Practice.objects.all()[:5]]
    objects += [*City.objects.all(), *Tag.objects.all()[:5]]
    reading = [*PUBLIC_PAGES, *ERROR_PAGES, *(row.get_absolute_url() for row in objects)]
    member = signed_in(User.objects.get(handle="member"))
    return [
        *[(Client(), path) for path in [*reading, *VISITOR_PAGES]],
        *[(member, path) for path in ["/", *MEMBER_PAGES]],
        *[(signed_in(moderator), path) for path in factor_pages],
    ]


# Forms sent with mistakes: what is said then is read as well.
MISTAKES = {
    "/accounts/login/": {"login": "nobody@example.org", "password": "wrong"},
    "/accounts/signup/": {"email": "wrong", "password1": "short"},
    "/accounts/password/reset/": {"email": "wrong"},
    "/accounts/profile/": {"handle": "Not allowed!"},
    "/accounts/password/change/": {"oldpassword": "wrong", "password1": "12345678901"},
    "/accounts/email/": {"email": "member@example.org", "action_add": ""},
}


def in_prefix(path: str, language: str) -> str:
    """The path of the page in a language; also of pages that do not exist."""
    return f"/{language}{path}" if path in ERROR_PAGES else in_language(path, language)


def translated_pages() -> list:
    """All pages but the documentation of the API, which is in English only."""
    return [(client, path) for client, path in every_page() if path != reverse("api:docs")]


@pytest.mark.django_db
@pytest.mark.proof(group="texts of all pages", sample=1)
def test_mark_every_text_of_the_pages(collection, names, pseudo, sample):
    found = {}
    for client, path in sample(translated_pages(), 10):
        page = page_of(client.get(in_prefix(path, PSEUDO)))
        assert page["lang"] == PSEUDO, path
        found |= dict.fromkeys(loose(own_words(page.html, PSEUDO, names)), path)
    assert found == {}


@pytest.mark.django_db
def test_mark_every_form_error(collection, names, pseudo):
    found = {}
    member = signed_in(User.objects.get(handle="member"))
    for path, data in MISTAKES.items():
        client = Client() if path in VISITOR_PAGES else member
        response = client.post(in_language(path, PSEUDO), data)
        assert response.context["form"].errors, path
        found |= dict.fromkeys(loose(own_words(response.content.decode(), PSEUDO, names)), path)
    assert found == {}


# These show what is not ours to say: permissions by the names of Django, tasks of the queue.
NOT_OURS = {Group, DBTaskResult}


def empty_desk() -> list[str]:
    """Pages of the desk that show nothing of the collection yet."""
    paths = [reverse("admin:index"), reverse("admin:repository_city_gazetteer")]
    for model in set(desk_models()) - NOT_OURS:
        for page in ("add", "import", "export"):
            try:
                path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
            except NoReverseMatch:
                continue
            paths.append(path)
    return paths


@pytest.mark.django_db
@pytest.mark.proof(group="texts of all pages", sample=1)
def test_mark_every_text_of_the_desk(collection, names, pseudo):
    found = {}
    administrator = signed_in(User.objects.get(handle="administrator"))
    use_profile_language(administrator, PSEUDO)
    # Names of languages are their own.
    others = ["Task Results", "csv", "xlsx", "Brackets"]
    for path in empty_desk():
        response = administrator.get(path)
        if response.status_code != 403:
            texts = own_words(response.content.decode(), PSEUDO, names)
            found |= dict.fromkeys(loose(texts), path)
    assert {text: path for text, path in found.items() if text not in others} == {}


def error_pages() -> list[HttpResponse]:
    request = RequestFactory().get("/")
    sent = RequestFactory().post("/", {"title": "x", "file": ContentFile(b"x", "x.pdf")})
    return [
        errors.bad_request(request, BadRequest()),
        errors.permission_denied(request),
        errors.csrf_failure(request),
        errors.not_found(request),
        errors.method_not_allowed(request),
        errors.server_error(request),
        errors.unavailable(),
        errors.disk_full(sent),
        too_many_requests(request),
        too_many_requests(sent, keeps_input=True),
    ]


def test_mark_every_text_of_errors(names, pseudo):
    with translation.override(PSEUDO):
        pages = [page.content.decode() for page in error_pages()]
    assert [loose(own_words(page, PSEUDO, names)) for page in pages] == [[]] * len(pages)


LETTERS = [
    str(file.relative_to(BASE_DIR / "templates"))
    for kind in ("email", "messages")
    for file in sorted((BASE_DIR / "templates").glob(f"**/{kind}/*.txt"))
]


@pytest.mark.parametrize("template", LETTERS)
def test_mark_every_text_of_emails(template, pseudo):
    told = {
        "activate_url": "https://exchange.example/1/",
        "days": 7,
        "email": "member@example.org",
        "from_email": "old@example.org",
        "ip": "192.0.2.1",
        "password_reset_url": "https://exchange.example/2/",
        "signup_url": "https://exchange.example/3/",
        "timestamp": timezone.now(),
        "to_email": "new@example.org",
        "user_agent": "Firefox on Windows",
    }
    with translation.override(PSEUDO):
        text = render_to_string(template, told)
    assert loose([re.sub(r"https?://\S+", "", text)]) == []


@pytest.mark.django_db
@pytest.mark.proof(group="texts of all pages", sample=1)
def test_show_every_page_in_french(collection, names, sample):
    found = {}
    for client, path in sample(translated_pages(), 10):
        response = client.get(in_prefix(path, "fr"))
        page = page_of(response)
        assert page["lang"] == "fr", path
        assert response.headers["Content-Language"] == "fr"
        for text in own_words(page.html, "fr", names):
            if english := TELLTALE.intersection(word.lower() for word in words(text)):
                found[text.strip()] = (path, english)
    assert found == {}


@pytest.mark.django_db
def test_mark_a_text_in_another_language_than_the_page(collection):
    Translation.objects.filter(kind="case").delete()
    page = page_of(Client().get("/fr/cases/zhengzhou/"))
    assert (page["lang"], page.one("h1")["lang"]) == ("fr", "en")


@pytest.mark.django_db
def test_name_the_countries_that_a_search_finds(collection):
    with translation.override("fr"):
        hit = search("germany", language="fr", kinds=["country"]).hits[0]
        assert (hit.title, hit.language) == ("Allemagne", "fr")


# Numbers and dates


def test_write_numbers_and_dates_in_each_language():
    page = Template("{{ count }} {{ day|date }} {{ moment|date:'DATETIME_FORMAT' }}")
    moment = datetime(2026, 11, 24, 15, 7, tzinfo=UTC)
    told = Context({"count": 1234567, "day": moment.date(), "moment": moment})
    assert page.render(told) == "1,234,567 24 November 2026 24 November 2026, 15:07"
    with translation.override("fr"):
        french = page.render(told)
    assert french == "1\u202f234\u202f567 24 novembre 2026 24 novembre 2026 à 15:07"
