import json
import os
import shutil
import time
from contextlib import closing

import brotli
import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory

from config.management.commands.prepare import collect_static_files
from config.static_files import (
    KEPT_FOR,
    CompressedStorage,
    StaticFilesMiddleware,
    share_release,
)


@pytest.fixture
def folders(settings, tmp_path):
    """The folders of sources and of collected files."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], target
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "config.static_files.CompressedStorage"}
    }
    return source, target


def test_compress_new_and_unfinished_files(folders, monkeypatch):
    source, target = folders
    compressed = []
    work = CompressedStorage.compress_files

    def note(self, paths):
        for name, copy in work(self, paths):
            compressed.append(copy)
            yield name, copy

    monkeypatch.setattr(CompressedStorage, "compress_files", note)

    def collect() -> list[str]:
        compressed.clear()
        call_command("collectstatic", interactive=False, verbosity=0)
        return sorted(name for name in compressed if name.count(".") == 2)

    (source / "one.txt").write_text("one " * 100)
    (source / "two.txt").write_text("two " * 100)
    assert collect() == ["one.txt.br", "one.txt.gz", "two.txt.br", "two.txt.gz"]
    assert collect() == []

    # One has changed, of the other the process was killed as it wrote.
    (source / "one.txt").write_text("another " * 100)
    for name in ["one.txt", "one.txt.br", "one.txt.gz"]:
        os.utime(target / name, (1, 1))
    (target / "two.txt.gz").write_bytes(b"")
    assert collect() == ["one.txt.br", "one.txt.gz", "two.txt.br", "two.txt.gz"]
    assert brotli.decompress((target / "one.txt.br").read_bytes()) == b"another " * 100
    assert len((target / "two.txt.gz").read_bytes()) > 10
    assert collect() == []


@pytest.fixture
def release(folders, settings):
    """Collect the files of a release, in which style.css has this content; return its name."""
    source, target = folders
    (source / "logo.svg").write_text("<svg/>")

    def release(number: int, days_ago: int = 0) -> str:
        settings.RELEASE = f"release {number}"
        before = set(target.glob("style.*.css"))
        (source / "style.css").write_text(f"body {{ order: {number} }} /* {'long ' * 100} */")
        collect_static_files(verbosity=0)
        collected = time.time() - days_ago * 24 * 60 * 60
        for file in [target / "staticfiles.json", *(target / "releases").glob("*.json")]:
            if file.stat().st_mtime > time.time() - 60:
                os.utime(file, (collected, collected))
        [new] = set(target.glob("style.*.css")) - before
        return new.name

    return release


def test_keep_the_files_of_the_release_before(folders, release):
    _source, target = folders
    old = [release(1, days_ago=100), release(2, days_ago=90), release(3, days_ago=20)]
    assert {path.name for path in target.glob("style.*.css*")} == {
        f"{name}{suffix}" for name in old[1:] for suffix in ("", ".br", ".gz")
    }
    # What has not changed belongs to all releases.
    assert len(list(target.glob("logo.*.svg"))) == 1
    assert len(list((target / "releases").iterdir())) == 2


def test_keep_the_files_of_a_week(folders, release):
    _source, target = folders
    days = KEPT_FOR // (24 * 60 * 60)
    # The first was replaced more than a week ago, the second less.
    old = [release(1, days + 20), release(2, days + 10), release(3, days - 1), release(4)]
    assert {path.name for path in target.glob("style.*.css")} == set(old[1:])


def test_remember_a_release_of_before_this_was_done(folders, release):
    _source, target = folders
    first = release(1, days_ago=100)
    for path in [*(target / "releases").iterdir()]:
        path.unlink()
    (target / "releases").rmdir()
    release(2, days_ago=90)
    assert (target / first).exists()
    release(3, days_ago=80)
    assert not (target / first).exists()


def test_collect_nothing_a_second_time(folders, release, monkeypatch):
    _source, target = folders
    release(1)
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    monkeypatch.setattr(CompressedStorage, "post_process", None)
    collect_static_files(verbosity=0)
    assert {path: path.stat().st_mtime_ns for path in target.rglob("*")} == before


# Containers, each with the files of its own release, and a folder that all of them share


@pytest.fixture
def shared(settings, tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    settings.SHARED_STATIC_ROOT = str(folder)
    return folder


@pytest.fixture
def container(release, folders, tmp_path, shared, settings, db):
    """Start a server with the files of a release; return their name, and how it answers.

    After each answer Django looks at its connections, which a test without `db` may not.
    """

    def container(number: int, days_ago: int = 0):
        _source, target = folders
        shutil.rmtree(target, ignore_errors=True)
        name = release(number)
        own = tmp_path / f"image {number}"
        shutil.copytree(target, own, dirs_exist_ok=True)
        share_release(own, shared)
        started = time.time() - days_ago * 24 * 60 * 60
        record = json.loads((own / "staticfiles.json").read_text())["hash"]
        os.utime(shared / "releases" / f"{record}.json", (started, started))
        settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = own, False
        settings.WHITENOISE_USE_FINDERS = False
        server = StaticFilesMiddleware(lambda request: HttpResponse(status=404))
        settings.STATIC_ROOT = target

        def answer(path: str, **headers: str) -> tuple[int, bytes]:
            response = server(RequestFactory().get(f"/static/{path}", headers=headers))
            with closing(response):
                return response.status_code, b"".join(response)

        return name, answer

    return container


def test_containers_serve_the_files_of_each_other(container):
    first, by_first = container(1)
    second, by_second = container(2)
    for answer in (by_first, by_second):
        for number, name in [(1, first), (2, second)]:
            status, content = answer(name)
            assert (status, content[:15]) == (200, b"body { order: %d" % number)
            status, content = answer(name, **{"accept-encoding": "br"})
            assert brotli.decompress(content).startswith(b"body { order: %d" % number)
        # Without a hash, each has its own.
        for name in ("unknown.css", "../secret", "a\0b", "releases", f"{first}.br/"):
            assert answer(name)[0] == 404
    assert by_first("style.css")[1] != by_second("style.css")[1]


def test_shared_files_of_the_release_before_are_kept(container, shared):
    old = [container(number, days)[0] for number, days in [(1, 100), (2, 90), (3, 20)]]
    assert {path.name for path in shared.glob("style.*.css*")} == {
        f"{name}{suffix}" for name in old[1:] for suffix in ("", ".br", ".gz")
    }
    assert len(list((shared / "releases").iterdir())) == 2
    # A container of the old release starts again.
    assert container(1)[0] == old[0]
    assert (shared / old[0]).exists()
