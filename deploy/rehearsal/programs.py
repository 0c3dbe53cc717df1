"""The programs of a site, started from the shipped configuration on addresses of this machine."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES = Path("/usr/lib/postgresql/17/bin")
# PostgreSQL and PgBouncer refuse to run as root.
OWNER = "postgres" if os.geteuid() == 0 else None
HOST = "exchange.example"
# Seconds after which a supervisor starts a program again, as in the units of systemd.
RESTART_AFTER = 2
PATIENCE = 180


def free_port() -> int:
    """Return a port that no program uses, and that the system gives to no connection."""
    while True:
        port = random.randrange(20_000, 30_000)  # noqa: S311
        if not accepts(port):
            return port


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took longer than {seconds:.0f} seconds.")
        time.sleep(0.1)


def is_serving(port: int) -> bool:
    """Does the application server at this port answer, with all migrations of its version?

    A server that is stopping still accepts connections.
    """
    request = Request(
        f"http://127.0.0.1:{port}/readyz", headers={"Host": HOST, "X-Forwarded-Proto": "https"}
    )
    try:
        with urlopen(request, timeout=5) as response:  # noqa: S310
            return response.status == 200
    except OSError:
        return False


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Program:
    """A program in its own process group, with its output in a file."""

    name: str
    command: list[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    # Started again by the supervisor when it exits.
    is_supervised: bool = True
    root: Path = ROOT
    process: subprocess.Popen | None = None
    ended_at: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.root,
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                user=self.user,
                group=self.user,
                process_group=0,
            )
        self.ended_at = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill the whole process group, as when its machine loses power."""
        if self.is_running:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.is_running:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()

    def children(self) -> list[int]:
        found = subprocess.run(
            ["pgrep", "--parent", str(self.process.pid)], capture_output=True, text=True
        )
        return [int(pid) for pid in found.stdout.split()]

    def supervise(self) -> None:
        """Start the program again some seconds after it has exited."""
        if not self.is_supervised or self.process is None or self.is_running:
            return
        now = time.monotonic()
        if not self.ended_at:
            self.ended_at = now
        elif now - self.ended_at >= RESTART_AFTER:
            self.start()


class Database(Program):
    """A PostgreSQL server."""

    def __init__(self, name: str, folder: Path, port: int, log: Path):
        self.data, self.port = folder / name, port
        command = [str(POSTGRES / "postgres"), "-D", str(self.data), "-p", str(port)]
        super().__init__(name, command, log, user=OWNER)

    def create(self, settings: str) -> None:
        as_owner([str(POSTGRES / "initdb"), "-D", str(self.data), "--auth=trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--username=postgres", "--no-instructions"])  # fmt: skip
        self.configure(
            listen_addresses="127.0.0.1",
            unix_socket_directories="",
            max_connections="60",
            shared_buffers="128MB",
            # A write is acknowledged only when the replica has it too.
            synchronous_standby_names="replica",
        )
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(settings)

    def configure(self, **settings: str) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def copy_of(self, primary: "Database") -> None:
        """Become a streaming replica of another server."""
        source = f"host=127.0.0.1 port={primary.port} user=postgres application_name=replica"
        as_owner([str(POSTGRES / "pg_basebackup"), "-D", str(self.data), "-d", source,
                  "--write-recovery-conf", "--checkpoint=fast"])  # fmt: skip

    def connect(self, name: str = "exchange") -> psycopg.Connection:
        return psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname={name} connect_timeout=3",
            autocommit=True,
        )

    def answers(self) -> bool:
        try:
            with self.connect("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def promote(self) -> None:
        self.configure(synchronous_standby_names="")
        with self.connect("postgres") as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("SELECT pg_promote()")


def as_owner(command: list[str]) -> None:
    subprocess.run(command, check=True, user=OWNER, group=OWNER, stdout=subprocess.DEVNULL)


def replaced(text: str, *changes: tuple[str, str]) -> str:
    """Return a shipped configuration with some values changed; each must occur."""
    for old, new in changes:
        if not re.search(old, text, re.MULTILINE):
            raise LookupError(f"The configuration has no {old!r}.")
        text = re.sub(old, new.replace("\\", "\\\\"), text, flags=re.MULTILINE)
    return text


class Site:
    """All programs of a site with two application servers and two task workers."""

    def __init__(self, folder: Path):
        self.folder = folder
        ports = {name: free_port() for name in (
            "primary", "replica", "pgbouncer", "valkey", "store", "mail", "web 1", "web 2", "nginx",
        )}  # fmt: skip
        self.ports = ports
        self.primary = Database(
            "primary", folder / "disk", ports["primary"], folder / "primary.log"
        )
        self.replica = Database("replica", folder, ports["replica"], folder / "replica.log")
        self.pgbouncer = Program(
            "PgBouncer",
            [shutil.which("pgbouncer") or "/usr/sbin/pgbouncer", str(folder / "pgbouncer.ini")],
            folder / "pgbouncer.log",
            user=OWNER,
        )
        self.valkey = Program(
            "Valkey",
            ["valkey-server", "--port", str(ports["valkey"]), "--bind", "127.0.0.1", "--save", ""],
            folder / "valkey.log",
        )
        self.store = Program(
            "object store",
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(ports["store"])],
            folder / "store.log",
            is_supervised=False,
        )
        self.web = [self.web_server(number) for number in (1, 2)]
        self.tasks = [self.task_worker(number) for number in (1, 2)]
        self.nginx = Program(
            "nginx",
            [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf"),
             "-g", "daemon off;"],
            folder / "nginx.log",
        )  # fmt: skip

    def environment(self, *, direct: bool = False) -> dict[str, str]:
        """Return the settings of the site; `direct` goes past PgBouncer, for `prepare`."""
        port = self.ports["primary" if direct else "pgbouncer"]
        return {
            "ALLOWED_HOSTS": HOST,
            "CACHE_URL": f"redis://127.0.0.1:{self.ports['valkey']}/0",
            "DATABASE_POOLER": "" if direct else "transaction",
            "DATABASE_URL": f"postgres://exchange@127.0.0.1:{port}/exchange",
            "DATA_DIR": str(self.folder / "data"),
            "MAIL_URL": f"smtp://127.0.0.1:{self.ports['mail']}",
            "S3_ACCESS_KEY": "rehearsal",
            "S3_BUCKET": "exchange",
            "S3_ENDPOINT_URL": f"http://127.0.0.1:{self.ports['store']}",
            "S3_REGION": "us-east-1",
            "S3_SECRET_KEY": "rehearsal",
            "SECRET_KEY": "rehearsal-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM",
            "STATIC_ROOT": str(self.folder / "static"),
            # The load generator, which stands for what terminates TLS, and nginx.
            "TRUSTED_PROXIES": "2",
        }

    def manage(self, *arguments: str, root: Path = ROOT, direct: bool = False) -> str:
        """Run a command of manage.py; return its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=root,
            env=os.environ | self.environment(direct=direct),
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def web_server(self, number: int) -> Program:
        port = str(self.ports[f"web {number}"])
        command = [sys.executable, "manage.py", "serve", "--port", port, "--workers", "2"]
        return Program(f"web {number}", command, self.folder / f"web-{number}.log",
                       self.environment())  # fmt: skip

    def task_worker(self, number: int) -> Program:
        command = [sys.executable, "manage.py", "db_worker"]
        return Program(f"tasks {number}", command, self.folder / f"tasks-{number}.log",
                       self.environment())  # fmt: skip

    @property
    def programs(self) -> list[Program]:
        return [self.primary, self.replica, self.pgbouncer, self.valkey, self.store, *self.web,
                *self.tasks, self.nginx]  # fmt: skip

    def supervise(self) -> None:
        for program in self.programs:
            program.supervise()

    def is_ready(self) -> bool:
        return all(is_serving(self.ports[f"web {number}"]) for number in (1, 2))

    def point_pgbouncer_to(self, database: Database) -> None:
        (self.folder / "users").write_text('"exchange" ""\n')
        ini = self.folder / "pgbouncer.ini"
        ini.write_text(
            "[databases]\n"
            f"exchange = host=127.0.0.1 port={database.port}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self.ports['pgbouncer']}\n"
            "unix_socket_dir =\nauth_type = trust\npool_mode = transaction\n"
            f"auth_file = {self.folder}/users\n"
            "max_client_conn = 200\ndefault_pool_size = 20\nserver_connect_timeout = 2\n"
            "server_login_retry = 1\n"
        )
        if self.pgbouncer.is_running:
            self.pgbouncer.process.send_signal(signal.SIGHUP)

    def configure_nginx(self) -> None:
        """Write the shipped configuration with ports and folders of the rehearsal."""
        shipped = ROOT / "deploy"
        servers = "\n        ".join(
            f"server 127.0.0.1:{self.ports[f'web {number}']} max_fails=0;" for number in (1, 2)
        )
        (self.folder / "nginx.conf").write_text(
            replaced(
                (shipped / "nginx.conf").read_text(),
                (r"server 127\.0\.0\.1:8000 max_fails=0;", servers),
                (r"^pid .*;", f"pid {self.folder}/nginx.pid;"),
                (r"/var/log/nginx/", f"{self.folder}/nginx-"),
                (r"/var/cache/exchange-pages", f"{self.folder}/pages"),
                (r"listen 80 default_server", f"listen 127.0.0.1:{self.ports['nginx']}"),
                (r"default \$scheme;", "default https;"),
                (r"/srv/exchange/deploy/nginx/", f"{self.folder}/"),
            )
        )
        for name in ("rules.conf", "locations.conf"):
            text = (shipped / "nginx" / name).read_text()
            (self.folder / name).write_text(text.replace("/srv/exchange", str(ROOT)))


@contextmanager
def running_site(folder: Path, code: Path | None, settings: str = "") -> Iterator[Site]:
    """Start everything, with the 2020 series loaded; stop it afterwards.

    `code` is a checkout of the last version, which runs until the rolling update. `settings` are
    added to `postgresql.conf`.
    """
    site = Site(folder)
    try:
        start_databases(site, settings)
        site.point_pgbouncer_to(site.primary)
        site.configure_nginx()
        for program in (site.pgbouncer, site.valkey, site.store):
            program.start()
        wait_until(lambda: accepts(site.ports["store"]), "the object store")
        create_bucket(site)
        root = code or ROOT
        site.manage("prepare", "--verbosity=0", root=root, direct=True)
        site.manage("load_series", "repository/content/series-2020", root=root)
        for program in (*site.web, *site.tasks):
            program.root = root
        for program in (*site.web, *site.tasks, site.nginx):
            program.start()
        wait_until(site.is_ready, "the start of the site")
        yield site
    finally:
        for program in reversed(site.programs):
            program.kill()


def start_databases(site: Site, settings: str) -> None:
    site.primary.create(settings)
    site.primary.start()
    wait_until(site.primary.answers, "PostgreSQL")
    with site.primary.connect("postgres") as connection:
        # The replica does not exist yet.
        connection.execute("SET synchronous_commit = local")
        connection.execute("CREATE ROLE exchange LOGIN")
        connection.execute("CREATE DATABASE exchange OWNER exchange TEMPLATE template0")
    with site.primary.connect() as connection:
        connection.execute("SET synchronous_commit = local")
        connection.execute("CREATE EXTENSION vector")
        # As `prepare` does; that of the last version may not yet.
        connection.execute("ALTER DATABASE exchange SET jit = off")
    site.replica.copy_of(site.primary)
    site.replica.start()
    wait_until(site.replica.answers, "the replica")


def create_bucket(site: Site) -> None:
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{site.ports['store']}",
        region_name="us-east-1",
        aws_access_key_id="rehearsal",
        aws_secret_access_key="rehearsal",  # noqa: S106
    )
    client.create_bucket(Bucket="exchange")
