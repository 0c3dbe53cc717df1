import pytest

from repository.models import Tag, TaggedItem, TagRedirect
from repository.tags import actions
from repository.workflow import ActionRefused
from tests.factories import CaseStudyFactory, WebinarFactory

pytestmark = pytest.mark.django_db


def named(name) -> Tag:
    return Tag.objects.get(name=name)


def redirects() -> list[tuple]:
    return [*TagRedirect.objects.order_by("slug").values_list("slug", "tag__name")]


def test_merge_moves_what_is_tagged_and_keeps_addresses(moderator):
    both = CaseStudyFactory(tags=["trains", "rail"])
    one = WebinarFactory(tags=["trains"])
    old = CaseStudyFactory(tags=["railways"])
    actions.merge(tags=[named("railways")], into=named("trains"), by=moderator)
    into = actions.merge(tags=[named("trains")], into=named("rail"), by=moderator)
    assert [tag.name for tag in Tag.objects.all()] == ["rail"]
    assert redirects() == [("railways", "rail"), ("trains", "rail")]
    for tagged in (both, one, old):
        assert [*tagged.tags.all()] == [into]
    # The spellings lead there too.
    assert Tag.objects.resolve(["Rail-ways", "TRAINS"]) == [into]


def test_merge_is_refused_into_what_is_blocked_or_gone(moderator):
    rail, gone = Tag.objects.create(name="rail"), Tag.objects.create(name="trains")
    blocked = Tag.objects.create(name="casino", is_blocked=True)
    with pytest.raises(ActionRefused, match="blocked"):
        actions.merge(tags=[rail], into=blocked, by=moderator)
    Tag.objects.filter(pk=gone.pk).delete()
    with pytest.raises(ActionRefused, match="no longer exists"):
        actions.merge(tags=[gone], into=rail, by=moderator)
    assert {tag.name for tag in Tag.objects.all()} == {"rail", "casino"}


def test_rename_keeps_the_old_address(moderator):
    case = CaseStudyFactory(tags=["trains"])
    tag = actions.rename(tag=named("trains"), name="  Rail  freight ", by=moderator)
    assert (tag.name, tag.slug, tag.folded) == ("Rail freight", "rail-freight", "railfreight")
    assert redirects() == [("trains", "Rail freight")]
    assert [*case.tags.all()] == [tag]


def test_rename_back_forgets_the_way_round(moderator):
    tag = Tag.objects.create(name="trains")
    tag = actions.rename(tag=tag, name="rail", by=moderator)
    tag = actions.rename(tag=tag, name="trains", by=moderator)
    assert (tag.slug, redirects()) == ("trains", [("rail", "trains")])


def test_rename_letters_alone_keeps_the_address(moderator):
    tag = Tag.objects.create(name="wechat")
    tag = actions.rename(tag=tag, name="WeChat", by=moderator)
    assert (tag.name, tag.slug, redirects()) == ("WeChat", "wechat", [])


@pytest.mark.parametrize("name", ["", " ", "x" * 51, "RAIL"])
def test_rename_to_no_name_or_one_that_is_there_is_refused(name, moderator):
    Tag.objects.create(name="rail")
    tag = Tag.objects.create(name="trains")
    with pytest.raises(ActionRefused):
        actions.rename(tag=tag, name=name, by=moderator)
    assert Tag.objects.get(pk=tag.pk).name == "trains"


def test_block_takes_a_tag_off_everything_until_unblocked(moderator):
    case = CaseStudyFactory(tags=["casino", "rail"])
    for _time in range(2):
        actions.block(tags=[named("casino")], by=moderator)
        assert [tag.name for tag in case.tags.all()] == ["rail"]
        case.tags.add("CASINO")
        assert TaggedItem.objects.count() == 1
    for _time in range(2):
        actions.unblock(tags=[named("casino")], by=moderator)
    case.tags.add("Casino")
    assert [tag.name for tag in case.tags.all()] == ["rail", "casino"]


def test_steps_are_in_the_history_with_who_took_them(moderator):
    actions.block(tags=[Tag.objects.create(name="casino")], by=moderator)
    event = Tag.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.is_blocked, event.pgh_context.metadata["user"]) == (True, moderator.pk)
