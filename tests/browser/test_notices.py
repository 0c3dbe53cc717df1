"""Following a case and reading what is new about it, without scripts and in a small window."""

import pytest
from playwright.sync_api import expect

from community.models import Follow, NoticeKind, User
from community.notices.notify import notify
from repository.models import CaseStudy
from tests.browser.axe import width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in


@pytest.fixture
def page(open_page, site):
    page = open_page(
        java_script_enabled=False, base_url=site, viewport={"width": 320, "height": 640}
    )
    cookie = signed_in(User.objects.get(handle="member")).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    return page


def test_follow_read_notices_and_unfollow(page):
    member, case = User.objects.get(handle="member"), CaseStudy.objects.get(slug="zhengzhou")
    page.goto("/cases/zhengzhou/")
    click_and_load(page.get_by_role("button", name="Follow", exact=True))
    expect(page.get_by_role("button", name="Unfollow")).to_have_count(1)
    assert width_over(page) == 0

    followers = Follow.objects.about(case).values_list("member", flat=True)
    author = User.objects.get(handle="moderator")
    for number in range(2):
        notify(
            followers,
            kind=NoticeKind.FOLLOWED,
            event="comment.new",
            subject=case,
            actor=author,
            key=f"news-{number}",
        )
    page.goto("/")
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 640})
        assert width_over(page) == 0
    page.set_viewport_size({"width": 320, "height": 640})
    click_and_load(page.get_by_role("link", name="Notifications, 2 unread"))
    expect(page.locator(".notices p").first).to_have_text(
        f"New Moderator commented on {case.title}, which you follow."
    )
    assert width_over(page) == 0
    click_and_load(page.get_by_role("button", name="Mark as read").first)
    click_and_load(page.get_by_role("button", name="Mark all as read"))
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    assert member.notifications.unread().count() == 0

    click_and_load(page.get_by_role("link", name="Following").last)
    click_and_load(page.get_by_role("button", name="Unfollow"))
    expect(page.get_by_text("You aren’t following anything yet.")).to_have_count(1)


def test_choose_the_frequency_of_emails(page):
    page.goto("/notifications/settings/")
    page.get_by_label("Replies to you").select_option(label="Daily digest")
    click_and_load(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Settings saved.")).to_have_count(1)
    assert page.get_by_label("Replies to you").input_value() == "daily"
    assert width_over(page) == 0
