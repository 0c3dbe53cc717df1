"""Static files with hashed names and compressed copies."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CompressedStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, except that unchanged files are not compressed again."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        yield from super().compress_files(name for name in paths if not self.is_compressed(name))

    def is_compressed(self, name: str) -> bool:
        """Was compression completed? If so, the copy written last has the time of the file."""
        file = Path(self.path(name))
        copy = file.with_name(f"{file.name}.gz")
        return copy.exists() and copy.stat().st_mtime == file.stat().st_mtime
