"""Nothing that is not public is found anywhere: each page that somebody may read is drawn, and
looked through for the words that stand in what they may not know of."""

import re
import zipfile

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from community.models import Comment
from community.privacy.export import archive_of
from partnerships.agreements import actions as agreements_actions
from partnerships.listings import actions as listings_actions
from partnerships.matches import actions as matches_actions
from partnerships.models import (
    ListingStatus,
    Match,
    Need,
    Offer,
    Partnership,
    PartnershipRequest,
    RequestStatus,
    Suggestion,
)
from partnerships.requests import actions as requests_actions
from partnerships.spaces import actions as spaces_actions
from repository.models import CaseStudy
from repository.pages.editions import forget_all
from tests.page import page_of
from tests.permissions import answers
from tests.permissions.answers import labels, spread
from tests.permissions.leaks import QUESTIONS, WORD, text_of
from tests.permissions.matches import STATES
from tests.permissions.matrix import PATTERNS, path_of, rows
from tests.permissions.world import AWAY, COMMON, HUSH, UNPUBLISHED, World, hush


def changes(*names: str) -> tuple[str, ...]:
    """The words of proposed changes: the text, why, and the answer."""
    return tuple(hush(f"{part}-{name}") for name in names for part in ("revision", "why", "answer"))


OF_MEMBER = changes("waiting", "answered", "taken-back", "of-archived")
OF_TRANSLATOR = (
    *(hush(f"translation-{name}") for name in ("claimed", "submitted", "declined")),
    hush("translation-answer-declined"),
)
# An open request that its city shows to members; and what those who speak for the city know.
OF_MEMBERS = (hush("request-members"),)
OF_CITY = (
    *map(hush, ("representation-ruling", "request-ruling")),
    *map(hush, ("position", "domain", "note-approved", "letter")),
    *(
        hush(f"{kind}-{name}")
        for kind in ("offers", "needs")
        for name in ListingStatus.values
        if name != ListingStatus.REPLACED
    ),
    *(hush(f"suggestion-{name}") for name in ("adopted", "declined")),
    *(
        hush(f"{part}-{name}")
        for part in ("request", "endorsement")
        for name in (*RequestStatus.values, "brokers-only", "members")
    ),
)
OF_COLLECTIONS = ("hushcollection", "hushnoteon")
# What Kisumu is asked and has agreed.
OF_KISUMU = (
    "hushnewstakendown",
    "hushpartnershipprivate",
    *(
        f"hush{part}{state}"
        for part in ("problems", "agreement")
        for state in ("private", "public")
    ),
    "hushaskedintroduced",
    *(hush(f"application-{state}") for state in ("pending", "declined")),
    *(
        hush(f"{part}-{state}")
        for part in ("match", "wanted")
        for state in ("interest", "proposed", "introduced", "withdrawn")
    ),
    "hushinterest",
    # Both know each other since they were introduced.
    "hushcontact",
)
# What Cotonou, for which the author speaks, is asked, and asks.
OF_COTONOU = (
    *(hush(f"match-{state}") for state in ("proposed", "introduced", "withdrawn")),
    *(hush(f"wanted-{state}") for state in STATES if state != "foreign"),
    *("hushquestion", "hushnarrow", "hushcontact"),
    *(hush("position-approved"), hush("domain-approved")),
)
# What the bank, for which the facilitator speaks, offers and has a part in.
OF_BANK = (
    *(hush(f"bank-{part}") for part in ("position", "domain", "note", "letter", "offer")),
    *(f"hush{part}facilitated" for part in ("partnership", "problems", "agreement")),
)
# Those who have a part in something find its words on pages of their own.
KNOWN = {
    "anonymous": (),
    # An invited member learns the title of what they are asked to write.
    "member": (hush("draft"), hush("submitted"), *OF_MEMBER, *OF_TRANSLATOR, *OF_MEMBERS),
    "focal_point": (*OF_CITY, *OF_KISUMU),
    # Reviews translations into Spanish.
    "facilitator": (
        *OF_MEMBERS,
        *OF_BANK,
        hush("translation-submitted"),
        hush("report-spanish"),
    ),
    "coauthor": (
        *map(hush, (*UNPUBLISHED, "archived")),
        *OF_MEMBER,
        *changes("own", "foreign"),
        *OF_MEMBERS,
    ),
    "author": (
        *map(hush, (*UNPUBLISHED, *AWAY, "archived", "said")),
        *map(hush, ("organization", "place", "bio", "proof", "appeal", "appealed")),
        *OF_MEMBER,
        *changes("own"),
        *OF_MEMBERS,
        # A practice they proposed in a case of theirs; what was kept of writing a suggestion.
        hush("published-proposed"),
        hush("publishedcopy"),
        # What they saved.
        *OF_COLLECTIONS,
        *OF_COTONOU,
    ),
}
# Proposals of tags for their cases, which authors answer.
OF_AUTHORS = tuple(f"{HUSH}{name}" for name in ("waiting", "ofdraft", "ofarchived"))
# What the reader of a message to an official address learns by its link: who asks.
BY_LINK = ("/partnerships/addresses/", hush("position-asked"))
# Links that tell of something which a reader may not know of, whatever they say.
LINKS = {
    re.compile(r"/partnerships/matches/(\d+)/"): Match,
    re.compile(r"/partnerships/requests/(\d+)/"): PartnershipRequest,
    re.compile(r"/partnerships/(\d+)/"): Partnership,
    re.compile(r"/partnerships/offers/(\d+)/"): Offer,
    re.compile(r"/partnerships/needs/(\d+)/"): Need,
    re.compile(r"/partnerships/suggestions/(\d+)/"): Suggestion,
}


def readable_paths(world: World, role: str) -> list[str]:
    """Each address that shows the role a page, as the table of the matrix has it."""
    found = []
    for name, route in PATTERNS.items():
        if name.startswith(("admin", "mfa", "account_", "usersessions")):
            continue
        kept = answers.examples(route, world)
        for key, row in rows(name).items():
            if spread(row[0])[role] in (200, 410, 302):
                found += [path_of(name, kept[label]) for label in labels(key)]
    return found


@pytest.mark.proof
@pytest.mark.parametrize("role", KNOWN)
def test_no_page_leaks_a_secret(role, world, db, sample, is_sample):
    client = world.client(role)
    known = KNOWN[role] + (OF_AUTHORS if role in ("author", "coauthor") else ())
    person = world.people.get(role, AnonymousUser())
    visible = {
        link: {*model.objects.visible_to(person).values_list("pk", flat=True)}
        for link, model in LINKS.items()
    }
    leaks, opened = [], []
    for path in sample([*readable_paths(world, role), *QUESTIONS], 20):
        cookies = client.cookies.copy()
        response = client.get(path, follow=path.startswith("/comments/"))
        client.cookies = cookies
        opened.append(path)
        asked = path.partition("?")[2].lower()
        text = text_of(response)
        leaks += [
            f"{path}: {word}"
            for word in sorted({*WORD.findall(text)})
            if not word.startswith(known or ("-",)) and word not in asked
            if not (path.startswith(BY_LINK[0]) and word == BY_LINK[1])
        ]
        leaks += [
            f"{path}: a link to {LINKS[link].__name__} {pk}"
            for link, allowed in visible.items()
            for pk in {*map(int, link.findall(text.partition("\n\n")[2]))} - allowed
            # Which address one asks for, one knows.
            if f"/{pk}/" not in path
        ]
    assert leaks == []
    if not is_sample:
        pages = {"/", "/feeds/cases.atom", "/sitemap-cases.xml", "/tags/tag-openpublished/"}
        assert {*pages, "/api/v1/cases", "/api/v1/cases/published", "/api/v1/figures"} < {*opened}


def test_search_finds_public_content(world, db):
    """The search itself works: what is public is found by the word that all have."""
    client = world.client("anonymous")
    for path in (f"/cases/?q={COMMON}", f"/search/?q={COMMON}", f"/tags/{COMMON}/"):
        links = [href for _text, href in page_of(client.get(path)).links]
        found = {href for href in links if re.fullmatch(r"/cases/[\w-]+/", href)}
        assert found - {"/cases/new/"} == {"/cases/published/", "/cases/foreign/"}, path
    for path in ("/api/v1/cases", f"/api/v1/cases?q={COMMON}", f"/api/v1/cases?tag={COMMON}"):
        cases = client.get(path).json()["items"]
        assert {case["slug"] for case in cases} == {"published", "foreign"}, path
    feed = client.get("/feeds/cases.atom").content.decode()
    assert set(re.findall(r'href="http://testserver/cases/([\w-]+)/"', feed)) == {
        "published",
        "foreign",
    }
    sitemap = client.get("/sitemap-cases.xml").content.decode()
    assert set(re.findall(r"/cases/([\w-]+)/<", sitemap)) == {"published", "foreign"}


def test_count_only_public_content(world, db):
    client = world.client("anonymous")
    facets = client.get("/cases/").context["facets"]
    counts = {row["key"]: row["count"] for group in facets for row in group["rows"]}
    public = ("trade", "window", "KE", "kisumu", COMMON)
    assert {key: counts[key] for key in public if key in counts} == dict.fromkeys(
        [key for key in public if key in counts], 2
    )
    assert COMMON in counts
    assert max(counts.values()) == 2
    city = client.get("/cities/").content.decode()
    assert re.search(r"\b(?:[3-9]|\d\d) cases", city) is None


def test_history_hides_text_that_waited_for_review(world, db):
    """Others read the words from the moment on at which a moderator let them pass."""
    path = f"/comments/{world.comments['edited'].pk}/history/"
    shown = {
        role: hush("said-edited") in world.client(role).get(path).content.decode() for role in KNOWN
    }
    assert shown == {
        "anonymous": False,
        "member": False,
        "focal_point": False,
        "facilitator": False,
        "coauthor": False,
        "author": True,
    }


# What is held about a member leaves out what others wrote: notes of brokers, agreements and files
# that are the cities', who speaks for the other city, what it said to the brokers.
NEVER = ("hushnoteof", "hushmatchnote", "hushagreement", "hushproblems", "hushendorsement")
NOT_OF = {
    "member": NEVER + OF_COLLECTIONS + OF_KISUMU + OF_COTONOU + OF_BANK,
    # The file of the agreement is not theirs alone.
    "facilitator": NEVER + OF_COLLECTIONS + OF_KISUMU + OF_COTONOU,
    "focal_point": (*NEVER, *OF_COLLECTIONS, "hushcontact", "hushquestion", "hushnarrow"),
    "author": (*NEVER, "hushinterest", hush("position-approved"), hush("note-approved")),
}


@pytest.mark.parametrize("role", NOT_OF)
def test_export_contains_no_text_of_others(role, world, db):
    with archive_of(world.people[role]) as file, zipfile.ZipFile(file) as archive:
        held = [archive.read(name).decode(errors="replace") for name in archive.namelist()]
    found = {*WORD.findall("\n".join(held).lower())}
    assert {word for word in found if word.startswith(NOT_OF[role])} == set()
    assert found, "what is one's own is there"


PUBLIC_PAGES = [
    "/",
    "/cities/",
    "/cities/kisumu/",
    "/api/v1/cities/kisumu",
    "/partnerships/",
    "/partnerships/clusters/",
    "/partnerships/clusters/public-cluster/",
    "/monitoring/",
    "/sitemap.xml",
]


def test_public_pages_of_partnerships_stay_the_same_while_hidden_things_change(
    world, db, monkeypatch
):
    """Repeated requests for a page reveal nothing through its ETag."""
    # The page of a cluster shows the minute in which its figures were counted.
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    before = etags(world, PUBLIC_PAGES)
    broker, author = world.people["broker"], world.people["author"]
    focal_point = world.people["focal_point"]
    requests_actions.withdraw(partnership_request=world.requests["submitted"], by=focal_point)
    matches_actions.note(match=world.matches["candidate"], by=broker, words="Other words.")
    matches_actions.propose(match=world.matches["candidate"], by=broker, message="Other words.")
    spaces_actions.say(
        match=world.matches["introduced"], by=author, body="Other words.", token="other"
    )
    agreements_actions.take_step(
        partnership=world.partnerships["private"],
        verb="stall",
        by=broker,
        words="No visas.",
        reason="capacity",
    )
    listings_actions.close(listing=world.offers["pending"], by=focal_point)
    facilitator = world.people["facilitator"]
    listings_actions.close(listing=world.offers["of-organization-pending"], by=facilitator)
    asked = world.requests["members"]
    before_for_members = etags(world, ["/partnerships/"], "member")
    requests_actions.close(partnership_request=asked, by=focal_point, reason="changed")
    assert etags(world, ["/partnerships/"], "member") != before_for_members
    assert etags(world, PUBLIC_PAGES) == before
    listings_actions.close(listing=world.offers["published"], by=focal_point)
    assert etags(world, PUBLIC_PAGES)["/partnerships/"] != before["/partnerships/"]


def etags(world: World, paths: list[str] | None = None, role: str = "anonymous") -> dict[str, str]:
    """What tells a browser that a page has changed, if nothing else is said for somebody who is
    not signed in."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    forget_all()
    paths = paths or [
        "/",
        "/api/v1/cases/published",
        "/cases/",
        "/cases/published/",
        "/tags/lanternfish/",
        "/sitemap.xml",
    ]
    return {path: world.client(role).get(path).headers["ETag"] for path in paths}


def test_pages_stay_the_same_while_hidden_things_change(world, db):
    before = etags(world)
    CaseStudy.objects.filter(slug="draft").update(title="Another title", summary="Other words.")
    draft = CaseStudy.objects.get(slug="submitted")
    draft.tags.add("a new tag")
    draft.status = "declined"
    draft.save()
    waiting = Comment.objects.get(pk=world.comments["pending"].pk)
    waiting.body = "Other words."
    waiting.save()
    assert etags(world) == before
    CaseStudy.objects.filter(slug="published").update(title="Another title")
    assert etags(world)["/cases/published/"] != before["/cases/published/"]
