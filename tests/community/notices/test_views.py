import pytest
from django.core.signing import Signer
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.models import (
    Delivery,
    Follow,
    Invitation,
    NoticeKind,
    NoticeSetting,
    Notification,
    Standing,
    User,
)
from community.notices import digests
from community.notices.models import chosen_by
from community.notices.notify import notify
from community.notices.wording import shown_to
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    ExperienceFactory,
    PracticeFactory,
    TagFactory,
    ThemeFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(published=True, title="Parcels by train")


@pytest.fixture
def reader(client, member):
    client.force_login(member)
    return client


def send_notice(member, subject, **changes):
    values = {"kind": NoticeKind.REPLY, "event": "comment.reply"} | changes
    notify([member.pk], subject=subject, **values)
    return Notification.objects.latest("pk")


def listed(client) -> list[str]:
    return [one.notice.event for one in client.get("/notifications/").context["shown"]]


# The list


def test_list_the_unread_first(reader, member, case):
    send_notice(member, case, event="comment.new")
    old = send_notice(member, case, event="comment.reply")
    send_notice(member, case, event="comment.mention")
    Notification.objects.filter(pk=old.pk).update(read_at=timezone.now())
    assert listed(reader) == ["comment.mention", "comment.new", "comment.reply"]


def test_list_only_own_notices(client, stranger, member, case):
    send_notice(member, case)
    client.force_login(stranger)
    assert listed(client) == []


def test_link_to_the_comment(reader, member, colleague, case):
    comment = CommentFactory(subject=case, author=colleague, standing=Standing.PUBLISHED)
    send_notice(member, case, actor=colleague, comment=str(comment.pk))
    notice = page_of(reader.get("/notifications/")).one(".notices li")
    assert notice.lines[0] == "New Colleague replied to your comment on Parcels by train."
    assert notice.links == [("Parcels by train", f"/comments/{comment.pk}/")]
    assert [each.text for each in notice.select("bdi")] == ["Colleague", "Parcels by train"]


def test_escape_names_and_titles(reader, member, colleague):
    bad = "<script>alert(1)</script>{subject}"
    User.objects.filter(pk=colleague.pk).update(display_name=bad)
    send_notice(member, CaseStudyFactory(published=True, title=bad, slug="bad"), actor=colleague)
    [one] = reader.get("/notifications/").context["shown"]
    name = "&lt;script&gt;alert(1)&lt;/script&gt;{subject}"
    assert one.html == (
        f'<bdi>{name}</bdi> replied to your comment on <a href="/cases/bad/"><bdi>{name}</bdi></a>.'
    )


def test_leave_out_and_do_not_count_hidden_comments(reader, member, colleague, case):
    comment = CommentFactory(subject=case, author=colleague, standing=Standing.PUBLISHED)
    send_notice(member, case, actor=colleague, comment=str(comment.pk))
    assert listed(reader) == ["comment.reply"]
    comment.standing = Standing.HIDDEN
    comment.save(update_fields=["standing"])
    assert listed(reader) == []
    assert member.notifications.unread().count() == 0
    comment.standing = Standing.PUBLISHED
    comment.save(update_fields=["standing"])
    assert listed(reader) == ["comment.reply"]


def test_show_an_invitation_to_the_invited_until_it_is_answered(member, colleague, stranger):
    draft = CaseStudyFactory(authors=[colleague], title="Our port")
    invitation = Invitation.objects.create(case=draft, by=colleague, member=member)
    notice = send_notice(
        member, invitation, kind="invitation", event="author.invited", actor=colleague
    )
    assert [one.title for one in shown_to(member, [notice])] == ["Our port"]
    assert shown_to(stranger, [notice]) == []
    Invitation.objects.update(answer="withdrawn", answered_at=timezone.now())
    assert shown_to(member, [notice]) == []


def test_show_work_to_moderators_and_authors_only(member, moderator, colleague, case):
    case.authors.add(member)
    for person, seen in [(member, 1), (moderator, 1), (colleague, 0)]:
        notice = send_notice(person, case, kind="review", event="revision.submitted")
        assert len(shown_to(User.objects.get(pk=person.pk), [notice])) == seen


def test_show_news_of_a_former_member(reader, member, colleague, case):
    notice = send_notice(member, case, actor=colleague)
    Notification.objects.filter(pk=notice.pk).update(actor=None)
    [one] = reader.get("/notifications/").context["shown"]
    assert one.actor == "A former member"


def send_every_kind(member, colleague, number: int) -> None:
    for _ in range(number):
        case = CaseStudyFactory(published=True)
        comment = CommentFactory(subject=case, author=colleague, standing=Standing.PUBLISHED)
        tried = ExperienceFactory(subject=case, author=colleague, standing=Standing.PUBLISHED)
        send_notice(member, case, actor=colleague, comment=str(comment.pk))
        send_notice(member, case, actor=colleague, experience=str(tried.pk), event="experience.new")
        for make in (PracticeFactory, CityFactory):
            send_notice(member, make(), actor=colleague, event="comment.new")


def test_ask_few_queries_for_notices_of_all_kinds(reader, member, colleague):
    counts = []
    for number in (1, 2):
        send_every_kind(member, colleague, number)
        reader.get("/notifications/")
        with CaptureQueriesContext(connection) as queries:
            assert len(listed(reader)) == 4 * len(counts) * 2 + 4
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 8


# Reading


def test_mark_one_and_all_as_read(reader, member, case):
    first, second, third = [send_notice(member, case) for _ in range(3)]
    assert reader.post("/notifications/read/", {"notice": first.pk}).status_code == 302
    assert {*member.notifications.unread()} == {second, third}
    # The third came after the page was made.
    reader.post("/notifications/read/", {"newest": second.pk})
    reader.post("/notifications/read/", {"newest": second.pk})
    assert {*member.notifications.unread()} == {third}


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "²", "1.5"])
def test_mark_nothing_for_an_invalid_number(value, reader, member, case):
    send_notice(member, case)
    assert reader.post("/notifications/read/", {"notice": value}).status_code == 302
    assert member.notifications.unread().count() == 1


def test_mark_no_notices_of_others(client, stranger, member, case):
    notice = send_notice(member, case)
    client.force_login(stranger)
    client.post("/notifications/read/", {"notice": notice.pk})
    client.post("/notifications/read/", {"newest": notice.pk})
    assert member.notifications.unread().count() == 1


def unread_counts(response) -> list[str]:
    return [each.text for each in page_of(response).select(".unread-count[aria-hidden=true]")]


def test_count_the_unread_in_the_head_of_each_page(reader, member, case):
    assert unread_counts(reader.get("/")) == []
    etag = reader.get("/").headers["ETag"]
    notice = send_notice(member, case)
    response = reader.get("/", headers={"if-none-match": etag})
    assert response.status_code == 200
    assert unread_counts(response) == ["1"]
    reader.post("/notifications/read/", {"notice": notice.pk})
    assert unread_counts(reader.get("/")) == []


# Settings


def test_choose_deliveries(reader, member):
    chosen = dict.fromkeys(["reply", "mention", "decision", "followed"], "daily")
    chosen |= {"verify": "none", "invitation": "weekly", "partnership": "daily"}
    for _ in range(2):
        response = reader.post("/notifications/settings/", chosen)
        assert (response.status_code, response.headers["Location"]) == (
            302,
            "/notifications/settings/",
        )
    assert chosen_by(member) == chosen | {"review": "daily", "brokering": "daily"}


def test_refuse_an_unknown_delivery(reader, member):
    response = reader.post("/notifications/settings/", {"reply": "hourly"})
    assert "reply" in page_of(response).wrong_fields
    assert NoticeSetting.objects.count() == 0


def test_offer_staff_the_kinds_of_their_work(client, member, moderator, broker, administrator):
    fields = {}
    for user in (member, moderator, broker, administrator):
        client.force_login(user)
        fields[user] = [*client.get("/notifications/settings/").context["form"].fields]
    *all_members, review, brokering = NoticeKind.values
    assert fields[member] == all_members
    assert fields[moderator] == [*all_members, review]
    assert fields[broker] == [*all_members, brokering]
    assert fields[administrator] == [*all_members, review, brokering]


# Stopping from a message


def test_stop_one_kind_without_signing_in(client, member):
    path = digests.unsubscribe_path(member, "followed")
    client.handler.enforce_csrf_checks = True
    page = client.get(path)
    assert (page.status_code, NoticeSetting.objects.count()) == (200, 0)
    for _ in range(2):
        response = client.post(path, {"List-Unsubscribe": "One-Click"})
        assert (response.status_code, response.context["is_done"]) == (200, True)
    assert [*NoticeSetting.objects.values_list("member", "kind", "delivery")] == [
        (member.pk, "followed", "none")
    ]


def test_stop_a_digest_and_nothing_else(client, member):
    NoticeSetting.objects.create(member=member, kind="reply", delivery=Delivery.WEEKLY)
    client.post(digests.unsubscribe_path(member, "weekly"))
    assert [kind for kind, delivery in chosen_by(member).items() if delivery == "none"] == [
        "reply",
        "followed",
    ]


def test_stop_is_refused_with_a_signature_of_others(client, member, colleague):
    own = digests.unsubscribe_path(member, "followed")
    signature = own.rstrip("/").rpartition(":")[2]
    other = Signer(salt="another").sign(f"{member.pk}:followed")
    for token in [f"{colleague.pk}:followed:{signature}", f"{member.pk}:reply:{signature}", other]:
        assert client.post(f"/notifications/stop/{token}/").status_code == 404
    assert NoticeSetting.objects.count() == 0


def test_stop_answers_404_after_the_account_is_deleted(client, member):
    path = digests.unsubscribe_path(member, "followed")
    member.delete()
    assert client.post(path).status_code == 404


# Following


def offered(response) -> list[str]:
    """The verbs of the buttons to follow something."""
    return [button["value"] for button in page_of(response).select("main button[name=verb]")]


def test_follow_by_the_button_of_a_page(reader, member, case):
    path = case.get_absolute_url()
    assert offered(reader.get(path)) == ["follow"]
    for _ in range(2):
        response = reader.post(f"/follows/case/{case.pk}/", {"verb": "follow"})
        assert (response.status_code, response.headers["Location"]) == (302, path)
    assert Follow.objects.count() == 1
    assert offered(reader.get(path)) == ["unfollow"]
    reader.post(f"/follows/case/{case.pk}/", {"verb": "unfollow"})
    assert Follow.objects.count() == 0


@pytest.mark.parametrize("make", [PracticeFactory, CityFactory, TagFactory, ThemeFactory])
def test_offer_the_button_on_each_page(make, reader, client):
    subject = make()
    if make is ThemeFactory:
        CaseStudyFactory(published=True, themes=[subject])
    if make is TagFactory:
        CaseStudyFactory(published=True, tags=[subject.name])
    assert offered(reader.get(subject.get_absolute_url())) == ["follow"]


def test_offer_the_button_on_the_page_of_another_member(reader, member, colleague):
    assert offered(reader.get("/members/colleague/")) == ["follow"]
    assert offered(reader.get("/members/member/")) == []


def test_send_visitors_to_sign_in_and_back(client, case):
    page = page_of(client.get(case.get_absolute_url()))
    assert page.main.link("Follow") == f"/accounts/login/?next=%2Fcases%2F{case.slug}%2F"
    assert "csrfmiddlewaretoken" not in page.html


def test_offer_no_theme_where_more_is_chosen(reader):
    first, second = ThemeFactory(), ThemeFactory()
    CaseStudyFactory(published=True, themes=[first, second])
    assert offered(reader.get(f"/cases/?theme={first.slug}&theme={second.slug}")) == []


@pytest.mark.parametrize("verb", ["", "like"])
def test_follow_is_refused_with_another_verb(verb, reader, case):
    assert reader.post(f"/follows/case/{case.pk}/", {"verb": verb}).status_code == 404
    assert Follow.objects.count() == 0


def test_list_what_is_followed_and_stop_there(reader, member, colleague, case):
    for subject in (case, colleague):
        Follow.objects.create(member=member, subject=subject)
    rows = reader.get("/follows/").context["rows"]
    assert [(row["word"], row["title"], row["url"]) for row in rows] == [
        ("member", "Colleague", "/members/colleague/"),
        ("case", "Parcels by train", case.get_absolute_url()),
    ]
    response = reader.post(f"/follows/case/{case.pk}/", {"verb": "unfollow", "list": "1"})
    assert response.headers["Location"] == "/follows/"
    assert [row["word"] for row in reader.get("/follows/").context["rows"]] == ["member"]


def test_numbers_of_notices_are_not_localized(reader, member, case):
    notice = send_notice(member, case)
    Notification.objects.filter(pk=notice.pk).update(id=1_234_567)
    button = page_of(reader.get("/notifications/")).one("button[name=notice]")
    assert button["value"] == "1234567"
