"""The site behind PgBouncer in transaction mode, on a real one."""

import csv
import io
import json
import os
import subprocess
import time
import zipfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.test import Client

from community.accounts.spam_protection import stamp_for
from community.models import Comment, Decision, User, Verb
from community.moderation.decisions.actions import decide
from config.databases import database
from config.repeated_posts import locked
from repository.embeddings import updating
from repository.models import CaseStudy, City, Speaker
from tests import databases
from tests.collection import signed_in
from tests.community.conftest import run_queue
from tests.factories import CommentFactory, UserFactory
from tests.page import page_of
from tests.races import race
from tests.servers import free_port

pytestmark = [
    pytest.mark.proof(group="pooled connections", sample=3),
    pytest.mark.usefixtures("pooled"),
    pytest.mark.slow(15),
]

# Few connections to the server, each used by the one after the other, so that nothing that belongs
# to a session works by chance. PgBouncer refuses the options that tests set.
CONFIGURATION = """
[databases]
* = {address}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
server_round_robin = 1
ignore_startup_parameters = options
"""


@contextmanager
def pgbouncer(folder: Path):
    """Start PgBouncer in front of the server of the tests; yield its port."""
    if not os.environ.get("PGBOUNCER"):
        pytest.skip("no PgBouncer: deploy/ensure-pgbouncer fetches one on Debian")
    known = connection.get_connection_params()
    names = {"host", "port", "user", "password"} & known.keys()
    address = " ".join(f"{name}='{known[name]}'" for name in sorted(names))
    port = free_port()
    (folder / "pgbouncer.ini").write_text(CONFIGURATION.format(address=address, port=port))
    command = [os.environ["PGBOUNCER"], "--quiet"]
    if os.geteuid() == 0:
        # PgBouncer refuses to run as root; the embedded server is only open to its own user.
        is_embedded = known["host"].startswith("/")
        command += ["--user", Path(known["host"]).owner() if is_embedded else "nobody"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([*command, folder / "pgbouncer.ini"], stderr=log)
    try:
        while not answers(port):
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    try:
        psycopg.connect(host="127.0.0.1", port=port, user="any", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(scope="module")
def pooled(collection, tmp_path_factory, django_db_blocker):
    """Connect to the database of the module through PgBouncer, with the settings for it."""
    with django_db_blocker.unblock(), pgbouncer(tmp_path_factory.mktemp("pgbouncer")) as port:
        url = f"postgres://postgres@127.0.0.1:{port}/{databases.present()}"
        through = database(url, connections=4, pooler="transaction")
        names = ["HOST", "PORT", "USER", "PASSWORD", "DISABLE_SERVER_SIDE_CURSORS"]
        direct = {name: connection.settings_dict[name] for name in names if name in through}
        databases.disconnect()
        connection.settings_dict.update({name: through[name] for name in names})
        with ExitStack() as busy:
            # PgBouncer opens another connection to the server only if all are busy.
            for _number in range(3):
                busy.enter_context(psycopg.connect(url)).execute("SELECT 1")
        yield {"DATABASE_URL": url}
        databases.disconnect()
        connection.settings_dict.update(direct)


def test_sessions_change_their_connection(pooled):
    """Otherwise the other tests would prove nothing. So exports fail without the setting."""
    with psycopg.connect(pooled["DATABASE_URL"], autocommit=True) as session:
        session.execute("DECLARE lost CURSOR WITH HOLD FOR SELECT 1")
        with pytest.raises(psycopg.errors.InvalidCursorName):
            session.execute("FETCH lost")


def servers(url: str) -> set[int]:
    """Return the process numbers of all connections from PgBouncer to the server."""
    with ExitStack() as busy:
        sessions = [busy.enter_context(psycopg.connect(url)) for _number in range(3)]
        return {each.execute("SELECT pg_backend_pid()").fetchone()[0] for each in sessions}


def test_keep_connections_to_the_server_after_a_form(pooled):
    before = servers(pooled["DATABASE_URL"])
    for number in range(3):
        with locked(f"form {number}"):
            pass
    assert servers(pooled["DATABASE_URL"]) == before


@pytest.mark.parametrize(
    "path", ["/", "/cases/zhengzhou/", "/cases/?q=parcels", "/cases/?sort=title", "/monitoring/"]
)
def test_show_pages(path):
    page = page_of(Client().get(path))
    assert page.one("h1").text


@pytest.mark.parametrize("model", [CaseStudy, City, Speaker])
def test_export_to_a_spreadsheet(model):
    desk = signed_in(User.objects.get(handle="administrator"))
    address = f"/admin/repository/{model._meta.model_name}/export/"
    answer = desk.post(address, {"resource": "0", "format": "0"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == model.objects.count()


def test_export_an_account():
    answer = signed_in(User.objects.get(handle="member")).post("/accounts/data/export/")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        data = json.loads(archive.read("data.json"))
    assert data["account"]["email"] == "member@example.org"


def test_comment_is_recorded():
    case = CaseStudy.objects.get(slug="zhengzhou")
    author, first = UserFactory(), CommentFactory(subject=case)
    answer = signed_in(author).post(
        f"/comments/{first.pk}/reply/",
        {
            "body": "Who pays for it?",
            "website": "",
            "stamp": stamp_for(author, at=time.time() - 10),
        },
    )
    assert answer.status_code == 302
    comment = Comment.objects.get(author=author)
    context = comment.events.get(pgh_label="insert").pgh_context
    assert context.metadata["user"] == author.pk
    # The context of one session is not that of the next on the same connection.
    assert CommentFactory(subject=case).events.get(pgh_label="insert").pgh_context is None


def test_task_sends_a_message():
    Client().post("/accounts/password/reset/", {"email": "member@example.org"})
    assert [message.to for message in run_queue()] == [["member@example.org"]]


def test_rival_decisions_are_made_once():
    subject = CommentFactory(author=UserFactory(), pending=True)
    first, second = UserFactory(superuser=True), UserFactory(superuser=True)
    outcomes = race(
        subject,
        lambda: decide(subject=subject, verb=Verb.APPROVE, by=first),
        lambda: decide(
            subject=subject, verb=Verb.DECLINE, by=second, reason="spam", message="It sells."
        ),
    )
    assert outcomes == ["done", "refused"]
    made = Decision.objects.filter(object_id=subject.pk, content_type__model="comment")
    assert made.count() == subject.events.filter(pgh_label="update").count() == 1


def test_only_one_process_changes_indexes():
    for _turn in range(4):
        with updating.one_at_a_time() as is_mine:
            assert is_mine
            with updating.one_at_a_time() as is_another:
                assert not is_another
        # The next turn begins with another connection to the server.
        City.objects.exists()


def test_run_a_command(run, pooled):
    own = pooled | {"TESTING": "1", "DATABASE_POOLER": "transaction"}
    done = run("manage.py", "prune", "--verbosity=0", **own)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("command", [["prepare"], ["backup", "."], ["finish_restore"]])
def test_commands_that_need_a_direct_connection_are_refused(run, pooled, command):
    own = pooled | {"TESTING": "1", "DATABASE_POOLER": "transaction"}
    done = run("manage.py", *command, **own)
    assert (done.stdout, done.stderr, done.returncode) == (
        "",
        "Cannot start: DATABASE_URL leads to a connection pooler. Run this command with the URL "
        "of the database server itself.\n",
        1,
    )
