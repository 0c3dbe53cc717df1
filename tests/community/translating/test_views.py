"""The pages where members translate and reviewers answer."""

import pytest
from django.test import Client

from community.models import LanguageReviewer, TranslationProposal
from community.translating.actions import accept
from repository.models import Practice, TranslatedParagraph, Translation
from repository.translations.overview import Filters, WorkState, listed
from tests.community.translating.proposals import (
    key,
    kind_of,
    reviews,
    saved,
    seen,
    submitted,
    whole,
)
from tests.community.writing.revisions.revisions import make_known
from tests.desk_client import DeskClient
from tests.factories import CaseStudyFactory, PracticeFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice():
    return PracticeFactory(name="Parcels", summary="Few.", description="One.\n\nTwo.", needs="")


def as_user(user) -> Client:
    client = DeskClient() if user.is_staff else Client()
    client.force_login(user)
    return client


def path_of(row, language="es") -> str:
    return f"/translations/{kind_of(row).name}/{row.pk}/{language}/"


def name_of(row, field, place=0) -> str:
    return "text-" + key(row, field, place).replace(":", "-")


def sent(row, *, language="es", **texts) -> dict[str, str]:
    fields = {name_of(row, field): text for field, text in texts.items()}
    return fields | {"seen": seen(row, language)}


def change(row, **fields) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


# The link


def test_the_link_is_for_members(client, member, moderator):
    case = CaseStudyFactory(published=True)
    assert page_of(client.get(case.get_absolute_url())).select("a.translate") == []
    link = page_of(as_user(member).get(case.get_absolute_url())).one("a.translate")
    assert link.attributes["href"] == f"/translations/case/{case.pk}/"


def test_languages_show_their_states(practice, member, colleague):
    make_known(member)
    submitted(practice, member)
    saved(practice, colleague, {}, "fr")
    page = page_of(as_user(member).get(f"/translations/practice/{practice.pk}/"))
    rows = [item.text for item in page.select(".translation-languages li")]
    assert len(rows) == 6
    assert rows[0].startswith("French français Missing Being translated until")
    assert rows[1] == "Spanish español Not reviewed"


@pytest.mark.parametrize("path", ["/translations/practice/0/", "/translations/nothing/1/"])
def test_what_is_not_public_is_not_there(path, member):
    assert as_user(member).get(path).status_code == 404


@pytest.mark.parametrize("language", ["en", "xx"])
def test_other_languages_are_not_there(practice, member, language):
    assert as_user(member).get(path_of(practice, language)).status_code == 404


# The three panes


def test_start_save_and_submit(practice, member):
    make_known(member)
    client = as_user(member)
    page = page_of(client.get(path_of(practice)))
    assert page.select("textarea") == []
    assert client.post(path_of(practice), {"start": "1"}).headers["Location"] == path_of(practice)
    page = page_of(client.get(path_of(practice)))
    assert len(page.select("textarea")) == 4
    assert page.select("textarea")[0].attributes["lang"] == "es"
    client.post(path_of(practice), sent(practice, name="Paquetes") | {"save": "1"})
    [entry] = TranslationProposal.objects.get().paragraphs
    assert (entry["source"], entry["text"], entry["origin"]) == ("Parcels", "Paquetes", "person")
    response = client.post(path_of(practice), sent(practice, summary="Pocos.") | {"submit": "1"})
    proposal = TranslationProposal.objects.get()
    assert (proposal.status, response.headers["Location"]) == (
        "accepted",
        proposal.get_absolute_url(),
    )
    assert set(TranslatedParagraph.objects.values_list("text", flat=True)) == {
        "Paquetes",
        "Pocos.",
    }


def test_only_what_changed_is_shown_word_by_word(practice, member):
    make_known(member)
    submitted(practice, member)
    change(practice, description="One.\n\nTwo changed.")
    client = as_user(member)
    client.post(path_of(practice), {"start": "1"})
    page = page_of(client.get(path_of(practice)))
    [pane] = page.select(".panes")
    then, now = pane.select(".changes")
    assert (then.text, now.text) == ("removed: Two.", "added: Two changed.")
    assert pane.one("textarea").text == "ES Two."
    page = page_of(client.get(path_of(practice) + "?all=1"))
    assert len(page.select(".panes")) == 4


def test_saving_does_not_mark_what_is_out_of_date_as_right(practice, member):
    make_known(member)
    submitted(practice, member)
    change(practice, description="One.\n\nTwo changed.")
    client = as_user(member)
    fields = {name_of(practice, "description", 1): "ES Two."}
    client.post(path_of(practice), fields | {"save": "1"})
    assert TranslationProposal.objects.get(status="claimed").paragraphs == []


def test_still_right_in_one_click(practice, member, colleague):
    make_known(member)
    make_known(colleague)
    submitted(practice, member)
    change(practice, description="One.\n\nTwo!")
    client = as_user(colleague)
    stale = key(practice, "description", 1)
    response = client.post(path_of(practice), {"keep": stale})
    fragment = "#pane-" + name_of(practice, "description", 1)
    assert response.headers["Location"] == path_of(practice) + fragment
    page = page_of(client.get(path_of(practice)))
    assert page.one(".panes .state").text == "Translated by you"
    client.post(path_of(practice), {"reopen": stale})
    assert page_of(client.get(path_of(practice))).one(".panes .state").text == "Out of date"
    client.post(path_of(practice), {"keep": stale})
    client.post(path_of(practice), {"submit": "1", "seen": seen(practice)})
    assert Translation.objects.get().state == "draft"
    assert TranslatedParagraph.objects.get(source="Two!").by == member


def test_a_refused_submission_keeps_the_text(practice, member):
    client = as_user(member)
    fields = sent(practice, name="Paquetes")
    client.post(path_of(practice), {"start": "1"})
    change(practice, summary="Many.")
    response = client.post(path_of(practice), fields | {"submit": "1"}, follow=True)
    page = page_of(response)
    assert "has changed since you opened this page" in page.one(".messages").text
    assert page.select("textarea")[0].text == "Paquetes"
    assert TranslationProposal.objects.get().status == "claimed"


def test_what_was_typed_while_another_began_is_shown_again(practice, member, colleague):
    saved(practice, colleague, {})
    response = as_user(member).post(
        path_of(practice), sent(practice, name="Paquetes") | {"save": "1"}
    )
    page = page_of(response)
    assert "Another member is translating this" in page.one(".messages").text
    assert TranslationProposal.objects.filter(by=member).count() == 0


def test_panes_have_the_directions_of_their_languages(practice, member):
    client = as_user(member)
    client.post(path_of(practice, "ar"), {"start": "1"})
    page = page_of(client.get(path_of(practice, "ar")))
    assert page.select("textarea")[0].attributes["dir"] == "rtl"
    page = page_of(client.get("/ar" + path_of(practice, "ar")))
    assert page.select(".changes")[0].attributes["dir"] == "ltr"


def test_a_paragraph_translated_elsewhere_is_offered(practice, member):
    make_known(member)
    other = PracticeFactory(name="Small parcels", summary="Few.")
    submitted(other, member, {key(other, "summary"): "Pocos."})
    client = as_user(member)
    client.post(path_of(practice), {"start": "1"})
    button = page_of(client.get(path_of(practice))).one("button[name=use]")
    client.post(path_of(practice), {"use": button.attributes["value"]})
    [entry] = TranslationProposal.objects.get(status="claimed").paragraphs
    assert (entry["text"], entry["origin"]) == ("Pocos.", "memory")
    client.post(path_of(practice), {"submit": "1", "seen": seen(practice)})
    assert TranslatedParagraph.objects.get(translation__object_id=practice.pk).origin == "memory"


# Answers


def test_a_reviewer_publishes(practice, member, stranger):
    proposal = submitted(practice, member)
    client = as_user(reviews(stranger))
    page = page_of(client.get(proposal.get_absolute_url()))
    assert len(page.select(".panes")) == 4
    client.post(f"{proposal.get_absolute_url()}accept/", {"seen": seen(practice)})
    assert Translation.objects.get().state == "current"
    client.post(f"{proposal.get_absolute_url()}undo/")
    assert Translation.objects.count() == 0


def test_a_reviewer_declines_with_words(practice, member, stranger):
    proposal = submitted(practice, member)
    client = as_user(reviews(stranger))
    page = page_of(client.post(f"{proposal.get_absolute_url()}decline/", {}))
    assert len(page.select(".field-error")) == 2
    client.post(
        f"{proposal.get_absolute_url()}decline/", {"reason": "unclear", "message": "Too close."}
    )
    proposal.refresh_from_db()
    assert proposal.status == "declined"
    page = page_of(as_user(member).get(proposal.get_absolute_url()))
    assert page.one("blockquote").text == "Too close."


def test_a_proposal_is_visible_to_those_concerned(
    practice, member, stranger, colleague, moderator, client
):
    proposal = saved(practice, member, whole(practice))
    reviews(stranger)
    path = proposal.get_absolute_url()
    assert client.get(path).status_code == 302
    # A claim concerns the translator alone.
    answers = [as_user(user).get(path).status_code for user in (member, stranger, moderator)]
    assert answers == [200, 404, 404]
    proposal = submitted(practice, member)
    answers = [
        as_user(user).get(path).status_code for user in (member, stranger, moderator, colleague)
    ]
    assert answers == [200, 200, 200, 404]
    LanguageReviewer.objects.all().delete()
    assert as_user(stranger).get(path).status_code == 404
    assert as_user(stranger).post(f"{path}accept/").status_code == 404
    Practice.objects.filter(pk=practice.pk).delete()
    assert as_user(member).get(path).status_code == 404


def test_the_queue_shows_what_waits(practice, member, moderator):
    proposal = submitted(practice, member)
    client = as_user(moderator)
    page = page_of(client.get(f"/admin/review/translation/{proposal.pk}/"))
    assert len(page.select(".as-shown .field-change")) == 4
    client.post(
        f"/admin/review/translation/{proposal.pk}/",
        {"verb": "approve", "seen": seen(practice), "reason": "", "message": ""},
    )
    proposal.refresh_from_db()
    assert proposal.status == "accepted"


def test_mark_as_reviewed(practice, member, stranger, colleague):
    make_known(member)
    submitted(practice, member)
    path = path_of(practice)
    assert as_user(colleague).post(f"{path}reviewed/").status_code == 403
    client = as_user(reviews(stranger))
    page = page_of(client.get(path))
    assert page.select("form[action$='reviewed/']") != []
    # A reviewer reads what is not reviewed; for others there is nothing to do.
    states = [state.text.strip() for state in page.select(".panes .state")]
    assert states == ["Not reviewed"] * 4
    assert page_of(as_user(colleague).get(path)).select(".panes") == []
    TranslatedParagraph.objects.filter(field="description").update(is_reviewed=True)
    assert len(page_of(client.get(path)).select(".panes")) == 2
    page = page_of(as_user(colleague).get(f"{path}?all=1"))
    states = [state.text.strip() for state in page.select(".panes .state")]
    assert states == [*["Not reviewed"] * 2, *["Up to date"] * 2]
    client.post(f"{path}reviewed/", {"seen": seen(practice)})
    assert Translation.objects.get().state == "current"


def test_the_overview_shows_what_is_in_progress(practice, member, colleague):
    saved(practice, member, {})
    submitted(practice, colleague, language="fr")
    rows, _total = listed(Filters(text=practice.name), stop=50)
    cells = {cell.language: cell.work for cell in rows[0].cells if cell.work}
    assert cells == {"es": WorkState.CLAIMED, "fr": WorkState.SUGGESTED}


# After an edit


def test_a_typo_needs_no_retranslation(practice, member, moderator, colleague):
    make_known(member)
    submitted(practice, member)
    submitted(practice, member, language="fr")
    change(practice, description="One!\n\nTwo, changed.")
    path = f"/translations/practice/{practice.pk}/changes/"
    assert as_user(colleague).get(path).status_code == 403
    client = as_user(moderator)
    page = page_of(client.get(path))
    assert [item.text for item in page.select(".field-change .source")] == [
        "Spanish · French",
        "Spanish · French",
    ]
    box = page.select("input[name=keep]")[0].attributes["value"]
    client.post(path, {"keep": [box]})
    assert TranslatedParagraph.objects.filter(source="One!").count() == 2
    assert TranslatedParagraph.objects.filter(source="Two.").count() == 2
    assert len(page_of(client.get(path)).select(".field-change")) == 1


def test_an_accepted_translation_shows_where_it_stands(practice, member, moderator):
    proposal = submitted(practice, member)
    accept(proposal=proposal, by=moderator)
    page = page_of(as_user(member).get(proposal.get_absolute_url()))
    assert page.one(".by .state").text == "Accepted"
    assert len(page.select(".panes")) == 4


def test_an_edit_at_the_desk_links_to_the_translations(practice, member, administrator):
    make_known(member)
    submitted(practice, member)
    client = as_user(administrator)
    path = f"/admin/repository/practice/{practice.pk}/change/"
    fields = page_of(client.get(path)).form("").fields
    page = page_of(client.post(path, fields | {"summary": "Many."}, follow=True))
    assert page.link("Some translations are out of date. See which") == (
        f"/translations/practice/{practice.pk}/changes/"
    )
    # Without a change of the text there is nothing to say.
    practice.refresh_from_db()
    fields = page_of(client.get(path)).form("").fields
    page = page_of(client.post(path, fields, follow=True))
    assert page.outcomes == ["success"]


def test_the_notice_credits_the_translators(practice, member, colleague, client):
    make_known(member)
    make_known(colleague)
    texts = whole(practice)
    submitted(practice, member, dict(list(texts.items())[:3]))
    submitted(practice, colleague, texts)
    path = f"/es/practices/{practice.slug}/"
    assert [link.text for link in page_of(client.get(path)).select(".translators a")] == [
        str(colleague),
        str(member),
    ]
    colleague.is_active = False
    colleague.save()
    assert [link.text for link in page_of(client.get(path)).select(".translators a")] == [
        str(member)
    ]
