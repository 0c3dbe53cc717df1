import pytest
from django.utils import timezone

from community.models import Notification
from partnerships.models import Cluster, ClusterApplication, ClusterNews
from tests.community.writing.drafts.cases import as_user
from tests.desk_client import DeskClient
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    ClusterApplicationFactory,
    ClusterFactory,
    ClusterNewsFactory,
    CountryFactory,
    NeedFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    ThemeFactory,
)
from tests.page import page_of

pytestmark = pytest.mark.django_db

LIST = "/partnerships/clusters/"
PAGE = "/partnerships/clusters/trade/"
NEW = "/partnerships/clusters/trade/news/new/"
WORDS = {"title": "First parcels", "body": "They came.", "language": "en"}
WHY = {"reason": "off-topic", "message": "This belongs elsewhere."}


@pytest.fixture
def city(member):
    made = CityFactory(slug="kisumu", name="Kisumu", country=CountryFactory(iso2="KE"))
    RepresentationFactory(member=member, city=made)
    return made


@pytest.fixture
def cluster(city):
    return ClusterFactory(slug="trade", name="Trade online", cities=[city])


@pytest.fixture
def news(cluster, city, member):
    return ClusterNewsFactory(cluster=cluster, city=city, by=member, title="Parcels")


def down(news) -> str:
    return f"/partnerships/clusters/news/{news.pk}/take-down/"


# Reading


def test_list_public_clusters(client, broker, cluster):
    ClusterFactory(name="Secret", is_public=False, cities=list(cluster.cities.all()))
    assert [str(row) for row in client.get(LIST).context["page"]] == ["Trade online"]
    response = as_user(broker).get(LIST)
    assert [str(row) for row in response.context["page"]] == ["Secret", "Trade online"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_empty_list(client):
    assert len(page_of(client.get(LIST)).select(".empty")) == 1


def test_count_each_figure_once(client, cluster, city):
    other = CityFactory(country=CountryFactory(iso2="BJ"))
    cluster.cities.add(other)
    both = {"cities": [city, other], "published": True}
    CaseStudyFactory(**both)
    CaseStudyFactory(cities=[city])  # a draft
    for factory in (OfferFactory, NeedFactory):
        factory(city=city)
        factory(city=other)
        factory(city=city, pending=True)
        factory(city=city, valid_until=timezone.localdate().replace(year=2020))
        factory()
    PartnershipRequestFactory(opened=True, city=city)
    PartnershipRequestFactory(opened=True, city=city, visibility="members")
    PartnershipRequestFactory(city=city)
    parties = [(city, "requester"), (other, "provider")]
    PartnershipFactory(parties=parties)
    PartnershipFactory(parties=parties, is_public=False)
    PartnershipFactory()
    response = client.get(PAGE)
    assert [figure[:2] for figure in response.context["figures"]] == [
        ("Cities", 2),
        ("Countries and areas", 2),
        ("Published cases", 1),
        ("Open offers", 2),
        ("Open needs", 2),
        ("Open requests", 1),
        ("Partnerships", 1),
    ]
    # Each number leads to as many rows.
    numbers = page_of(response).one(".glance")
    for label, number, path in (
        ("Published cases", 1, "/cases/"),
        ("Open offers", 2, "/partnerships/"),
        ("Open needs", 2, "/partnerships/"),
        ("Open requests", 1, "/partnerships/"),
        ("Partnerships", 1, "/partnerships/"),
    ):
        url = numbers.link(f"{number} {label}")
        assert url.startswith(f"{path}?")
        assert len(page_of(client.get(url)).select(".browse .card, .tiles > .tile")) == number


def test_count_nothing_in_an_empty_cluster(broker):
    ClusterFactory(slug="trade")
    OfferFactory()
    figures = as_user(broker).get(PAGE).context["figures"]
    assert {(number, url) for _name, number, url in figures} == {(0, "")}


def test_figures_of_more_cities_than_a_filter_takes_have_no_link(client):
    cities = CityFactory.create_batch(11)
    ClusterFactory(slug="trade", cities=cities)
    OfferFactory(city=cities[0])
    figures = {label: rest for label, *rest in client.get(PAGE).context["figures"]}
    assert figures["Cities"] == [11, "#cities"]
    assert figures["Open offers"] == [1, ""]


def test_hide_a_public_cluster_without_a_city(client, broker, cluster):
    cluster.cities.clear()
    assert client.get(PAGE).status_code == 404
    assert list(client.get(LIST).context["page"]) == []
    assert as_user(broker).get(PAGE).status_code == 200


def test_show_the_time_of_the_figures(client, cluster):
    response = client.get(PAGE)
    assert page_of(response).one("[aria-labelledby=figures] .source").text
    assert (timezone.now() - response.context["counted_at"]).total_seconds() < 60


def test_show_news_of_the_city_without_names(client, member, news):
    ClusterNewsFactory(cluster=news.cluster, title="Gone", hidden_at=timezone.now())
    page = page_of(client.get(PAGE))
    shown = page.one(".news")
    assert (shown.headings, shown.link("Kisumu")) == (["Parcels"], news.city.get_absolute_url())
    assert "Gone" not in page.html
    for secret in (member.display_name, member.email, "take-down"):
        assert f">{secret}" not in page.html
        assert f"/{secret}/" not in page.html


@pytest.mark.parametrize("path", [LIST, PAGE])
def test_answer_304_until_something_changes(client, member, cluster, path):
    etag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    type(cluster).objects.filter(pk=cluster.pk).update(name="Renamed")
    assert client.get(path, headers={"if-none-match": etag}).status_code == 200


def test_news_changes_the_etag(client, member, city, cluster):
    etag = client.get(PAGE).headers["ETag"]
    as_user(member).post(NEW, WORDS | {"city": city.pk})
    assert client.get(PAGE, headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_in_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    for _ in range(count):
        ClusterFactory(cities=[CityFactory(), CityFactory()])
    client.get(LIST)
    with django_assert_num_queries(3):
        client.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_show_in_a_fixed_number_of_queries(client, count, django_assert_num_queries):
    cluster = ClusterFactory(
        slug="trade",
        cities=[CityFactory() for _ in range(count)],
        themes=[ThemeFactory() for _ in range(count)],
    )
    for city in cluster.cities.all():
        ClusterNewsFactory(cluster=cluster, city=city)
        OfferFactory(city=city)
    client.get(PAGE)
    with django_assert_num_queries(6):
        client.get(PAGE)


# Joining

JOIN = f"{PAGE}join/"


def test_ask_to_join(client, member, stranger, broker, desk, cluster, city):
    recife = CityFactory(name="Recife")
    RepresentationFactory(member=stranger, city=recife)
    asker = as_user(stranger)
    form = page_of(asker.get(PAGE)).form(JOIN)
    assert form.fields["city"] == str(recife.pk)
    for reader in (client, as_user(member), as_user(broker)):
        assert page_of(reader.get(PAGE)).select(f'form[action="{JOIN}"]') == []
    sent = {"city": recife.pk, "note": "We sell crafts."}
    page = page_of(asker.post(JOIN, sent, follow=True))
    assert page.outcomes == ["success"]
    assert ["Recife" in page.one("h1").text, "Trade online" in page.one("h1").text] == [True, True]
    application = ClusterApplication.objects.get()
    page = page_of(asker.get(PAGE))
    assert page.select(f'form[action="{JOIN}"]') == []
    assert page.one("[aria-labelledby=cities] .notice").link("View application") == (
        application.get_absolute_url()
    )
    # It is in the queue of brokers and on the desk of the member.
    assert [
        kind.word for kind, _total in desk.get("/admin/", follow=True).context["brokering"]["kinds"]
    ] == ["cluster-application"]
    part = page_of(asker.get("/desk/")).one("[aria-labelledby=clusters]")
    assert part.link("Trade online") == application.get_absolute_url()
    # A broker adds the city in the form of the cluster, which accepts the application.
    sent = {"name": "Trade", "slug": "trade", "summary": "S", "is_public": "on"}
    sent["cities"] = [city.pk, recife.pk]
    desk.post(f"/admin/partnerships/cluster/{cluster.pk}/change/", sent)
    application.refresh_from_db()
    assert application.status == "accepted"
    joined = Notification.objects.exclude(member=broker)
    assert [(each.member, each.event) for each in joined] == [(stranger, "cluster.joined")]


def test_brokers_cannot_add_cities_about_which_others_decide(desk, broker, cluster, city):
    """As on the page of an application: not their own, nor one that they asked for."""
    asked_for = ClusterApplicationFactory(cluster=cluster, by=broker)
    own = RepresentationFactory(member=broker).city
    sent = {"name": "Trade", "slug": "trade", "summary": "S", "is_public": "on"}
    for added in (asked_for.city, own):
        url = f"/admin/partnerships/cluster/{cluster.pk}/change/"
        response = desk.post(url, sent | {"cities": [city.pk, added.pk]})
        errors = response.context["adminform"].form.errors
        assert (list(errors), added.name in errors["cities"][0]) == (["cities"], True)
    assert [*cluster.cities.all()] == [city]
    # Those that are in the cluster already stay.
    cluster.cities.add(own)
    desk.post(url, sent | {"cities": [city.pk, own.pk]})
    cluster.refresh_from_db()
    assert (cluster.name, cluster.cities.count()) == ("Trade", 2)


def test_brokers_cannot_add_sample_cities(desk, cluster, city):
    sent = {"name": "Trade", "slug": "trade", "summary": "S", "is_public": "on"}
    sent["cities"] = [city.pk, CityFactory(is_sample=True).pk]
    response = desk.post(f"/admin/partnerships/cluster/{cluster.pk}/change/", sent)
    assert [*response.context["adminform"].form.errors] == ["cities"]
    assert [*cluster.cities.all()] == [city]


def test_choose_which_of_several_cities_asks(stranger, cluster):
    cities = [RepresentationFactory(member=stranger).city for _each in range(2)]
    form = page_of(as_user(stranger).get(PAGE)).form(JOIN)
    assert set(form.choices("city").values()) == {city.name for city in cities}


def test_withdraw_an_application(client, stranger, broker, cluster):
    city = RepresentationFactory(member=stranger).city
    application = ClusterApplicationFactory(cluster=cluster, city=city, by=stranger)
    page, act = application.get_absolute_url(), f"{application.get_absolute_url()}withdraw/"
    asker = as_user(stranger)
    assert page_of(asker.get(page)).form(act).buttons == ["Withdraw application"]
    assert page_of(as_user(broker).get(page)).select(f'form[action="{act}"]') == []
    assert as_user(broker).post(act).status_code == 403
    assert asker.post(act).headers["Location"] == page
    application.refresh_from_db()
    assert application.status == "withdrawn"
    # A second click is refused in words.
    asker.get(page)
    again = page_of(asker.post(act, follow=True))
    assert again.outcomes == ["error"]


def test_decide_at_the_desk(desk, stranger, broker, cluster):
    city = RepresentationFactory(member=stranger).city
    application = ClusterApplicationFactory(cluster=cluster, city=city, by=stranger, note="Crafts")
    review = f"/admin/review/cluster-application/{application.pk}/"
    old = f"/admin/partnerships/clusterapplication/{application.pk}/review/"
    assert desk.get(old).headers["Location"] == review
    page = page_of(desk.get(review))
    assert "Crafts" in page.one("article .record").lines
    answer = {"reason": "fit", "message": "This is about ports."}
    assert page_of(desk.post(review, {"verb": "decline"})).errors != []
    response = desk.post(review, {"verb": "decline", **answer})
    assert response.headers["Location"] == "/admin/"
    shown = page_of(as_user(stranger).get(application.get_absolute_url()))
    assert "This is about ports." in shown.lines
    # The same broker can undo it.
    undo = page_of(desk.get(review)).select('form[action$="/undo/"]')
    assert desk.post(undo[0]["action"]).headers["Location"] == review
    application.refresh_from_db()
    assert application.status == "pending"
    desk.post(review, {"verb": "approve"})
    assert city in cluster.cities.all()


def test_ask_to_join_refused_to_others(client, member, stranger, city, cluster):
    for city_key in (city.pk, "", "x", "9" * 40):
        assert as_user(stranger).post(JOIN, {"city": city_key}).status_code == 403
    assert client.post(JOIN).headers["Location"].startswith("/accounts/login/")
    assert client.get(JOIN).status_code == 405
    response = as_user(member).post(JOIN, {"city": city.pk}, follow=True)
    assert page_of(response).outcomes == ["error"]
    assert not Notification.objects.exists()


# Writing


def test_write_news(member, city, cluster):
    response = as_user(member).post(NEW, WORDS | {"city": city.pk})
    assert (response.status_code, response.headers["Location"]) == (302, PAGE)
    news = ClusterNews.objects.get()
    assert (news.title, news.city, news.by) == ("First parcels", city, member)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"body": ""}, "body"),
        ({"body": "x" * 3001}, "body"),
        ({"body": "nul \0"}, "body"),
        ({"city": 0}, "city"),
        ({"language": "xx"}, "language"),
    ],
)
def test_write_news_with_a_mistake(member, city, cluster, changes, field):
    response = as_user(member).post(NEW, WORDS | {"city": city.pk} | changes)
    assert list(response.context["form"].errors) == [field]
    assert not ClusterNews.objects.exists()


def test_write_in_the_name_of_ones_own_cities_only(member, city, cluster):
    cluster.cities.add(CityFactory(name="Another"))
    form = page_of(as_user(member).get(NEW)).form(NEW)
    assert [name for key, name in form.choices("city").items() if key] == ["Kisumu"]


def test_markdown_of_news_runs_nothing(client, member, city, cluster):
    body = '<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror="alert(1)">'
    as_user(member).post(NEW, WORDS | {"city": city.pk, "body": body})
    page = page_of(client.get(PAGE))
    assert page.one(".news").headings == ["First parcels"]
    for bad in ("<script>alert", 'href="javascript:', "<img src=x"):
        assert bad not in page.html


# Taking down


def test_take_down_ones_own(member, news):
    client = as_user(member)
    assert client.get(down(news)).context["form"] is None
    for _ in range(2):
        response = client.post(down(news))
    assert response.headers["Location"] == PAGE
    page = page_of(client.get(PAGE))
    assert (page.status, "Parcels" in page.html) == (200, False)


def test_take_down_as_a_broker(broker, news):
    client = as_user(broker)
    assert list(client.post(down(news), {}).context["form"].errors) == ["reason", "message"]
    assert client.post(down(news), WHY).status_code == 302
    news.refresh_from_db()
    assert news.hidden_at is not None


# At the desk


@pytest.fixture
def desk(broker):
    client = DeskClient()
    client.force_login(broker)
    return client


def test_add_a_cluster_at_the_desk(desk, client, city):
    theme = ThemeFactory()
    etag = client.get(LIST).headers["ETag"]
    sent = {
        "name": "Village shops",
        "slug": "village-shops",
        "summary": "Shops that collect parcels.",
        "description": "**Together**",
        "themes": [theme.pk],
        "cities": [city.pk],
        "is_public": "on",
    }
    response = desk.post("/admin/partnerships/cluster/add/", sent)
    assert response.status_code == 302
    made = Cluster.objects.get()
    assert (list(made.cities.all()), list(made.themes.all())) == ([city], [theme])
    page = page_of(client.get(made.get_absolute_url()))
    assert page.one(".prose strong").text == "Together"
    assert client.get(LIST, headers={"if-none-match": etag}).status_code == 200


def test_public_cluster_needs_a_city_at_the_desk(desk, cluster, city):
    url = f"/admin/partnerships/cluster/{cluster.pk}/change/"
    sent = {"name": "Renamed", "slug": "trade", "summary": "S"}
    form = desk.post(url, sent | {"is_public": "on"}).context["adminform"].form
    assert form.errors == {"cities": ["This field is required."]}
    assert list(cluster.cities.all()) == [city]
    assert desk.post(url, sent).status_code == 302
    assert list(cluster.cities.all()) == []


def test_change_and_delete_a_cluster_at_the_desk(desk, client, cluster, city, news):
    etag = client.get(PAGE).headers["ETag"]
    sent = {"name": "Renamed", "slug": "trade", "summary": "S", "is_public": "on"}
    sent["cities"] = [city.pk]
    desk.post(f"/admin/partnerships/cluster/{cluster.pk}/change/", sent)
    page = page_of(client.get(PAGE, headers={"if-none-match": etag}))
    assert page.one("h1").text == "Renamed"
    desk.post(f"/admin/partnerships/cluster/{cluster.pk}/delete/", {"post": "yes"})
    assert (Cluster.objects.count(), client.get(PAGE).status_code) == (0, 404)


def test_new_cluster_is_not_public_in_advance(desk):
    page = page_of(desk.get("/admin/partnerships/cluster/add/"))
    assert "checked" not in page.one("[name=is_public]").attributes
