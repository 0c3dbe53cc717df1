import os

import brotli
from django.core.management import call_command

from config.static_files import CompressedStorage


def test_compress_new_and_unfinished_files(settings, tmp_path, monkeypatch):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], target
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "config.static_files.CompressedStorage"}
    }
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
