import pytest

from repository.models import Tag
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
