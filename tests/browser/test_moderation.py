"""The desk of moderators, flags and appeals in a browser, from the flag to the appeal's answer."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from community.models import (
    Appeal,
    CannedText,
    Comment,
    Decision,
    Flag,
    ProposedPractice,
    User,
    Verb,
)
from community.moderation.claims.actions import claim
from community.moderation.decisions.actions import decide
from repository.models import CaseStudy
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.community.webinars.surveys import surveys
from tests.factories import CaseStudyFactory, CommentFactory, ExperienceFactory, UserFactory

pytestmark = pytest.mark.usefixtures("collection")


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture
def visit(open_page, site):
    """A page in which the person is signed in."""

    def visit(handle, **options):
        page = open_page(base_url=site, viewport={"width": 1280, "height": 800}, **options)
        session = signed_in(User.objects.get(handle=handle)).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return visit


def is_open_to_everybody(page) -> None:
    assert violations(page, "light", "dark") == []
    page.set_viewport_size({"width": 360, "height": 640})
    assert width_over(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.end_to_end(role="moderator")
def test_flag_hide_appeal_and_restore_without_javascript(visit):
    member = User.objects.get(handle="member")
    case = CaseStudy.objects.get(slug="zhengzhou")
    comment = CommentFactory(subject=case, author=member, body="We sell **rail** tickets.")
    CannedText.objects.get_or_create(
        reason="spam", language="en", title="Ad", defaults={"text": "This advertises."}
    )

    page = visit(UserFactory(handle="neighbour").handle, java_script_enabled=False)
    page.goto(f"/flags/comment/{comment.pk}/")
    page.get_by_label("Spam or advertising").check()
    click_and_load(page.get_by_role("button", name="Send flag"))
    expect(page.locator(".message")).to_have_text("Thank you. A moderator will review your flag.")
    assert Flag.objects.get(object_id=comment.pk).outcome == ""

    desk = visit("moderator", java_script_enabled=False)
    desk.goto("/admin/")
    click_and_load(desk.get_by_role("link", name="We sell rail tickets."))
    click_and_load(desk.get_by_role("button", name="Claim for 30 minutes"))
    desk.get_by_label("Ad: This advertises.").check()
    click_and_load(desk.get_by_role("button", name="Hide"))
    expect(desk.locator(".messagelist")).to_contain_text("Hidden")
    decision = Decision.objects.get(object_id=comment.pk, verb="hide")
    assert (decision.reason, decision.message) == ("spam", "This advertises.")

    mine = visit("member", java_script_enabled=False)
    mine.goto(f"/appeals/new/{decision.pk}/")
    mine.get_by_label("Why should this decision be reviewed?").fill("No ad: it is our city's line.")
    click_and_load(mine.get_by_role("button", name="Appeal"))
    appeal = Appeal.objects.get(decision=decision)

    other = visit("administrator", java_script_enabled=False)
    other.goto(f"/admin/review/appeal/{appeal.pk}/")
    other.get_by_label("Your answer").fill("Right.")
    click_and_load(other.get_by_role("button", name="Restore"))
    assert Comment.objects.get(pk=comment.pk).standing == "published"


def test_pages_are_accessible(visit):
    case = CaseStudy.objects.get(slug="zhengzhou")
    member = User.objects.get(handle="member")
    comment = CommentFactory(subject=case, author=member, pending=True)
    hidden = CommentFactory(subject=case, author=member, standing="hidden")
    decision = Decision.objects.create(
        subject=hidden, concerns=member, verb="hide", reason="spam", message="An ad."
    )
    moderator = User.objects.get(handle="moderator")
    claim(subject=comment, by=moderator)
    webinar = surveys.held()
    surveys.survey_of(webinar)
    words = surveys.answer(surveys.guest(webinar), comment="More of this.", may_show=True)
    page = visit("administrator")
    for path in (
        "/admin/",
        "/admin/?kind=comment",
        f"/admin/review/comment/{comment.pk}/",
        f"/admin/review/comment/{hidden.pk}/",
        f"/admin/review/case/{case.pk}/",
        f"/admin/review/words/{words.pk}/",
        "/admin/record/",
        "/admin/community/cannedtext/",
        f"/flags/case/{case.pk}/",
    ):
        assert page.goto(path).status == 200
        is_open_to_everybody(page)
    page = visit("member")
    assert page.goto(f"/appeals/new/{decision.pk}/").status == 200
    is_open_to_everybody(page)


def test_decide_about_a_proposed_practice(visit):
    member = User.objects.get(handle="member")
    case = CaseStudyFactory(status="submitted", title="Parcels by bus", authors=[member])
    case.submissions.create(by=member, note="The figures are from our *own* books.")
    case.attachments.create(by=member, kind="pdf", file="plan.pdf", size=2048, caption="Our plan")
    ProposedPractice.objects.create(
        case=case, by=member, name="Parcels on village buses", summary="Buses have room."
    )
    desk = visit("moderator")
    desk.goto(f"/admin/review/case/{case.pk}/")
    words = "The figures are from our *own* books."
    expect(desk.locator("#word + blockquote")).to_contain_text(words)
    expect(desk.get_by_role("link", name="Our plan")).to_have_count(1)
    is_open_to_everybody(desk)
    click_and_load(desk.get_by_role("link", name="Parcels on village buses"))
    is_open_to_everybody(desk)
    click_and_load(desk.get_by_role("button", name="Approve"))
    expect(desk.locator(".messagelist")).to_contain_text("Approved: Parcels on village buses")
    assert [practice.name for practice in case.practices.all()] == ["Parcels on village buses"]
    case.delete()


def test_confirm_that_a_case_is_still_true(visit):
    member = User.objects.get(handle="member")
    published = timezone.now() - timedelta(days=400)
    case = CaseStudyFactory(
        published=True, published_at=published, title="Parcels by bus", authors=[member]
    )
    comment = CommentFactory(subject=case, body="You fools.")
    CommentFactory(subject=case, standing="removed", parent=CommentFactory(subject=case))
    report = ExperienceFactory(subject=case)
    for row in (comment, report):
        decide(
            subject=row,
            verb=Verb.REMOVE,
            by=User.objects.get(handle="moderator"),
            reason="abuse",
            message="Rude.",
        )
    page = visit("member")
    page.goto(case.get_absolute_url())
    is_open_to_everybody(page)
    expect(page.get_by_text("Removed by a moderator.")).to_have_count(2)
    click_and_load(page.get_by_role("button", name="Confirm it’s up to date"))
    expect(page.locator(".message")).to_contain_text("you checked it today")
    expect(page.get_by_text("Is this case still up to date?")).to_have_count(0)
    case.delete()
