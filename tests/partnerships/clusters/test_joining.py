"""Cities ask to join a cluster; brokers accept or decline; both can be undone."""

import pytest
from django.test.html import parse_html
from django.utils.translation import override

from community.models import (
    Decision,
    Delivery,
    NoticeKind,
    NoticeSetting,
    Notification,
    User,
    Verb,
)
from community.moderation.decisions import undo as decisions_undo
from community.notices.wording import shown_to
from partnerships.clusters.joining import MAX_PER_DAY, ask_to_join, decide, withdraw
from partnerships.models import ClusterApplication
from repository.models import City
from repository.workflow import ActionRefused
from tests.community.conftest import run_queue
from tests.conftest import staff
from tests.factories import (
    CityFactory,
    ClusterApplicationFactory,
    ClusterFactory,
    CountryFactory,
    RepresentationFactory,
)

pytestmark = pytest.mark.django_db

WHY = {"reason": "fit", "message": "This cluster is about ports."}


@pytest.fixture
def cluster():
    return ClusterFactory(slug="trade", cities=[CityFactory()])


@pytest.fixture
def city(member):
    made = CityFactory(name="Recife")
    RepresentationFactory(member=member, city=made)
    return made


@pytest.fixture
def application(cluster, city, member):
    return ClusterApplicationFactory(cluster=cluster, city=city, by=member)


def notified(user) -> list[str]:
    return list(Notification.objects.filter(member=user).values_list("event", flat=True))


def state_of(application) -> tuple[str, bool, bool]:
    application.refresh_from_db()
    is_in = application.cluster.cities.filter(pk=application.city_id).exists()
    return application.status, application.decided_at is not None, is_in


# Asking


def test_ask_to_join(cluster, city, member, broker):
    for _time in range(2):
        found = ask_to_join(cluster=cluster, city=city, by=member, note=" We sell crafts. ")
    assert ClusterApplication.objects.get() == found
    assert (found.by, found.note, found.status) == (member, "We sell crafts.", "pending")
    assert (notified(broker), notified(member)) == (["cluster.asked"], [])
    notice = Notification.objects.get()
    assert notice.details == {
        "city": str(city.pk),
        "country": city.country.iso2,
        "joining": str(found.pk),
    }
    assert city not in cluster.cities.all()


def test_brokers_read_the_name_of_the_city_in_their_language(client, cluster, city, member, broker):
    names = {"ar": "ريسيفي"}
    City.objects.filter(pk=city.pk).update(names=names, country=CountryFactory(iso2="BR"))
    User.objects.filter(pk=broker.pk).update(language="ar")
    NoticeSetting.objects.create(member=broker, kind=NoticeKind.BROKERING, delivery=Delivery.NOW)
    ask_to_join(cluster=cluster, city=City.objects.get(pk=city.pk), by=member)
    [message] = run_queue()
    assert "ريسيفي، البرازيل" in message.body.splitlines()
    broker.refresh_from_db()
    with override("ar"):
        [shown] = shown_to(broker, Notification.objects.select_related("actor"))
        assert (shown.place, shown.message) == ("ريسيفي، البرازيل", "")
    client.force_login(broker)
    page = parse_html(client.get("/ar/notifications/").text)
    assert page.count(parse_html("<p>ريسيفي، البرازيل</p>")) == 1


def test_ask_to_join_returns_the_application_of_a_colleague(application, colleague):
    RepresentationFactory(member=colleague, city=application.city)
    again = ask_to_join(cluster=application.cluster, city=application.city, by=colleague)
    assert (again, ClusterApplication.objects.count()) == (application, 1)


@pytest.mark.parametrize("is_sample", [True, False])
def test_ask_to_join_is_refused_between_samples_and_others(cluster, city, member, is_sample):
    cluster.is_sample, city.is_sample = is_sample, not is_sample
    cluster.save()
    city.save()
    with pytest.raises(ActionRefused, match="mix sample data"):
        ask_to_join(cluster=cluster, city=city, by=member)
    assert not ClusterApplication.objects.exists()


def test_ask_to_join_again_after_a_decision(cluster, city, member):
    first = ClusterApplicationFactory(cluster=cluster, city=city, decided=True)
    assert ask_to_join(cluster=cluster, city=city, by=member) != first


def test_ask_to_join_refused_to_others(cluster, city, stranger, broker, member):
    for by in (stranger, broker):
        with pytest.raises(ActionRefused, match="don’t represent Recife"):
            ask_to_join(cluster=cluster, city=city, by=by)
    member.representations.update(status="ended")
    with pytest.raises(ActionRefused, match="don’t represent"):
        ask_to_join(cluster=cluster, city=city, by=member)
    assert not ClusterApplication.objects.exists()


def test_ask_to_join_refused_to_a_city_of_the_cluster(cluster, city, member):
    cluster.cities.add(city)
    with pytest.raises(ActionRefused, match="already in the cluster"):
        ask_to_join(cluster=cluster, city=city, by=member)


def test_ask_to_join_with_a_note_that_is_too_long(cluster, city, member):
    with pytest.raises(ActionRefused, match="1000 characters or fewer"):
        ask_to_join(cluster=cluster, city=city, by=member, note="x" * 1001)


def test_ask_to_join_is_limited_per_day(cluster, city, member):
    ClusterApplicationFactory.create_batch(MAX_PER_DAY, by=member)
    with pytest.raises(ActionRefused, match="many of these"):
        ask_to_join(cluster=cluster, city=city, by=member)


# Taking back


def test_withdraw(application, member):
    withdraw(application=application, by=member)
    assert state_of(application) == ("withdrawn", True, False)
    with pytest.raises(ActionRefused, match="status is “Withdrawn”"):
        withdraw(application=application, by=member)


def test_withdraw_refused_to_others(application, stranger, broker, member):
    for by in (stranger, broker):
        with pytest.raises(ActionRefused, match="You don’t represent"):
            withdraw(application=application, by=by)
    # The author, too, once the right has ended.
    member.representations.update(status="ended")
    with pytest.raises(ActionRefused, match="don’t represent"):
        withdraw(application=application, by=member)
    assert state_of(application) == ("pending", False, False)


# Deciding


def test_accept(application, member, broker):
    decision = decide(application=application, verb=Verb.APPROVE, by=broker)
    assert state_of(application) == ("accepted", True, True)
    assert (decision.by, decision.concerns, decision.before) == (broker, member, "pending")
    assert notified(member) == ["cluster.joined"]
    assert Notification.objects.get().details["application"] == str(application.pk)


def test_decline(application, member, broker):
    with pytest.raises(ActionRefused, match="Choose a reason"):
        decide(application=application, verb=Verb.DECLINE, by=broker)
    decide(application=application, verb=Verb.DECLINE, by=broker, **WHY)
    assert state_of(application) == ("declined", True, False)
    assert notified(member) == ["cluster.declined"]


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.DECLINE])
@pytest.mark.parametrize("status", ["accepted", "declined", "withdrawn"])
def test_decide_refused_in_a_wrong_state(cluster, broker, verb, status):
    application = ClusterApplicationFactory(cluster=cluster, decided=True, status=status)
    with pytest.raises(ActionRefused, match="This application has already been decided"):
        decide(application=application, verb=verb, by=broker, **WHY)
    assert not Decision.objects.exists()


def test_decide_refused_to_others(application, member, stranger, moderator):
    for by in (member, stranger, moderator):
        with pytest.raises(ActionRefused, match="Only brokers"):
            decide(application=application, verb=Verb.APPROVE, by=by)
    assert state_of(application) == ("pending", False, False)


def test_decide_refused_to_a_broker_of_the_city(application, broker):
    RepresentationFactory(member=broker, city=application.city)
    with pytest.raises(ActionRefused, match="another broker must decide"):
        decide(application=application, verb=Verb.APPROVE, by=broker)


def test_other_verbs_are_refused(application, broker):
    with pytest.raises(ActionRefused, match="You can’t do this here"):
        decide(application=application, verb=Verb.HIDE, by=broker, **WHY)


# Undoing


@pytest.mark.parametrize("verb", [Verb.APPROVE, Verb.DECLINE])
def test_undo_makes_it_pending_again(application, broker, member, verb):
    decision = decide(application=application, verb=verb, by=broker, **WHY)
    decisions_undo.undo(decision=decision, by=broker)
    assert state_of(application) == ("pending", False, False)
    assert notified(member)[-1] == "decision.undone" or "decision.undone" in notified(member)
    with pytest.raises(ActionRefused):
        decisions_undo.undo(decision=decision, by=broker)
    assert state_of(application) == ("pending", False, False)


def test_undo_refused_to_others(application, broker, member):
    decision = decide(application=application, verb=Verb.DECLINE, by=broker, **WHY)
    for by in (member, staff("Brokers", "another")):
        with pytest.raises(ActionRefused):
            decisions_undo.undo(decision=decision, by=by)
    assert state_of(application) == ("declined", True, False)


def test_undo_keeps_the_last_city_of_a_public_cluster(application, broker):
    decision = decide(application=application, verb=Verb.APPROVE, by=broker)
    application.cluster.cities.set([application.city])
    with pytest.raises(ActionRefused, match="This is the only city in a public cluster"):
        decisions_undo.undo(decision=decision, by=broker)
    assert state_of(application) == ("accepted", True, True)


def test_undo_refused_if_the_city_has_asked_again(application, broker, member):
    decision = decide(application=application, verb=Verb.DECLINE, by=broker, **WHY)
    ask_to_join(cluster=application.cluster, city=application.city, by=member)
    with pytest.raises(ActionRefused, match="The city has applied again since then"):
        decisions_undo.undo(decision=decision, by=broker)
