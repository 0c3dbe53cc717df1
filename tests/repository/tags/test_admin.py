import pytest

from repository.models import Tag
from tests.factories import CaseStudyFactory, UserFactory
from tests.page import page_of

pytestmark = pytest.mark.django_db
LIST = "/admin/repository/tag/"


@pytest.fixture
def rail():
    CaseStudyFactory(published=True, tags=["rail", "trains"])
    return Tag.objects.get(name="rail")


@pytest.fixture
def trains(rail):
    return Tag.objects.get(name="trains")


def step(verb):
    return f"{LIST}step/{verb}/"


def names() -> list[str]:
    return [*Tag.objects.values_list("name", flat=True)]


@pytest.mark.parametrize("verb", ["merge", "rename", "block", "unblock"])
def test_choose_leads_to_a_page_that_shows_what_will_happen(client, moderator, rail, trains, verb):
    client.force_login(moderator)
    chosen = [rail.pk, trains.pk] if verb == "merge" else [rail.pk]
    response = client.post(LIST, {"action": verb, "_selected_action": chosen})
    page = page_of(client.get(response.url))
    assert [tag.text for tag in page.select("#content-main li strong")] == (
        ["rail", "trains"] if verb == "merge" else ["rail"]
    )
    assert "1" in page.select("#content-main li")[0].text
    assert names() == ["rail", "trains"]


def test_merge_and_follow_the_old_address(client, moderator, rail, trains):
    client.force_login(moderator)
    answers = {"tag": [rail.pk, trains.pk], "into": rail.pk}
    assert client.post(step("merge"), answers).url == LIST
    assert names() == ["rail"]
    response = client.get("/tags/trains/")
    assert (response.status_code, response.url) == (301, "/tags/rail/")
    assert client.get("/tags/rail/").status_code == 200
    # A second click finds that it is done.
    assert client.post(step("merge"), answers).status_code == 404


def test_rename_refused_shows_reason(client, moderator, rail, trains):
    client.force_login(moderator)
    response = client.post(step("rename"), {"tag": rail.pk, "name": "TRAINS"})
    [error] = page_of(response).errors
    assert "trains" in error
    client.post(step("rename"), {"tag": rail.pk, "name": "Rail freight"})
    assert names() == ["Rail freight", "trains"]
    assert client.get("/tags/rail/").url == "/tags/rail-freight/"


def test_block_and_unblock(client, moderator, rail, trains):
    client.force_login(moderator)
    client.post(step("block"), {"tag": [rail.pk]})
    assert client.get("/tags/rail/").status_code == 404
    assert Tag.objects.get(pk=rail.pk).is_blocked
    client.post(step("unblock"), {"tag": [rail.pk]})
    assert not Tag.objects.get(pk=rail.pk).is_blocked


def test_steps_are_refused_without_the_right(client, rail, trains):
    editor = UserFactory(staff=True)
    client.force_login(editor)
    answers = {"tag": [rail.pk, trains.pk], "into": rail.pk, "name": "x"}
    for verb in ("merge", "rename", "block", "unblock"):
        assert client.get(step(verb), answers).status_code == 403
        assert client.post(step(verb), answers).status_code == 403
    assert names() == ["rail", "trains"]


def test_no_step_without_tags_or_of_another_name(client, moderator, rail):
    client.force_login(moderator)
    for verb in ("merge", "rename", "block", "explode"):
        assert client.get(step(verb), {"tag": "x"}).status_code == 404
    assert client.get(step("merge"), {"tag": rail.pk}).status_code == 404


def test_forms_of_the_desk_refuse_what_is_blocked(client, moderator, rail):
    Tag.objects.filter(pk=rail.pk).update(is_blocked=True)
    from repository.desk.resources.widgets import TagsWidget
    from repository.models import CaseStudy

    with pytest.raises(ValueError, match="RAIL"):
        TagsWidget(CaseStudy).clean("port, RAIL")
    form = CaseStudy._meta.get_field("tags").formfield()
    with pytest.raises(Exception, match="rail"):
        form.clean("rail")


def test_name_of_a_tag_that_is_there_is_not_changed_in_its_form(client, moderator, rail):
    client.force_login(moderator)
    client.post(f"{LIST}{rail.pk}/change/", {"name": "other", "slug": "other"})
    assert Tag.objects.get(pk=rail.pk).slug == "rail"
