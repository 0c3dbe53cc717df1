"""What a backup consists of: a folder that is complete only if it has backup.json."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO, Self

from django.core.files.storage import default_storage
from django.core.management import CommandError

FORMAT = 1
DATABASE = "database.dump"
DELETIONS = "deletions.jsonl"
# In the format of sha256sum, so that `sha256sum --check` proves any copy of the uploaded files.
FILE_LIST = "media.sha256"
FILES = "media"
SUMMARY = "backup.json"
BLOCK = 1024 * 1024


@dataclass
class Summary:
    """The content of backup.json."""

    made_at: str
    release: str
    pg_dump: int
    edition: int
    migrations: list[str]
    rows: dict[str, int]
    missing_files: list[str]
    has_files: bool
    digests: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / SUMMARY).write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read backup.json; CommandError if there is none or it is of another format."""
        try:
            content = json.loads((folder / SUMMARY).read_text())
        except FileNotFoundError:
            raise CommandError(f"{folder} is no complete backup: it has no {SUMMARY}.") from None
        except (OSError, ValueError) as error:
            raise CommandError(f"{folder / SUMMARY} can’t be read: {error}.") from None
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise CommandError(f"{folder} was made by another version of `manage.py backup`.")
        return cls(**content)


def digest_of(file: BinaryIO, copy: BinaryIO | None = None) -> str:
    """Return the SHA-256 of a file, and write it to `copy`."""
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
        if copy is not None:
            copy.write(block)
    return digest.hexdigest()


def digest_at(path: Path) -> str:
    """Return the SHA-256 of a file, "" if it is missing."""
    try:
        with path.open("rb") as file:
            return digest_of(file)
    except FileNotFoundError:
        return ""


def listed_files(folder: Path) -> dict[str, str]:
    """Return the uploaded files in the list of a backup, with their digests."""
    lines = (folder / FILE_LIST).read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def differing_files(folder: Path) -> list[str]:
    """Return the uploaded files in the list that the site lacks, or has with another content."""
    return [name for name, digest in listed_files(folder).items() if digest_in_site(name) != digest]


def digest_in_site(name: str) -> str:
    """Return the SHA-256 of an uploaded file in its folder or object store, "" if it is missing."""
    try:
        with default_storage.open(name) as file:
            return digest_of(file)
    except FileNotFoundError:
        return ""


def checked(folder: Path) -> Summary:
    """Read a backup and compare each of its files with its digest; CommandError if one differs."""
    summary = Summary.read(folder)
    wrong = [name for name, digest in summary.digests.items() if digest_at(folder / name) != digest]
    if not wrong and summary.has_files:
        wrong = [
            f"{FILES}/{name}"
            for name, digest in listed_files(folder).items()
            if digest_at(folder / FILES / name) != digest
        ]
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise CommandError(f"The backup is damaged: {wrong[0]}{more} is missing or has changed.")
    return summary
