"""An original changes, and a member updates its Spanish translation beside it."""

import pytest
from playwright.sync_api import expect

from community.models import TranslationProposal, User
from repository.models import Practice, Translation
from tests.browser.axe import violations, width_over
from tests.browser.steps import click_and_load
from tests.collection import signed_in
from tests.community.translating.proposals import submitted
from tests.community.writing.revisions.revisions import make_known
from tests.factories import PracticeFactory, UserFactory

pytestmark = pytest.mark.usefixtures("collection")


@pytest.fixture
def translator(collection):
    translator = UserFactory(handle="translator", display_name="Translator")
    make_known(translator)
    yield translator
    translator.delete()


@pytest.fixture
def practice(translator):
    practice = PracticeFactory(
        name="Counted parcels",
        summary="Parcels are counted.",
        description="They are counted at noon.\n\nThe count is published.",
        needs="",
    )
    submitted(practice, translator)
    yield practice
    Practice.objects.filter(pk=practice.pk).delete()
    TranslationProposal.objects.filter(by=translator).delete()


def state_of(practice) -> str:
    return Translation.objects.get(kind="practice", object_id=practice.pk, language="es").state


def test_update_a_translation_after_its_original_has_changed(
    practice, translator, open_page, serve
):
    practice.description = "They are counted at midnight.\n\nThe count is published."
    practice.save()
    assert state_of(practice) == "partly-stale"
    site = serve()
    page = open_page(base_url=site, viewport={"width": 1280, "height": 800})
    session = signed_in(User.objects.get(handle="translator")).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page.goto(practice.get_absolute_url())
    click_and_load(page.get_by_role("link", name="Translate this page"))
    click_and_load(page.get_by_role("link", name="Spanish"))
    click_and_load(page.get_by_role("button", name="Start translating"))
    pane = page.locator(".panes")
    expect(pane).to_have_count(1)
    expect(pane.locator("del")).to_contain_text("noon")
    expect(pane.locator("ins")).to_contain_text("midnight")
    assert violations(page, "light", "dark") == []
    page.set_viewport_size({"width": 360, "height": 640})
    assert width_over(page) == 0
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Translation").fill("Se cuentan a medianoche.")
    click_and_load(page.get_by_role("button", name="Submit translation"))
    expect(page.locator(".messages")).to_contain_text("Translation published.")
    assert violations(page, "light", "dark") == []
    page.goto(f"/es{practice.get_absolute_url()}")
    expect(page.locator("main")).to_contain_text("Se cuentan a medianoche.")
    expect(page.locator(".translators")).to_contain_text("Translator")
    assert state_of(practice) == "draft"
