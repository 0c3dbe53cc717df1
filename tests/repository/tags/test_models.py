import threading
import time

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction

from repository.models import Tag, TaggedItem, TagRedirect
from repository.tags import folding
from tests.factories import CaseStudyFactory, WebinarFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Belt and Road", "belt-and-road"),
        ("Côte d’Ivoire", "cote-divoire"),
        ("跨境电商", "tag"),
        ("!?", "tag"),
    ],
)
def test_every_tag_has_an_address(name, slug):
    tag = Tag.objects.create(name=name)
    assert (tag.slug, tag.get_absolute_url()) == (slug, f"/tags/{slug}/")


@pytest.mark.django_db
def test_tags_of_other_scripts_have_addresses_of_their_own():
    slugs = [Tag.objects.create(name=name).slug for name in ("跨境", "电商", "港口", "tag")]
    assert slugs == ["tag", "tag_1", "tag_2", "tag_3"]


@pytest.mark.django_db
def test_add_the_same_tag_in_other_letters_once():
    case = CaseStudyFactory(tags=["Belt and Road"])
    case.tags.add("belt AND road")
    assert list(Tag.objects.values_list("name", flat=True)) == ["Belt and Road"]


@pytest.mark.django_db
def test_find_tags_of_one_object_in_one_query(django_assert_num_queries):
    case = CaseStudyFactory(tags=["rail", "port"])
    # A webinar of the same number has tags of its own.
    WebinarFactory(pk=case.pk, tags=["tax"])
    Tag.objects.for_object(case)
    with django_assert_num_queries(1):
        assert [tag.name for tag in Tag.objects.for_object(case)] == ["port", "rail"]


@pytest.mark.django_db
def test_refuse_a_second_spelling_of_a_tag():
    Tag.objects.create(name="E-commerce")
    with pytest.raises(IntegrityError, match="folded"), transaction.atomic():
        Tag.objects.create(name="É commerce")


@pytest.mark.django_db
def test_resolve_names_in_order_and_each_once():
    rail = Tag.objects.create(name="Rail freight")
    tags = Tag.objects.resolve(["port", "rail-freight", "PORT", "Rail Freight"])
    assert tags == [Tag.objects.get(name="port"), rail]


@pytest.mark.django_db
def test_resolve_old_names_to_what_they_have_become():
    rail = Tag.objects.create(name="rail")
    TagRedirect.objects.create(slug="trains", folded="trains", tag=rail)
    assert Tag.objects.resolve(["Trains", "rail"]) == [rail]


@pytest.mark.django_db
def test_resolve_no_blocked_names():
    casino = Tag.objects.create(name="casino", is_blocked=True)
    TagRedirect.objects.create(slug="poker", folded="poker", tag=casino)
    assert Tag.objects.resolve(["Casino", "poker"]) == []
    assert Tag.objects.refused(["CASINO", "poker", "port"]) == {"casino", "poker"}


@pytest.mark.django_db
def test_give_no_new_tag_the_old_address_of_another():
    TagRedirect.objects.create(slug="tag", folded="跨境", tag=Tag.objects.create(name="border"))
    slugs = [Tag.objects.create(name=name).slug for name in ("电商", "港口")]
    assert slugs == ["tag_1", "tag_2"]


@pytest.mark.django_db
def test_public_tags_are_those_of_what_everybody_may_read():
    CaseStudyFactory(published=True, tags=["rail"])
    CaseStudyFactory(tags=["secret"])
    CaseStudyFactory(archived=True, tags=["gone"])
    WebinarFactory(tags=["port"])
    Tag.objects.create(name="on nothing")
    Tag.objects.filter(name="port").update(is_blocked=True)
    assert [tag.name for tag in Tag.objects.public()] == ["rail"]


@pytest.mark.django_db
def test_set_tags_in_other_spellings_changes_nothing():
    case = CaseStudyFactory(tags=["Belt and Road", "rail"])
    before = set(TaggedItem.objects.values_list("pk", flat=True))
    case.tags.set(["belt-and-road", "RAIL"])
    assert set(TaggedItem.objects.values_list("pk", flat=True)) == before


# At most ten on one object

TEN = [f"tag {number}" for number in range(10)]


@pytest.mark.django_db
def test_refuse_an_eleventh_tag_in_a_sentence():
    case = CaseStudyFactory(tags=TEN)
    with pytest.raises(folding.TooMany):
        case.tags.add("one more")
    assert (case.tags.count(), Tag.objects.filter(name="one more").exists()) == (10, False)
    # One that is there, and others in their place, are no more than ten.
    case.tags.add("TAG 1")
    case.tags.set([*TEN[1:], "another"])
    assert case.tags.count() == 10


@pytest.mark.django_db
def test_refuse_an_eleventh_tag_from_anyone():
    case, webinar = CaseStudyFactory(tags=TEN), WebinarFactory(tags=["port"])
    kind = ContentType.objects.get_for_model(case)
    tag = Tag.objects.create(name="one more")
    with pytest.raises(IntegrityError, match="more than ten tags"), transaction.atomic():
        TaggedItem.objects.create(content_type=kind, object_id=case.pk, tag=tag)
    webinar_kind = ContentType.objects.get_for_model(webinar)
    items = TaggedItem.objects.filter(content_type=webinar_kind, object_id=webinar.pk)
    with pytest.raises(IntegrityError, match="more than ten tags"), transaction.atomic():
        items.update(content_type=kind, object_id=case.pk)
    # Another tag in the place of one is no more than there were.
    TaggedItem.objects.filter(tag__name="tag 1").update(tag=tag)
    assert case.tags.count() == 10


@pytest.mark.django_db(transaction=True)
def test_refuse_an_eleventh_tag_of_two_at_the_same_moment():
    case = CaseStudyFactory(tags=TEN[:9])
    together = threading.Barrier(2)
    outcomes = []

    def add(name):
        try:
            with transaction.atomic():
                together.wait(timeout=120)
                case.tags.add(name)
                time.sleep(0.3)
            outcomes.append("done")
        except folding.TooMany:
            outcomes.append("refused")
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[name]) for name in ("north", "south")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert (sorted(outcomes), case.tags.count()) == (["done", "refused"], 10)
