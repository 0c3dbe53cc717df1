"""Static files with hashed names and compressed copies.

Pages that a browser or a cache got before an update refer to files of an earlier release. Its files
are kept until the next release but one, and for a week at least.

Containers have those of their own release only. During an update, containers of two releases answer
the same browsers, so each adds its files to SHARED_STATIC_ROOT, from which all of them serve those
of the others.
"""

import fcntl
import json
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import override

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import IsDirectoryError, MissingFileError
from whitenoise.storage import CompressedManifestStaticFilesStorage

# The release that is served and the one before it.
RELEASES_KEPT = 2
# Earlier ones are kept for so many seconds after they were replaced.
KEPT_FOR = 7 * 24 * 60 * 60
COMPRESSED = ["", ".br", ".gz"]


class CompressedStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, except that unchanged files are not compressed again."""

    # Copies of style sheets whose links are not resolved yet, in no manifest.
    keep_intermediate_files = False

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files(name for name in paths if not self.is_compressed(name))

    def is_compressed(self, name: str) -> bool:
        """Was compression completed? If so, the copy written last has the time of the file."""
        file = Path(self.path(name))
        copy = file.with_name(f"{file.name}.gz")
        return copy.exists() and copy.stat().st_mtime == file.stat().st_mtime


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """WhiteNoise, which also serves the files that other releases have shared since the start."""

    @override
    def __call__(self, request: HttpRequest) -> HttpResponse:
        url = request.path_info
        if (
            settings.SHARED_STATIC_ROOT
            and url.startswith(self.static_prefix)
            and url not in self.files
            and self.url_is_canonical(url)
        ):
            path = Path(settings.SHARED_STATIC_ROOT, url.removeprefix(self.static_prefix))
            # A ValueError if the path has a NUL.
            with suppress(MissingFileError, IsDirectoryError, ValueError):
                return self.serve(self.find_file_at_path(str(path), url), request)
        return super().__call__(request)


def share_release(root: Path, shared: Path) -> None:
    """Add the files of this release to those that all containers share, and remove old ones."""
    manifest = root / "staticfiles.json"
    content = json.loads(manifest.read_text())
    (shared / "releases").mkdir(exist_ok=True)
    # Several servers start at the same time.
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Other releases may have another file of the same name unless it has a hash.
        for name in sorted({*content["paths"].values()}):
            for suffix in COMPRESSED:
                copy_whole(root / f"{name}{suffix}", shared / f"{name}{suffix}")
        # Its time is that of the last start of a server of this release.
        copy_whole(manifest, shared / "releases" / f"{content['hash']}.json")
        (shared / "releases" / f"{content['hash']}.json").touch()
        remove_old_releases(shared)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file that exists and is not there yet; nobody reads a part of it."""
    if target.exists() or not source.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.draft")
    shutil.copyfile(source, draft)
    draft.replace(target)


def remember_release(root: Path) -> None:
    """Keep the manifest of the present files, whose time is that of its last collection."""
    manifest = root / "staticfiles.json"
    if not manifest.exists():
        return
    digest = json.loads(manifest.read_text())["hash"]
    (root / "releases").mkdir(exist_ok=True)
    shutil.copy2(manifest, root / "releases" / f"{digest}.json")


def remove_old_releases(root: Path) -> int:
    """Delete the files of earlier releases that no kept release has; return how many."""
    releases = sorted(
        (root / "releases").glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    replaced_at = [time.time(), *(path.stat().st_mtime for path in releases)]
    old = [
        path
        for path, moment in zip(releases, replaced_at, strict=False)
        if path not in releases[:RELEASES_KEPT] and moment < time.time() - KEPT_FOR
    ]
    kept = set().union(*(names_of(path) for path in releases if path not in old))
    count = 0
    for path in old:
        for name in sorted(names_of(path) - kept):
            count += (root / name).exists()
            for suffix in COMPRESSED:
                (root / f"{name}{suffix}").unlink(missing_ok=True)
        # Last, so that an interrupted removal is completed the next time.
        path.unlink()
    return count


def names_of(manifest: Path) -> set[str]:
    """Return the files in a manifest, with and without a hash in their name."""
    paths = json.loads(manifest.read_text())["paths"]
    return {*paths, *paths.values()}
