import pghistory
import pytest
from django.apps import apps
from django.db import ProgrammingError, transaction

from community.models import Comment, Membership
from repository.models import TRACKED_LINKS, CaseStudy, TaggedItem
from tests.factories import CaseStudyFactory, CityFactory


def test_track_every_link_of_the_collection_and_of_members():
    links = {
        (model, field.name)
        for app in ("repository", "community", "partnerships")
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy
        for field in model._meta.local_many_to_many
        if field.remote_field.through._meta.auto_created
    }
    # What a member says of themself, and whom they name, is theirs to change and to take back.
    links -= {(Comment, "mentioned"), (Membership, "knows"), (Membership, "wants")}
    assert links == {(model, name) for model, names in TRACKED_LINKS.items() for name in names}


@pytest.mark.django_db
def test_record_adding_and_removing_a_link(moderator):
    case, city = CaseStudyFactory(), CityFactory()
    events = TRACKED_LINKS[CaseStudy]["cities"].pgh_event_model.objects
    with pghistory.context(user=moderator.pk):
        case.cities.add(city)
        case.cities.add(city)
        case.cities.clear()
    assert [
        (event.pgh_label, event.city_id, event.pgh_context.metadata)
        for event in events.filter(casestudy=case.pk).order_by("pgh_id")
    ] == [("insert", city.pk, {"user": moderator.pk}), ("delete", city.pk, {"user": moderator.pk})]


@pytest.mark.django_db
def test_record_links_of_a_deleted_case():
    case = CaseStudyFactory(cities=[CityFactory()], tags=["port"])
    pk = case.pk
    case.delete()
    events = TRACKED_LINKS[CaseStudy]["cities"].pgh_event_model.objects
    assert list(
        events.filter(casestudy=pk).order_by("pgh_id").values_list("pgh_label", flat=True)
    ) == ["insert", "delete"]
    assert list(
        TaggedItem.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", flat=True)
    ) == ["insert", "delete"]


@pytest.mark.django_db
def test_change_record_is_refused():
    CaseStudyFactory(cities=[CityFactory()])
    events = TRACKED_LINKS[CaseStudy]["cities"].pgh_event_model.objects
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        events.all().delete()
    assert events.count() == 1
