"""News of clusters by focal points of their cities; `joining.py` is about cities that join.

News is removed by its author or a broker.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.utils.translation import gettext as _

from community.discussion.trust import check_rate, lock_author
from community.models import Decision, NoticeKind, User, Verb
from community.moderation.decisions.rules import check_words
from community.notices.notify import notify
from partnerships import permissions
from partnerships.desk.notices import focal_points
from partnerships.models import Cluster, ClusterNews
from partnerships.representation.rights import as_now
from repository.dates import clock
from repository.models import City
from repository.workflow import ActionRefused, action, lock

MAX_PER_DAY = 5


class Words(NamedTuple):
    """A broker's reason and message for removing news of another author."""

    reason: str = ""
    message: str = ""


# Nobody is notified of their own post.
OWN = Words()


@action
def post(
    *, cluster: Cluster, city: City, title: str, body: str, language: str, by: User
) -> ClusterNews:
    """Post news to the other cities of a cluster on behalf of one of its cities."""
    # Lock the author, so that concurrent submissions are processed one after the other.
    by = lock_author(by)
    if not permissions.can_post_news(by, cluster, city):
        raise ActionRefused(_("You don’t represent a city in this cluster."))
    words = {"city": city, "title": title, "body": body, "language": language}
    mine = ClusterNews.objects.filter(cluster=cluster, by=by)
    # A double click submits the same values again.
    twin = mine.filter(hidden_at=None, **words).first()
    if twin is not None:
        return twin
    check_rate(mine, most=MAX_PER_DAY, hours=24)
    news = ClusterNews.objects.create(cluster=cluster, by=by, **words)
    cities = cluster.cities.values_list("pk", flat=True)
    notify(
        set(focal_points(*cities)) - {by.pk},
        kind=NoticeKind.PARTNERSHIP,
        event="cluster.news",
        subject=cluster,
        key=f"cluster-news-{news.pk}",
    )
    return news


@action
def remove_news(*, news: ClusterNews, by: User, words: Words = OWN) -> ClusterNews:
    """Hide news, as its author or as a broker with a reason. Idempotent."""
    news = lock(ClusterNews.objects.select_related("cluster", "by"), news.pk)
    if not permissions.can_remove_news(as_now(by), news):
        raise ActionRefused(_("Only the author and brokers can remove this news."))
    if news.hidden_at is not None:
        return news
    is_own = news.by_id == by.pk
    if not is_own:
        check_words(Verb.HIDE, *words)
    news.hidden_at = clock.now()
    news.save(update_fields=["hidden_at"])
    if not is_own:
        notify_members(news, by, words)
    return news


def notify_members(news: ClusterNews, by: User, words: Words) -> None:
    """Record a broker's decision with its message, and notify the author."""
    decision = Decision.objects.create(
        subject=news,
        by=by,
        concerns=news.by,
        verb=Verb.HIDE,
        reason=words.reason,
        message=words.message.strip(),
    )
    if news.by_id is not None:
        notify(
            [news.by_id],
            kind=NoticeKind.DECISION,
            event="cluster.taken-down",
            subject=news.cluster,
            key=f"decision-{decision.pk}",
            message=decision.message,
        )


def announce_cities(cluster: Cluster, joined: Collection[int]) -> None:
    """Notify the focal points of cities that a broker has added, by primary key."""
    if joined:
        notify(
            focal_points(*joined),
            kind=NoticeKind.PARTNERSHIP,
            event="cluster.joined",
            subject=cluster,
            key=f"cluster-joined-{cluster.pk}-{clock.now().isoformat()}",
        )
