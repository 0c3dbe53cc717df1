"""The page of a member."""

from datetime import timedelta

import pytest
from django.utils import timezone

from community.accounts import names
from community.accounts.models import OLD_HANDLE_REDIRECTS_FOR
from community.accounts.names import is_free_handle
from community.models import Audience, Comment, Experience, Membership, OldHandle
from community.privacy import retention
from community.privacy.actions import delete_account
from community.profiles.models import SHOWN_FIELDS
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    ExperienceFactory,
    PracticeFactory,
    ThemeFactory,
)
from tests.page import page_of

URL = "/members/member/"


@pytest.fixture
def membership(member):
    country = CountryFactory(iso2="KE")
    membership = Membership.objects.create(
        member=member,
        kind="policymaker",
        organization="County government",
        place="Kisumu",
        country=country,
        languages=["sw"],
        bio="I run one window.",
        verified_at=timezone.now(),
    )
    membership.knows.add(ThemeFactory(name="Logistics"))
    membership.wants.add(ThemeFactory(name="Payments"))
    return membership


PARTS = {
    "kind": "Policymaker",
    "organization": "County government",
    "place": "Kisumu, Kenya",
    "languages": "Swahili",
    "knows": "Logistics",
    "wants": "Payments",
    "bio": "I run one window.",
}


def comment(author, subject, **fields):
    return Comment.objects.create(
        author=author, subject=subject, **{"body": "So it is.", "standing": "published"} | fields
    )


def seen(client) -> set[str]:
    page = page_of(client.get(URL))
    found = {name for name, words in PARTS.items() if words in page.main.text}
    assert found == {name for name, words in PARTS.items() if words in page.html}
    return found


def marks(client) -> list[str]:
    return [mark.text for mark in page_of(client.get(URL)).select(".verified")]


@pytest.mark.parametrize("name", SHOWN_FIELDS)
@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.PUBLIC, {"visitor", "colleague", "member"}),
        (Audience.MEMBERS, {"colleague", "member"}),
        (Audience.NOBODY, {"member"}),
    ],
)
def test_show_each_part_to_its_audience(
    client, membership, member, colleague, name, audience, readers
):
    fields = dict.fromkeys([f"{each}_shown" for each in SHOWN_FIELDS], Audience.NOBODY)
    Membership.objects.update(**fields | {f"{name}_shown": audience})

    found = set()
    for reader in ("visitor", "colleague", "member"):
        client.logout()
        if reader != "visitor":
            client.force_login({"colleague": colleague, "member": member}[reader])
        if name in seen(client):
            found.add(reader)
    assert found == readers


def test_show_nothing_of_a_profile_to_visitors_unless_asked(client, membership):
    assert seen(client) == set()
    # Who asks to be verified asks for the mark, which stands beside the name everywhere.
    assert [mark.text for mark in page_of(client.get(URL)).select("h1 .verified")] == ["verified"]


def test_show_the_mark_beside_the_kind(client, membership):
    Membership.objects.update(kind_shown="public")
    assert marks(client) == ["verified"]

    Membership.objects.update(verified_at=None)
    assert marks(client) == []


def test_never_show_the_address(client, membership, member, administrator):
    Membership.objects.update(**{f"{name}_shown": "public" for name in SHOWN_FIELDS})
    client.force_login(administrator)

    assert member.email not in page_of(client.get(URL)).html


def test_redirect_capital_letters(client, member):
    response = client.get("/members/MemBer/")

    assert (response.status_code, response.url) == (301, URL)
    assert client.get("/members/NoBody/").status_code == 404


def test_keep_search_engines_out_unless_the_bio_is_public(client, membership):
    def robots() -> list[str]:
        return [meta["content"] for meta in page_of(client.get(URL)).select("meta[name=robots]")]

    assert robots() == ["noindex"]
    Membership.objects.update(bio_shown="public")
    assert robots() == []
    Membership.objects.update(bio="")
    assert robots() == ["noindex"]


def test_list_published_contributions_with_links(client, member, colleague):
    case = CaseStudyFactory(published=True, title="One window", authors=[member])
    CaseStudyFactory(title="A draft", authors=[member])
    other = CaseStudyFactory(published=True, title="Parcels")
    said = comment(member, other, body="We did <b>the same</b>.")
    comment(member, CaseStudyFactory(title="Not public"))
    comment(member, CaseStudyFactory(archived=True), body="Below a case that is gone.")
    comment(member, other, standing="pending", body="Waits.")
    comment(colleague, other, body="By somebody else.")
    tried = Experience.objects.create(
        author=member,
        subject=PracticeFactory(name="Consolidation"),
        city=CityFactory(),
        year=2020,
        status="adopted",
        failed="It was dear.",
        standing="published",
    )

    page = page_of(client.get(URL))

    assert [card.links for card in page.select(".tile")] == [
        [("One window", case.get_absolute_url())]
    ]
    rows = page.select(".list > li")
    assert [(row.one("h3 a")["href"], row.one(".excerpt").text) for row in rows] == [
        (f"{tried.subject.get_absolute_url()}#experience-{tried.pk}", "It was dear."),
        (f"{other.get_absolute_url()}#comment-{said.pk}", "We did <b>the same</b>."),
    ]
    for hidden in ("Not public", "Below a case that is gone.", "Waits.", "By somebody else."):
        assert hidden not in page.html


def test_turn_pages(client, member):
    case = CaseStudyFactory(published=True)
    for number in range(21):
        row = comment(member, case, body=f"Number {number}.")
        at = timezone.now() - timedelta(hours=number)
        Comment.objects.filter(pk=row.pk).update(created_at=at)

    first, second = (client.get(f"{URL}?page={page}").context for page in (1, 2))

    assert (first["newer"], first["older"], len(first["contributions"])) == (0, 2, 20)
    assert (second["newer"], second["older"], len(second["contributions"])) == (1, 0, 1)
    for page in ("0", "-1", "x", "²", "9" * 30):
        assert client.get(URL, {"page": page}).status_code == 404


def contribute(member, number):
    for subject in (CaseStudyFactory(published=True), PracticeFactory(), CityFactory()):
        for _ in range(number):
            comment(member, subject)
    CaseStudyFactory(published=True, authors=[member], themes=[ThemeFactory()])


def test_page_takes_the_same_queries_for_one_and_many(
    client, membership, member, colleague, django_assert_max_num_queries
):
    client.force_login(colleague)
    contribute(member, 1)
    # Loads the content types, which are kept.
    client.get(URL)
    with django_assert_max_num_queries(15) as few:
        client.get(URL)
    contribute(member, 3)
    with django_assert_max_num_queries(15) as many:
        client.get(URL)
    assert len(many) == len(few)


def test_answer_304_while_nothing_has_changed(client, membership):
    first = client.get(URL)
    tag = {"if-none-match": first.headers["ETag"]}

    assert client.get(URL, headers=tag).status_code == 304
    assert first.headers["Cache-Control"] == "max-age=0, must-revalidate, public"
    Membership.objects.update(kind_shown="public")
    assert client.get(URL, headers=tag).status_code == 200


def test_escape_hostile_names(client, membership, member):
    member.display_name = '<script>alert("1")</script>'
    member.save()
    Membership.objects.update(
        **{f"{name}_shown": "public" for name in SHOWN_FIELDS}, organization="<img src=x>"
    )

    text = client.get(URL).text
    assert ("<script>alert" in text, "<img src=x>" in text) == (False, False)


def test_offer_to_follow_other_members(client, member, colleague):
    page = page_of(client.get(URL))
    assert page.main.link("Follow") == "/accounts/login/?next=%2Fmembers%2Fmember%2F"
    assert "csrfmiddlewaretoken" not in page.html
    for reader, is_offered in ((colleague, True), (member, False)):
        client.force_login(reader)
        actions = [form.action for form in page_of(client.get(URL)).forms]
        assert (f"/follows/member/{member.pk}/" in actions) == is_offered


# Old handles


def rename(member, handle):
    member.handle = handle
    member.save(update_fields=["handle"])


def follow_link(client, handle) -> tuple:
    response = client.get(f"/members/{handle}/")
    return response.status_code, response.headers.get("Location")


def test_redirect_from_an_old_handle_for_a_while(client, member):
    rename(member, "amina")
    rename(member, "amina-diallo")
    for old in ("member", "amina", "Amina"):
        assert follow_link(client, old) == (301, "/members/amina-diallo/")
    assert "max-age=0" in client.get("/members/amina/").headers["Cache-Control"]
    OldHandle.objects.filter(handle="amina").update(
        created_at=timezone.now() - OLD_HANDLE_REDIRECTS_FOR
    )
    assert follow_link(client, "amina") == (404, None)
    assert follow_link(client, "member") == (301, "/members/amina-diallo/")
    assert (retention.forget_old_handles(), OldHandle.objects.count()) == (1, 1)


def test_redirect_nowhere_once_somebody_has_the_handle(client, member, colleague):
    rename(member, "amina")
    rename(colleague, "member")
    assert follow_link(client, "member") == (200, None)
    assert list(OldHandle.objects.values_list("handle", "member__handle")) == [
        ("colleague", "member")
    ]
    # The other gives it up again, and the first does not get it back.
    rename(colleague, "colleague")
    assert follow_link(client, "member") == (301, "/members/colleague/")


def test_return_to_an_old_handle(client, member):
    rename(member, "amina")
    rename(member, "member")
    assert follow_link(client, "member") == (200, None)
    assert follow_link(client, "amina") == (301, "/members/member/")


def test_redirect_nowhere_after_the_account_is_deleted(client, member):
    rename(member, "amina")
    delete_account(member=member, by=member, erase=False)
    assert [follow_link(client, old) for old in ("member", "amina")] == [(404, None)] * 2
    assert OldHandle.objects.count() == 0


def test_redirect_nowhere_while_the_account_is_closed(client, member):
    rename(member, "amina")
    member.is_active = False
    member.save()
    assert follow_link(client, "member") == (404, None)


def test_refuse_a_handle_that_redirects_to_another_member(client, member, colleague):
    rename(member, "amina")
    assert (is_free_handle("member"), is_free_handle("member", member=member.pk)) == (False, True)
    assert names.suggested_handle("Member") != "member"
    client.force_login(colleague)
    page = client.get("/accounts/profile/")
    sent = {**page.context["form"].initial, "handle": "member"}
    response = client.post("/accounts/profile/", {k: v or "" for k, v in sent.items()})
    assert "handle" in page_of(response).wrong_fields


def test_show_what_a_member_wrote_without_markup(client, member):
    case = CaseStudyFactory(published=True)
    comment(member, case, body="We **see** the [same](https://example.org) & more.")
    ExperienceFactory(subject=case, author=member, worked="", failed="Nobody *came*.")
    texts = [row["text"] for row in client.get(URL).context["contributions"]]
    assert texts == ["Nobody came.", "We see the same & more."]
