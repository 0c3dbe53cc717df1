"""Rights that are taken away are gone with the next request, in a session that goes on."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.utils import timezone

from community.models import User
from community.writing.coauthors import actions as coauthors_actions
from partnerships.models import Representation
from repository.workflow import ActionRefused
from tests.permissions.agreements import links
from tests.permissions.answers import LOGIN
from tests.permissions.matrix import ask
from tests.permissions.world import World


def of_group(world: World, role: str) -> None:
    world.people[role].groups.clear()


def of_staff(world: World, role: str) -> None:
    User.objects.filter(pk=world.people[role].pk).update(is_staff=False, is_superuser=False)


def closed(world: World, role: str) -> None:
    User.objects.filter(pk=world.people[role].pk).update(is_active=False)


def of_permission(world: World, role: str) -> None:
    """The group stays, and may do less."""
    moderate = Permission.objects.get(codename="moderate", content_type__app_label="community")
    Group.objects.get(name="Moderators").permissions.remove(moderate)


def of_authors(world: World, role: str) -> None:
    for case in world.cases.values():
        case.authors.remove(world.people[role])


def of_factor(world: World, role: str) -> None:
    world.people[role].authenticator_set.all().delete()


def of_sessions(world: World, role: str) -> None:
    """Signed out everywhere, as after a password that somebody else knew."""
    person = User.objects.get(pk=world.people[role].pk)
    person.set_password("another quiet lantern")
    person.save()


def of_city(world: World, role: str) -> None:
    """A broker ends it."""
    Representation.objects.filter(member=world.people[role], status="approved").update(
        status="ended"
    )


def of_last_day(world: World, role: str) -> None:
    """The last day is over, and nobody has noted it yet."""
    yesterday = timezone.localdate() - timedelta(days=1)
    held = Representation.objects.filter(member=world.people[role], status="approved")
    held.update(since=yesterday, until=yesterday)


REVIEW = "/admin/review/case/{case}/"
UNDO = "/admin/decisions/{decision}/undo/"
WRITE = "/cases/draft/edit/"
FILE = "/cases/draft/files/{file}/"
DRAFT = "/cases/draft/"
REQUEST_NOTE = "/admin/partnerships/partnershiprequest/{asked}/note/"
PROPOSED = "/partnerships/matches/{proposed}/"
SPACE = "/partnerships/matches/{space}/"
# Whose right is taken away and how; the request; what it was answered before, and is after.
TAKEN: list[tuple[str, Callable, str, str, int | str, int | str]] = [
    ("moderator", of_group, "get", REVIEW, 200, 403),
    ("moderator", of_group, "post", UNDO, 302, 403),
    ("moderator", of_group, "get", DRAFT, 200, 404),
    ("moderator", of_group, "post", WRITE, 200, 404),
    ("moderator", of_group, "get", "/admin/repository/casestudy/", 200, 403),
    ("moderator", of_permission, "get", REVIEW, 200, 403),
    ("moderator", of_permission, "get", "/admin/review/words/{words}/", 200, 403),
    ("moderator", of_group, "get", "/admin/surveys/{series}/", 200, 403),
    ("moderator", of_group, "get", "/admin/surveys/{series}/export/", 200, 403),
    ("administrator", closed, "get", "/admin/surveys/{series}/export/", 200, LOGIN),
    ("moderator", of_permission, "post", UNDO, 302, 403),
    ("moderator", of_permission, "get", "/comments/{comment}/", 302, 404),
    ("moderator", of_staff, "get", "/admin/", 200, 403),
    ("moderator", of_factor, "get", "/admin/", 200, 302),
    ("moderator", of_factor, "post", UNDO, 302, 302),
    ("moderator", closed, "get", "/admin/", 200, LOGIN),
    ("moderator", closed, "post", UNDO, 302, LOGIN),
    ("moderator", of_sessions, "post", UNDO, 302, LOGIN),
    ("broker", of_group, "get", "/admin/repository/casestudy/", 200, 403),
    ("broker", of_group, "get", "/admin/repository/city/add/", 200, 403),
    ("broker", closed, "get", "/admin/repository/city/add/", 200, LOGIN),
    ("administrator", of_staff, "get", "/admin/record/", 200, 403),
    ("administrator", of_staff, "get", "/admin/community/user/", 200, 403),
    ("administrator", closed, "get", "/admin/record/export/", 200, LOGIN),
    ("coauthor", of_authors, "get", DRAFT, 200, 404),
    ("coauthor", of_authors, "get", FILE, 200, 404),
    ("coauthor", of_authors, "get", WRITE, 200, 404),
    ("coauthor", of_authors, "post", WRITE, 200, 404),
    ("coauthor", of_authors, "post", "/cases/draft/submit/", 302, 404),
    ("coauthor", of_authors, "post", "/cases/published/authors/invite/", 302, 403),
    ("coauthor", of_authors, "post", "/tag-proposals/{proposal}/accept/", 302, 404),
    ("coauthor", closed, "get", DRAFT, 200, 404),
    ("coauthor", closed, "post", WRITE, 200, LOGIN),
    ("author", closed, "get", "/desk/", 200, LOGIN),
    ("author", closed, "post", "/comments/{own}/withdraw/", 302, LOGIN),
    ("author", closed, "get", FILE, 200, 404),
    ("member", closed, "get", "/desk/", 200, LOGIN),
    ("member", closed, "get", "/notifications/", 200, LOGIN),
    ("member", closed, "get", "/mentions/?q=au", 200, LOGIN),
    ("member", closed, "post", "/comments/{own}/helpful/", 302, LOGIN),
    ("member", closed, "post", "/invitations/{invitation}/accept/", 302, LOGIN),
    ("member", of_sessions, "get", "/desk/", 200, LOGIN),
    ("focal_point", closed, "get", "/accounts/profile/", 200, LOGIN),
    *(
        ("focal_point", ended, method, path, before, after)
        for ended in (of_city, of_last_day)
        for method, path, before, after in (
            ("get", "/partnerships/offers/{offer}/", 200, 404),
            ("post", "/partnerships/offers/{offer}/close/", 302, 404),
            ("get", "/partnerships/requests/{asked}/", 200, 404),
            ("get", "/partnerships/requests/{asked}/edit/", 200, 404),
            ("post", "/partnerships/requests/{asked}/discard/", 302, 404),
            ("get", "/partnerships/{partnership}/", 200, 404),
            ("post", "/partnerships/{partnership}/resume/", 302, 404),
            ("get", "/partnerships/matches/{introduced}/agree/", 200, 404),
            ("get", "/partnerships/reports/{report}/", 200, 410),
            ("get", "/partnerships/cities/kisumu/profile/", 200, 403),
            ("get", "/partnerships/{partnership}/agreement/", 200, 404),
            ("get", "/partnerships/{partnership}/edit/", 200, 404),
            ("post", "/partnerships/{partnership}/case/", 302, 404),
            ("get", f"{PROPOSED}", 200, 404),
            ("post", f"{PROPOSED}answer/", 200, 404),
            ("post", f"{PROPOSED}withdraw/", 302, 404),
            ("post", f"{PROPOSED}questions/", 200, 404),
            ("get", f"{SPACE}", 200, 404),
            ("get", f"{SPACE}files/{{space_file}}/", 200, 404),
            ("get", f"{SPACE}dates/{{meeting}}/calendar/", 200, 404),
            ("post", f"{SPACE}messages/", 200, 404),
            ("post", f"{SPACE}plan/agree/", 302, 404),
            # It said itself that it is interested.
            ("get", "/partnerships/matches/{interest}/", 200, 404),
            ("get", "/partnerships/requests/{letter}/letter/", 200, 404),
        )
    ),
    *(
        ("facilitator", ended, method, path, before, after)
        for ended in (of_city, of_last_day)
        for method, path, before, after in (
            ("get", "/partnerships/offers/new/", 200, 302),
            ("get", "/partnerships/offers/{of_bank}/", 200, 404),
            ("get", "/partnerships/offers/{of_bank}/edit/", 200, 404),
            ("post", "/partnerships/offers/{of_bank}/close/", 302, 404),
            ("get", "/partnerships/{facilitated}/", 200, 404),
            ("post", "/partnerships/{facilitated}/resume/", 302, 404),
            ("get", "/partnerships/{facilitated}/agreement/", 200, 404),
            ("get", "/partnerships/{facilitated}/edit/", 200, 404),
            ("post", "/partnerships/{facilitated}/case/", 302, 404),
        )
    ),
    ("broker", of_group, "get", f"{SPACE}", 200, 404),
    ("broker", of_group, "get", f"{SPACE}files/{{space_file}}/", 200, 404),
    ("broker", of_group, "get", "/partnerships/{partnership}/agreement/", 200, 404),
    ("broker", of_group, "get", "/admin/partnerships/matches/{proposed}/", 200, 403),
    ("broker", of_group, "post", "/admin/partnerships/matches/{proposed}/", 302, 403),
    ("broker", of_group, "get", "/partnerships/requests/{asked}/", 200, 404),
    ("broker", of_group, "get", "/partnerships/{partnership}/", 200, 404),
    ("broker", of_group, "get", "/admin/review/offer/{offer}/", 200, 403),
    ("broker", of_group, "post", REQUEST_NOTE, 302, 403),
    ("broker", of_factor, "post", REQUEST_NOTE, 302, 302),
    ("broker", closed, "post", REQUEST_NOTE, 302, LOGIN),
]


@pytest.mark.parametrize(("role", "take", "method", "path", "before", "after"), TAKEN)
def test_refuse_with_the_next_request(role, take, method, path, before, after, world, db):
    path = path.format(
        case=world.cases["draft"].pk,
        series=world.things["series"].pk,
        words=world.things["words"].pk,
        decision=world.decisions["hidden"].pk,
        file=world.files["draft"].pk,
        comment=world.comments["foreign-pending"].pk,
        own=world.comments["published"].pk,
        proposal=world.proposals["waiting"].pk,
        invitation=world.invitations["open"].pk,
        offer=world.offers["pending"].pk,
        asked=world.requests["draft"].pk,
        partnership=world.partnerships["private"].pk,
        introduced=world.introductions["introduced"].pk,
        report=links(world)["right"]["token"],
        proposed=world.matches["proposed"].pk,
        space=world.matches["introduced"].pk,
        interest=world.matches["interest"].pk,
        meeting=world.meetings["introduced"].pk,
        space_file=world.shared_files["introduced"].pk,
        letter=world.requests["draft"].pk,
        of_bank=world.offers["of-organization-pending"].pk,
        facilitated=world.partnerships["facilitated"].pk,
    )
    client = world.client(role)
    first = ask(client, method, path, {})
    take(world, role)
    assert (first, ask(client, method, path, {})) == (before, after)


def test_closed_account_sees_the_public_page(world, db):
    """The page that was kept for a member is another one than that for visitors."""
    client = world.client("author")
    kept = client.get("/cases/published/")
    closed(world, "author")
    again = client.get("/cases/published/", headers={"if-none-match": kept.headers["ETag"]})
    assert (kept.status_code, again.status_code) == (200, 200)
    assert b"hushsaidpending" in kept.content
    assert b"hushsaidpending" not in again.content


def test_withdrawn_invitation_opens_nothing(world, db):
    case, member = world.cases["draft"], world.people["member"]
    coauthors_actions.withdraw(invitation=world.invitations["open"], by=world.people["author"])
    path = f"/invitations/{world.invitations['open'].pk}/accept/"
    world.client("member").post(path)
    assert not case.authors.filter(pk=member.pk).exists()
    assert ask(world.client("member"), "get", "/cases/draft/", {}) == 404


def test_invitation_of_somebody_who_left_opens_nothing(world, db):
    case, member = world.cases["draft"], world.people["member"]
    case.authors.remove(world.people["author"])
    with pytest.raises(ActionRefused, match="no longer an author"):
        coauthors_actions.accept(invitation=world.invitations["open"], by=member)
    assert ask(world.client("member"), "get", "/cases/draft/", {}) == 404
