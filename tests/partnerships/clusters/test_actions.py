"""News of clusters: posted for its cities, taken down by the author or a broker."""

import pytest

from community.models import Decision, Notification
from partnerships.clusters.actions import MAX_PER_DAY, Words, post, remove_news
from partnerships.models import ClusterNews
from repository.workflow import ActionRefused
from tests.factories import (
    CityFactory,
    ClusterFactory,
    ClusterNewsFactory,
    RepresentationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

WORDS = {"title": "First parcels", "body": "They **came**.", "language": "en"}
WHY = Words("off-topic", "This belongs elsewhere.")


@pytest.fixture
def city(member):
    made = CityFactory(name="Kisumu")
    RepresentationFactory(member=member, city=made)
    return made


@pytest.fixture
def cluster(city):
    return ClusterFactory(slug="trade", cities=[city, CityFactory(), CityFactory()])


def notified(user) -> list[str]:
    return list(Notification.objects.filter(member=user).values_list("event", flat=True))


def test_post(cluster, city, member, colleague):
    RepresentationFactory(member=colleague, city=cluster.cities.exclude(pk=city.pk)[0])
    news = post(cluster=cluster, city=city, by=member, **WORDS)
    assert (news.by, news.city, news.rendered["body"]) == (
        member,
        city,
        "<p>They <strong>came</strong>.</p>\n",
    )
    assert (notified(colleague), notified(member)) == (["cluster.news"], [])


def test_post_twice_once(cluster, city, member):
    first = post(cluster=cluster, city=city, by=member, **WORDS)
    assert post(cluster=cluster, city=city, by=member, **WORDS) == first
    assert ClusterNews.objects.count() == 1


def test_post_refused_to_others(cluster, city, stranger, broker):
    elsewhere = RepresentationFactory(member=stranger).city
    for by, place in ((stranger, city), (stranger, elsewhere), (broker, city)):
        with pytest.raises(ActionRefused, match="You don’t represent a city in this cluster"):
            post(cluster=cluster, city=place, by=by, **WORDS)
    assert not ClusterNews.objects.exists()


def test_post_refused_for_another_city_of_the_cluster(cluster, city, member):
    other = cluster.cities.exclude(pk=city.pk)[0]
    with pytest.raises(ActionRefused, match="You don’t represent a city in this cluster"):
        post(cluster=cluster, city=other, by=member, **WORDS)


def test_post_refused_after_the_right_has_ended(cluster, city, member):
    member.representations.update(status="ended")
    with pytest.raises(ActionRefused, match="You don’t represent a city in this cluster"):
        post(cluster=cluster, city=city, by=member, **WORDS)


def test_post_refused_once_the_city_has_left(cluster, city, member):
    cluster.cities.remove(city)
    with pytest.raises(ActionRefused, match="You don’t represent a city in this cluster"):
        post(cluster=cluster, city=city, by=member, **WORDS)


def test_post_is_limited_per_day(cluster, city, member):
    ClusterNewsFactory.create_batch(MAX_PER_DAY, cluster=cluster, by=member, city=city)
    with pytest.raises(ActionRefused, match="many of these"):
        post(cluster=cluster, city=city, by=member, **WORDS)


def test_take_down_ones_own(cluster, city, member):
    news = ClusterNewsFactory(cluster=cluster, by=member, city=city)
    # Also without the right to speak for the city.
    member.representations.update(status="ended")
    first = remove_news(news=news, by=member)
    assert remove_news(news=news, by=member).hidden_at == first.hidden_at
    assert (Decision.objects.count(), notified(member)) == (0, [])


def test_take_down_as_a_broker_with_a_reason(cluster, city, member, broker):
    news = ClusterNewsFactory(cluster=cluster, by=member, city=city)
    for words in (Words(), Words("off-topic", " "), Words("", "Why.")):
        with pytest.raises(ActionRefused, match="Choose a reason"):
            remove_news(news=news, by=broker, words=words)
    for _ in range(2):
        remove_news(news=news, by=broker, words=WHY)
    assert list(Decision.objects.values_list("by", "concerns", "verb", "message")) == [
        (broker.pk, member.pk, "hide", "This belongs elsewhere.")
    ]
    assert notified(member) == ["cluster.taken-down"]


def test_take_down_of_a_former_member(cluster, city, broker):
    news = ClusterNewsFactory(cluster=cluster, by=None, city=city)
    assert remove_news(news=news, by=broker, words=WHY).hidden_at is not None


def test_take_down_refused_to_others(cluster, city, moderator, stranger):
    colleague = UserFactory()
    RepresentationFactory(member=colleague, city=city)
    news = ClusterNewsFactory(cluster=cluster, city=city)
    for by in (moderator, stranger, colleague):
        with pytest.raises(ActionRefused, match="Only the author and brokers can remove this news"):
            remove_news(news=news, by=by, words=WHY)
    news.refresh_from_db()
    assert news.hidden_at is None
