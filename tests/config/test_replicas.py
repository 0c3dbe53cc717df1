"""Pages read from streaming replicas, on real ones."""

import threading
import time
from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client

from community.models import User
from config import preflight, replica_connections, replicas
from repository.models import CaseStudy, Practice
from repository.pages import provisional
from repository.replicas import connection_to_read
from tests.collection import signed_in
from tests.config import replication, test_metrics
from tests.config.replica_urls import SLUG
from tests.config.replication import ask, catch_up, paused
from tests.kept_pages import ON, get, kept

pytestmark = [
    pytest.mark.proof(in_turn=True, group="replicas", sample=8),
    pytest.mark.usefixtures("reading"),
    pytest.mark.slow(40),
]

REPLICA = "replica_1"
FAR = "FFFFFFFF/0"


@pytest.fixture(scope="module")
def place():
    with replication.folder() as place:
        yield place


@pytest.fixture(scope="module")
def primary(collection, place, django_db_blocker):
    with django_db_blocker.unblock(), replication.primary_with_the_database(place) as server:
        yield server


@pytest.fixture(scope="module")
def replica(primary, place):
    with replication.replica_of(primary, place, REPLICA) as server:
        yield server


@pytest.fixture
def state():
    return replicas.State(REPLICA)


@pytest.fixture
def reading(primary, replica, state, settings, monkeypatch):
    """Let the site read from the replica, which has all changes of earlier tests."""
    settings.DATABASE_ROUTERS = ["config.replicas.ReplicaRouter"]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "config.replicas.ReplicaMiddleware"]
    settings.ROOT_URLCONF = "tests.config.replica_urls"
    monkeypatch.setattr(replicas, "states", {REPLICA: state})
    monkeypatch.setattr(replicas, "noted", replicas.Noted())
    # A busy machine must not take the replica for one that hangs.
    monkeypatch.setattr(replica_connections, "PATIENCE_AT_FIRST", replica_connections.PATIENCE)
    catch_up(primary, replica)


def rename(title: str) -> None:
    CaseStudy.objects.filter(slug=SLUG).update(title=title)


def from_replica(path: str, client: Client | None = None, alias: str = REPLICA) -> HttpResponse:
    """Request a page until it is read from the replica, which may be late on a busy machine."""
    answers = []

    def is_so() -> bool:
        answers.append(get(path, client))
        return answers[-1].read_from == alias

    replication.wait_until(is_so)
    return answers[-1]


def read(path: str, client: Client | None = None) -> tuple[str, str]:
    """Return the text of a page, and the database that it was read from."""
    answer = get(path, client)
    return answer.content.decode(), answer.read_from


@pytest.fixture
def member():
    return signed_in(User.objects.get(handle="member"))


@pytest.mark.parametrize(
    "path",
    [
        *["/", "/about/", "/cases/", "/cases/zhengzhou/", "/cases/?q=parcels", "/cities/"],
        *["/search/?q=water", "/monitoring/", "/partnerships/", "/practices/", "/landscape/"],
        *[
            "/webinars/",
            "/glossary/",
            "/api/v1/cases",
            "/sitemap-cases.xml",
            "/series/series-2020/",
        ],
    ],
)
def test_show_a_page_from_the_replica(path, member, state, primary, replica):
    assert from_replica(path, member).status_code == 200
    of_replica = from_replica(path)
    state.leave_out("to compare")
    of_primary = get(path)
    assert (of_replica.status_code, of_primary.read_from) == (200, "default")
    assert of_primary.content == of_replica.content


@pytest.mark.parametrize(
    "path",
    [
        *["/admin/", "/admin/repository/casestudy/", "/admin/record/", "/admin/decisions/"],
        *["/admin/partnerships/pipeline/", "/admin/translations/"],
    ],
)
def test_show_the_desk_from_the_replica(path, primary, replica):
    desk = signed_in(User.objects.get(handle="administrator"))
    assert from_replica(path, desk).status_code == 200


def test_readers_always_see_their_own_changes(primary, replica):
    """The replica is paused and resumed during the changes, so that it is often late."""
    visitor, stale, databases = Client(), 0, set()
    for number in range(300):
        if number % 10 in (0, 5):
            ask(replica, f"SELECT pg_wal_replay_{'resume' if number % 10 else 'pause'}()")
        # The page with the form has set a cookie.
        visitor.cookies["csrftoken"] = "x"
        visitor.post("/write/", {"title": f"Version {number}"})
        if number % 10 == 9:
            catch_up(primary, replica)
        title, database = read("/public/", visitor)
        assert title == f"Version {number}"
        databases.add(database)
        stale += CaseStudy.objects.using(REPLICA).get(slug=SLUG).title != title
    assert stale >= 30
    assert databases == {"default", REPLICA}


def test_members_never_see_an_old_page(member, primary, replica):
    rename("Before")
    with paused(primary, replica):
        rename("After")
        assert read("/public/", member) == ("After", "default")
        assert read("/private/") == ("After", "default")


def test_access_that_was_revoked_is_not_served(primary, replica):
    rename("Before")
    desk = signed_in(User.objects.get(handle="moderator"))
    assert get("/admin/", desk).status_code == 200
    with paused(primary, replica):
        User.objects.filter(handle="moderator").update(is_active=False)
        answer = get("/admin/", desk)
    User.objects.filter(handle="moderator").update(is_active=True)
    assert answer.status_code == 302


def test_visitors_get_no_page_older_than_the_limit(primary, replica, settings):
    settings.REPLICA_MAX_LAG = 1
    rename("Before")
    replication.wait_until(lambda: read("/public/") == ("Before", REPLICA))
    with paused(primary, replica):
        rename("After")
        time.sleep(1)
        assert read("/public/") == ("After", "default")
    replication.wait_until(lambda: read("/public/") == ("After", REPLICA))


def test_the_cache_has_no_old_page_of_a_new_edition(primary, replica, settings, state):
    settings.CACHES = ON
    replicas.noted.at, replicas.noted.position = time.monotonic() + 3600, "0/0"
    rename("Before")
    with paused(primary, replica):
        rename("After")
        # Stored with the edition of the replica, which is an old one.
        assert read("/public/") == ("Before", REPLICA)
        state.leave_out("to read from the primary")
        assert read("/public/") == ("After", "default")
        old, new = {each.etag for each in kept_pages()}, kept_pages()
        assert [page.body for page in new] == [b"After"]
        state.try_again_at = 0
        # Nothing that is stored answers another edition.
        assert read("/public/") == ("Before", REPLICA)
        assert not old & {each.etag for each in kept_pages()}
    replication.wait_until(lambda: read("/public/")[0] == "After")


def kept_pages():
    return kept(caches["pages"])


def test_the_cache_has_no_old_page_after_changes_during_requests(primary, replica, settings):
    settings.CACHES = ON
    for turn in range(20):
        writer = threading.Thread(target=rename_often, args=[turn])
        writer.start()
        while writer.is_alive():
            read("/public/")
        catch_up(primary, replica)
        # Its edition is the last one, and so is all that is stored for it.
        assert read("/public/")[0] == read("/public/")[0] == f"{turn}, 9"


def rename_often(turn: int) -> None:
    for number in range(10):
        rename(f"{turn}, {number}")
    connection.close()


def test_make_indexes_from_the_server_of_the_page(primary, replica, settings, monkeypatch):
    settings.OLD_VALUES_FOR = 30
    monkeypatch.setattr(provisional, "PATIENCE", replication.SECONDS)
    monkeypatch.setattr(provisional, "QUICK", 0)
    made, make = [], provisional.Renewal.run

    def noted(renewal, work):
        make(renewal, lambda: (made.append(connection_to_read().alias), work()))

    monkeypatch.setattr(provisional.Renewal, "run", noted)
    get("/cases/")
    practice = Practice.objects.filter(cases__status="published").first()
    Practice.objects.filter(pk=practice.pk).update(name="Renamed")
    catch_up(primary, replica)
    # What the replica has is recent enough.
    replicas.noted.at, replicas.noted.position = time.monotonic() + 3600, "0/0"
    answer = get("/cases/")
    Practice.objects.filter(pk=practice.pk).update(name=practice.name)
    assert (answer.read_from, set(made)) == (REPLICA, {REPLICA})
    assert "Renamed" in answer.content.decode()


def test_a_view_that_writes_reads_its_own_change():
    rename("Before")
    answer = get("/write-by-get/")
    assert answer.content == b"Before!"
    assert answer.read_from == "default"


def test_transactions_read_from_the_primary(replica):
    rename("Same")
    assert read("/in-transaction/") == ("Same, Same", "default")


def test_page_is_made_again_if_the_replica_fails(state, caplog):
    rename("Whole")
    from_replica("/private/")
    caplog.clear()
    assert made_again("/interrupted/", state) == {("Whole, Whole", "default")}
    assert caplog.messages == ["Not reading from replica_1 for 10 seconds: OperationalError"]


def made_again(path: str, state: replicas.State) -> set[tuple[str, str]]:
    """Request a page until the replica fails while it is made.

    Return what was shown, and which database it was read from.
    """
    shown = set()

    def is_so() -> bool:
        shown.add(read(path))
        return state.is_left_out()

    # The replica may be late, and is not asked for the page.
    replication.wait_until(is_so)
    return shown


def test_dead_replica_is_left_out_and_comes_back(replica, state):
    rename("Alive")
    replication.wait_until(lambda: read("/public/") == ("Alive", REPLICA))
    replication.stop(replica)
    rename("Dead")
    assert read("/private/") == ("Dead", "default")
    assert state.is_left_out()
    with patch.object(state, "has_replayed") as asked:
        assert read("/private/") == ("Dead", "default")
    asked.assert_not_called()
    replica.ensure_running()
    state.try_again_at = 0.0
    replication.wait_until(lambda: read("/public/") == ("Dead", REPLICA))
    assert state.is_used


def test_promoted_replica_is_left_out(primary, place, state, monkeypatch):
    with replication.replica_of(primary, place, "replica_2") as promoted:
        other = replicas.State("replica_2")
        monkeypatch.setattr(replicas, "states", {"replica_2": other})
        from_replica("/private/", alias="replica_2")
        assert ask(promoted, "SELECT pg_promote()")
        assert read("/private/")[1] == "default"
        assert other.is_left_out()
        # Another one is used.
        monkeypatch.setattr(replicas, "states", {"replica_2": other, REPLICA: state})
        from_replica("/private/")


@pytest.mark.parametrize("cookie", [FAR, f"{FAR}:1abcde:signature", "", "not a position"])
def test_forged_position_is_ignored(cookie):
    client = Client()
    client.cookies["position"] = cookie
    from_replica("/private/", client)


def test_signed_position_is_obeyed():
    client, answer = Client(), HttpResponse()
    answer.set_signed_cookie("position", FAR, salt="config.replicas")
    client.cookies = answer.cookies
    assert read("/private/", client)[1] == "default"


def test_cookie_after_a_change(settings):
    settings.SESSION_COOKIE_SECURE = True
    client = Client()
    client.cookies["csrftoken"] = "x"
    cookie = client.post("/write/", {"title": "Changed"}).cookies["position"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["max-age"], cookie["path"]) == ("Lax", 61, "/")


def test_no_cookie_on_pages_and_counts():
    client = Client()
    assert "position" not in client.post("/seen/", "/", content_type="text/plain").cookies
    client.cookies["csrftoken"] = "x"
    for path in ("/", "/public/", "/cases/zhengzhou/", "/healthz"):
        assert "position" not in client.get(path).cookies


def test_health_check_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert get("/healthz").read_from == ""


def test_metrics_say_where_pages_are_read_from(settings, state):
    settings.REPLICA_URLS = ["postgres://the-same"]
    settings.METRICS_TOKEN = test_metrics.TOKEN
    settings.MIDDLEWARE = ["config.metrics.measure", *settings.MIDDLEWARE]
    read_from = {
        name: ("exchange_reads_total", ("database", name)) for name in ("default", REPLICA)
    }
    used = ("exchange_replica_used", ("database", REPLICA))
    from_replica("/private/")
    before = test_metrics.read()
    assert before[used] == 1
    state.leave_out("to compare")
    read("/private/")
    after = test_metrics.read()
    assert after[used] == 0
    # The second one is that of the metrics themselves.
    assert after[read_from["default"]] - before.get(read_from["default"], 0) >= 1
    assert after[read_from[REPLICA]] >= before[read_from[REPLICA]] >= 1


def test_warn_about_replicas_that_are_not_used(primary, replica, settings, monkeypatch):
    settings.REPLICA_URLS = [replica.url()]
    assert list(preflight.replica_warnings()) == []
    described = connections[REPLICA].settings_dict
    monkeypatch.setitem(described, "HOST", connection.settings_dict["HOST"])
    monkeypatch.setitem(described, "OPTIONS", connection.settings_dict["OPTIONS"])
    assert list(preflight.replica_warnings()) == [
        "Not reading from server 1 in REPLICA_URLS, which is not a replica."
    ]
    monkeypatch.setitem(described, "OPTIONS", {"host": "127.0.0.1", "port": 1})
    [warning] = preflight.replica_warnings()
    assert warning.startswith("Not reading from server 1 in REPLICA_URLS, which doesn’t respond. ")
