"""Applied migrations must never change: `migrations.lock` holds their digests.

`python -m config.migration_lock` fails if one has changed, is new or is missing, or reads a file,
which could change. `make lock-migrations` adds new ones.
"""

import ast
import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = "migrations.lock"
APPS = ("repository", "community", "partnerships")
# Project modules used by migrations.
USED = ["repository/migration_operations.py"]
# Names that read files or import modules by name.
READS = {
    *("open", "read_text", "read_bytes", "read", "readlines", "exec", "eval", "__file__"),
    *("import_module", "__import__", "pathlib", "importlib", "resources", "io", "os", "codecs"),
}


def digests(root: Path) -> dict[str, str]:
    """Return the digest of each migration by path."""
    files = [root / name for name in USED]
    for app in APPS:
        files += (root / app / "migrations").rglob("*")
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.is_file() and file.suffix != ".pyc" and file.name != "__init__.py"
    }


def locked(text: str) -> dict[str, str]:
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {path: digest for digest, path in lines}


def reads(source: str) -> set[str]:
    """Return the names in a migration that read files or import modules by name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module.partition(".")[0], *(alias.name for alias in names)}
    return found & READS


def complaints(root: Path = ROOT) -> list[str]:
    before, now = locked((root / LOCK).read_text()), digests(root)
    changed = [path for path in before if path in now and now[path] != before[path]]
    found = [f"{path} has changed. It may have been applied: add a migration." for path in changed]
    found += [f"{path} is gone. Databases need it." for path in before if path not in now]
    found += [f"{path} is new. Run `make lock-migrations`." for path in now if path not in before]
    for path in now:
        if not path.endswith(".py"):
            found.append(f"{path} is no migration.")
        elif names := reads((root / path).read_text()):
            found.append(f"{path} uses {', '.join(sorted(names))}. Write what it does into it.")
    return found


def add_new(root: Path = ROOT) -> None:
    """Add new migrations to the lock file; digests of existing ones are not updated."""
    lock = root / LOCK
    entries = digests(root) | locked(lock.read_text() if lock.exists() else "")
    lines = [f"{digest}  {path}" for path, digest in sorted(entries.items())]
    lock.write_text("\n".join(["# Written by `make lock-migrations`.", *lines]) + "\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["add"]:
        add_new()
    elif found := complaints():
        sys.exit("\n".join(found))
