"""Cases that are not published are for their authors, the moderators and the administrators."""

import csv
import io
import json

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from community.models import Attachment
from community.permissions import can_write
from repository.models import CaseStudy, Evidence, Practice, Reference, Tag
from tests.collection import signed_in
from tests.desk_models import desks
from tests.factories import UserFactory
from tests.page import page_of
from tests.permissions import answers
from tests.permissions.answers import labels
from tests.permissions.leaks import QUESTIONS, WORD, text_of
from tests.permissions.matrix import PATTERNS, path_of, rows
from tests.permissions.world import UNPUBLISHED, hush
from tests.second_factors import add_totp

# The words of all that belongs to a case that is not public. An invited person knows its title:
# in this world the broker is invited to the foreign draft.
SECRETS = tuple(hush(name) for name in (*UNPUBLISHED, "archived"))
MODELS = [
    "casestudy",
    "evidence",
    "reference",
    "tag",
    "recommendation",
    "webinar",
    "practice",
    "theme",
    "goal",
    "dailycount",
    "series",
    "speaker",
    "city",
    "organization",
    "country",
]


def secrets_in(text: str) -> set[str]:
    return {word for word in WORD.findall(text.lower()) if word.startswith(SECRETS)}


@pytest.fixture
def viewer(db):
    """Staff with every right to look at the desk, and none to change anything."""
    user = UserFactory(staff=True, email="viewer@example.org", handle="viewer")
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return user


@pytest.fixture
def reader(request, world):
    """A browser of staff who are neither moderators nor administrators."""
    if request.param == "broker":
        return world.client("broker")
    add_totp(viewer := request.getfixturevalue("viewer"))
    return signed_in(viewer)


STAFF = pytest.mark.parametrize("reader", ["broker", "viewer"], indirect=True)


def desk_paths() -> list[str]:
    """The list, export, look-up, change page and history of each noun at the desk."""
    found = []
    for model, model_admin in desks().items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found += [reverse(f"{base}_changelist"), f"{reverse(f'{base}_changelist')}?q=hush"]
        if hasattr(model_admin, "get_export_formats"):
            found.append(reverse(f"{base}_export"))
        for pk in model._default_manager.order_by("pk").values_list("pk", flat=True)[:60]:
            found += [reverse(f"{base}_{page}", args=[pk]) for page in ("change", "history")]
    return found


@STAFF
@pytest.mark.proof(sample=1)
def test_desk_does_not_leak_unpublished_cases(reader, world, db, sample):
    paths = sample(desk_paths(), 12)
    leaks = {path: secrets_in(text_of(reader.get(path))) for path in paths}
    assert {path: words for path, words in leaks.items() if words} == {}


@STAFF
@pytest.mark.proof(sample=1)
def test_site_does_not_leak_unpublished_cases(reader, world, db, sample):
    paths = list(QUESTIONS)
    for name, route in PATTERNS.items():
        if name.startswith(("mfa", "account_", "usersessions", "admin:logout")):
            continue
        kept = answers.examples(route, world)
        for key in rows(name):
            paths += [path_of(name, kept.get(label, {})) for label in labels(key)]
    leaks = {}
    for path in sample(dict.fromkeys(paths), 12):
        cookies = reader.cookies.copy()
        # What one asks for is repeated in links to the other languages.
        leaks[path] = secrets_in(text_of(reader.get(path))) - secrets_in(path.replace("-", ""))
        reader.cookies = cookies
    assert {path: words for path, words in leaks.items() if words} == {}


@STAFF
@pytest.mark.parametrize("name", UNPUBLISHED)
def test_pages_and_files_of_a_draft_are_not_found(name, reader, world, db):
    case, attachment = world.cases[name], world.files[name]
    kind = ContentType.objects.get_for_model(CaseStudy).pk
    kind_of_file = ContentType.objects.get_for_model(Attachment).pk
    answered = {
        path: reader.get(path).status_code
        for path in (
            case.get_absolute_url(),
            attachment.get_absolute_url(),
            reverse("community:case_edit", args=[case.slug]),
            f"/admin/r/{kind}/{case.pk}/",
            f"/admin/r/{kind_of_file}/{attachment.pk}/",
        )
    }
    assert set(answered.values()) == {404}, answered
    for page in ("change", "history"):
        answer = reader.get(reverse(f"admin:repository_casestudy_{page}", args=[case.pk]))
        # As Django answers for a key that no row has.
        assert (answer.status_code, answer.url) == (302, "/admin/")


@STAFF
def test_export_contains_only_published_cases(reader, world, db):
    sent = {
        "format": "0",
        "resource": "",
        **{
            f"casestudyresource_{field}": "on" for field in ("slug", "title", "status", "challenge")
        },
    }
    path = reverse("admin:repository_casestudy_export")
    answer = reader.post(path, sent)
    sheet = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["slug"] for row in sheet} == {"published", "foreign"}
    ticked = {
        "action": "export_admin_action",
        "_selected_action": [str(case.pk) for case in world.cases.values()],
    }
    assert (
        secrets_in(text_of(reader.post(reverse("admin:repository_casestudy_changelist"), ticked)))
        == set()
    )


@STAFF
@pytest.mark.parametrize(
    ("app", "model", "field"),
    [
        ("repository", "evidence", "case"),
        ("repository", "evidence", "reference"),
        ("repository", "recommendation", "cases"),
        ("repository", "webinar", "cases"),
        ("repository", "chapter", "case"),
        ("repository", "casestudy", "references"),
    ],
)
def test_look_ups_find_no_draft(app, model, field, reader, world, db):
    question = {"app_label": app, "model_name": model, "field_name": field, "term": "hush"}
    answer = reader.get("/admin/autocomplete/", question)
    assert answer.status_code in (200, 403)
    assert secrets_in(answer.content.decode()) == set()
    question["term"] = "open" if field == "case" else "published"
    answer = reader.get("/admin/autocomplete/", question)
    if answer.status_code == 200 and "case" in field:
        names = {row["text"] for row in json.loads(answer.content)["results"]}
        assert names == {"Case openpublished"} or names == {
            "Case openforeign",
            "Case openpublished",
        }


@STAFF
def test_history_of_a_deleted_draft_is_not_found(reader, world, db):
    draft = world.cases["draft"]
    figure = draft.evidence.get()
    work = Reference.objects.get(key="draft")
    word = Tag.objects.get(name__startswith="tag hushdraft")
    keys = [(CaseStudy, draft.pk), (Evidence, figure.pk), (Reference, work.pk), (Tag, word.pk)]
    figure.delete()
    CaseStudy.objects.filter(pk=draft.pk).delete()
    work.delete()
    word.delete()
    for model, pk in keys:
        path = reverse(f"admin:repository_{model._meta.model_name}_history", args=[pk])
        assert secrets_in(text_of(reader.get(path))) == set(), path
        moderators = world.client("moderator").get(path)
        assert moderators.status_code == 200
        assert secrets_in(text_of(moderators)), path


@STAFF
def test_history_of_a_published_case_leaves_out_what_the_draft_was(reader, world, db):
    """The desk's history tells of the draft too; the public one begins with the publication."""
    case = world.cases["published"]
    figure = case.evidence.get()
    for path in (
        reverse("admin:repository_casestudy_history", args=[case.pk]),
        reverse("admin:repository_evidence_history", args=[figure.pk]),
    ):
        answer = reader.get(path)
        assert (answer.status_code, answer.url) == (302, "/cases/published/history/")


def test_desk_counts_only_public_cases_for_other_staff(world, db):
    path = reverse("admin:repository_practice_changelist")
    name = Practice.objects.get(slug="window").name
    counts = {
        role: [
            row.one(".field-case_count").text
            for row in page_of(world.client(role).get(path)).select("#result_list tbody tr")
            if name in row.text
        ]
        for role in ("broker", "moderator")
    }
    assert counts == {"broker": ["2"], "moderator": [str(len(world.cases))]}


@pytest.mark.parametrize("role", ["moderator", "administrator", "author"])
@pytest.mark.parametrize("name", UNPUBLISHED)
def test_authors_moderators_and_administrators_read_a_draft(role, name, world, db):
    case = world.cases[name]
    client = world.client(role)
    for path in (case.get_absolute_url(), world.files[name].get_absolute_url()):
        assert hush(name) in text_of(client.get(path)), path
    assert can_write(world.people[role], case)
    if role != "author":
        path = reverse("admin:repository_casestudy_change", args=[case.pk])
        assert hush(name) in text_of(client.get(path))


@pytest.mark.parametrize("role", ["broker", "focal_point"])
def test_partnership_names_a_draft_to_those_who_may_read_it(role, world, db):
    partnership = world.partnerships["public"]
    partnership.resulting_case = world.cases["draft"]
    partnership.save()
    pages = {
        path: hush("draft") in text_of(world.client(role).get(path))
        for path in (
            partnership.get_absolute_url(),
            reverse("admin:partnerships_partnership_change", args=[partnership.pk]),
            reverse("admin:partnerships_partnership_history", args=[partnership.pk]),
        )
    }
    assert set(pages.values()) == {False}, pages


def test_form_names_the_readers_of_a_draft(world, db):
    lead = page_of(world.client("author").get("/cases/draft/edit/?step=1")).main.one("p.lead").text
    assert all(who in lead for who in ("authors", "moderators", "administrators"))
