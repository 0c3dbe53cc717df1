"""Imports run one way: partnerships → community → repository, and in each app
views → forms → actions → permissions → models."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["repository", "community", "partnerships"]
# What a room of an app may not import, of its own app or of a lower one.
ABOVE = {
    "models": {"permissions", "actions", "forms", "views", "admin", "urls"},
    "permissions": {"actions", "forms", "views", "admin", "urls"},
    "actions": {"forms", "views", "admin", "urls"},
    "forms": {"views", "admin", "urls"},
    "admin": {"urls"},
    "views": {"admin", "urls"},
    # A tag that makes a part of a page, with its form, stands where a view does.
    "templatetags": {"views", "admin", "urls"},
}
# Everything else, as facets.py or search.py: what the app is for.
DOMAIN = {"actions", "forms", "views", "admin", "urls"}
# Django's own places for wiring, which name views and admin pages.
WIRING = {"urls", "apps", "migrations", "management", "tests"}


def modules(app):
    for path in sorted((ROOT / app).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(name, path):
    """The modules that a module imports, wherever in it, by their full names."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            # `from repository import search` names a module, `from repository.search import x` not.
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room(name):
    """The room of a module: `views` of repository.views.case_study."""
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize(
    ("app", "higher"),
    [
        ("repository", {"community", "partnerships", "config", "tests", "benchmarks"}),
        ("community", {"partnerships", "tests", "benchmarks"}),
        ("partnerships", {"tests", "benchmarks"}),
    ],
)
def test_import_nothing_from_a_higher_app(app, higher):
    found = {
        (name, target)
        for name, path in modules(app)
        for target in imported(name, path)
        if target.split(".")[0] in higher
    }
    assert found == set()


@pytest.mark.parametrize("app", APPS)
def test_import_nothing_from_a_higher_room(app):
    found = {
        (name, target)
        for name, path in modules(app)
        if room(name) not in WIRING
        for target in imported(name, path)
        if target.split(".")[0] in APPS and room(target) in ABOVE.get(room(name), DOMAIN)
    }
    assert found == set()


def test_read_imports_of_every_kind(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(
        "import a.b as c\n"
        "from . import d\n"
        "from .. import e\n"
        "from ..f import g\n"
        "def late():\n    from h import i\n"
    )
    assert set(imported("app.room.module", path)) == {
        *("a.b", "app.room", "app.room.d", "app", "app.e", "app.f", "app.f.g", "h", "h.i"),
    }
