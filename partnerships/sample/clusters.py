"""Sample clusters with news and applications, and a matchmaking round."""

from community.models import Verb
from partnerships.clusters import actions as news
from partnerships.clusters import joining
from partnerships.models import Cluster, PartnershipRequest, Round
from partnerships.rounds import actions as rounds
from partnerships.sample.content import PREFIX, read
from partnerships.sample.people import Cast
from partnerships.sample.times import at
from repository.models import Theme


def create_clusters(cast: Cast) -> None:
    """Create three clusters; cities join by applying, and one application is pending."""
    for row in read("clusters"):
        first, *others = row["cities"]
        with at(cast.calendar.ago(420)):
            cluster = Cluster.objects.create(
                slug=f"{PREFIX}{row['slug']}",
                name=row["name"],
                summary=row["summary"],
                is_sample=True,
            )
            cluster.themes.set(Theme.objects.filter(slug__in=row["themes"]))
            cluster.cities.add(cast.cities[first])
        for number, city in enumerate(others):
            with at(cast.calendar.ago(400 - 30 * number)):
                application = joining.ask_to_join(
                    cluster=cluster, city=cast.cities[city], by=cast.focal_points[city]
                )
                joining.decide(application=application, verb=Verb.APPROVE, by=cast.broker)
        for number, (city, title, body) in enumerate(row["news"]):
            with at(cast.calendar.ago(200 - 60 * number)):
                news.post(
                    cluster=cluster,
                    city=cast.cities[city],
                    title=title,
                    body=body,
                    language=cast.language[city],
                    by=cast.focal_points[city],
                )
        if "asks" in row:
            with at(cast.calendar.ago(3)):
                joining.ask_to_join(
                    cluster=cluster,
                    city=cast.cities[row["asks"]],
                    by=cast.focal_points[row["asks"]],
                    note=row["note"],
                )


def create_round(cast: Cast) -> None:
    """Create a matchmaking round for the open requests, and compute it."""
    with at(cast.calendar.ago(1)):
        made = Round.objects.create(name="Sample round", created_by=cast.broker)
        made.requests.set(PartnershipRequest.objects.open().samples())
        made = rounds.start(round=made, by=cast.broker)
        rounds.compute.func(round=made.pk, started_at=rounds.run_of(made))
