"""The layout of the code: where modules stand, how long they are, and what they may import.

Imports run one way: partnerships → community → repository, and in each app
views → forms → actions → permissions → models. Names that another package keeps private are not
used.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.without_database

ROOT = Path(settings.BASE_DIR)
APPS = ["repository", "community", "partnerships"]
OURS = [*APPS, "config", "benchmarks", "deploy", "tests"]
MAX_LOOSE = 12
MAX_LINES = 800
MAX_LINE_LENGTH = 120

# What a role may not import, of its own app or of a lower one.
ABOVE = {
    "models": {"permissions", "actions", "forms", "views", "admin", "urls"},
    "permissions": {"actions", "forms", "views", "admin", "urls"},
    "actions": {"forms", "views", "admin", "urls"},
    "forms": {"views", "admin", "urls"},
    "admin": {"urls"},
    "views": {"admin", "urls"},
    # A tag that makes a part of a page, with its form, stands where a view does.
    "tags": {"views", "admin", "urls"},
    # A topic of its own, as facets.py or capacity.py: what the app is for.
    "topic": {"actions", "forms", "views", "admin", "urls"},
}
# Django's own places for wiring, which name views and admin pages.
WIRING = {"urls", "apps", "admin", "migrations", "management"}
# Modules whose names end like a role without having it.
TOPICS = {
    # The interface, of which those of the types are subclasses.
    "community.moderation.reviewable",
    "repository.desk.stale_forms",
}

# Begin with an underscore and are documented by Django or Python.
DOCUMENTED = {"_meta", "_state", "_default_manager", "_base_manager"}
DOCUMENTED |= {"_db", "_should_delete_form", "_asdict", "_replace", "_fields", "_make"}

# Private names for which there is no public one, with the module that uses them and the reason.
PRIVATE = {
    # Sessions tell which factors were shown: the desk asks.
    (
        "allauth.account.internal.flows.login.record_authentication",
        "community/accounts/authentication.py",
    ),
    # `EmailAddress.send_confirmation` knows no rate limit.
    (
        "allauth.account.internal.flows.email_verification.send_verification_email_to_address",
        "community/accounts/forms.py",
    ),
    # Hashes a password also where nobody has the address.
    ("_check_password", "community/accounts/authentication.py"),
    # Keys that PostgreSQL cannot read are no keys.
    ("_validate_session_key", "community/accounts/sessions.py"),
    # Django's hook for storages: nothing is left of a file that cannot be written.
    ("_save", "config/storage.py"),
    # Constraints also look at columns that a form does not show.
    ("_get_validation_exclusions", "community/webinars/admin.py"),
    ("_get_validation_exclusions", "repository/webinars/forms.py"),
    # What `TaggableManager(manager=…)` takes.
    ("taggit.managers._TaggableManager", "repository/tags/models.py"),
    # The one wrapper around allauth's rate limits.
    ("allauth.core.internal.ratelimit", "community/accounts/rate_limits.py"),
}

# Where a filter by the mark of samples reads better than a queryset of repository/samples.py.
FILTERED_BY_MARK = {
    # Conditions of a count.
    "repository/api/endpoints.py",
    "repository/cases/facets.py",
    "repository/places/ordering.py",
    # Requests of real cities and of samples may be ranked together.
    "partnerships/ranking/loading.py",
    # Accounts have no queryset of their own.
    "partnerships/sample/removing.py",
}


@cache
def modules(*folders: str) -> dict[str, Path]:
    """The modules in these folders by their full names."""
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module, which several tests go through."""
    return tuple(ast.walk(parsed(path)))


def imported(name: str, path: Path) -> Iterator[str]:
    """The modules that a module imports, wherever in it, by their full names."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in nodes_of(path):
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


def role(name: str) -> str:
    """The role of a module of an app: `views` of partnerships.matches.desk_views."""
    _app, *parts = name.split(".")
    if not parts:
        return "wiring"
    # The sample data set is loaded by a command, through the actions of all packages.
    if parts[0] in {"migrations", "management", "sample"} or (
        len(parts) == 1 and parts[0] in WIRING
    ):
        return "wiring"
    if name in TOPICS:
        return "topic"
    if parts[-1] == "urls":
        return "urls"
    # How one type is shown and decided about: forms and actions at once, as a view does.
    # A middleware handles requests, as a view does; so do the hooks of allauth's views.
    if parts[-1] in {"adapters", "reviewable", "decision_page", "middleware"}:
        return "views"
    for each in ("models", "permissions", "actions", "forms", "views", "admin"):
        # A role with much content is a folder.
        if each in parts or parts[-1].endswith(f"_{each}"):
            return each
    # A package may be named so as well.
    if len(parts) > 1 and (parts[-1] == "tags" or parts[-1].endswith("_tags")):
        return "tags"
    if len(parts) > 1 and parts[-1] == "api":
        return "views"
    return "actions" if changes_state(name) else "topic"


@cache
def changes_state(name: str) -> bool:
    """Whether a module holds actions, whatever its name says."""
    return any(
        isinstance(node, ast.FunctionDef)
        and any(isinstance(each, ast.Name) and each.id == "action" for each in node.decorator_list)
        for node in parsed(modules(*APPS)[name]).body
    )


def test_keep_few_modules_beside_the_packages():
    loose = {app: len([*(ROOT / app).glob("*.py")]) - 1 for app in APPS}
    assert {app: count for app, count in loose.items() if count > MAX_LOOSE} == {}


def test_keep_lines_of_templates_short():
    found = {
        str(path.relative_to(ROOT))
        for folder in ["templates", *APPS]
        for path in (ROOT / folder).rglob("*.html")
        if any(len(line) > MAX_LINE_LENGTH for line in path.read_text().splitlines())
    }
    assert found == set()


def test_keep_modules_short():
    found = {
        str(path.relative_to(ROOT))
        for folder in OURS
        if folder != "tests"
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.relative_to(ROOT).parts
        and len(path.read_text().splitlines()) > MAX_LINES
    }
    assert found == set()


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
        for name, path in modules(app).items()
        for target in imported(name, path)
        if target.split(".")[0] in higher
    }
    assert found == set()


def test_import_nothing_from_a_higher_role():
    known = modules(*APPS)
    found = {
        (name, target)
        for name, path in known.items()
        if role(name) in ABOVE
        for target in imported(name, path)
        if target in known and role(target) in ABOVE[role(name)]
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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("repository.permissions", "permissions"),
        ("repository.tags.models", "models"),
        ("repository.tags.folding", "topic"),
        ("repository.tags", "topic"),
        ("repository.pages.tags", "tags"),
        ("repository.urls", "wiring"),
        ("repository.admin", "wiring"),
        ("repository.cases.admin", "admin"),
        ("partnerships.matches.desk_views", "views"),
        ("community.notices.middleware", "views"),
        ("partnerships.matches.answers", "actions"),
    ],
)
def test_know_the_role_of_a_module(name, expected):
    assert name in modules(*APPS)
    assert role(name) == expected


# Samples


def filters_by_mark(nodes: Iterable[ast.AST]) -> bool:
    """Whether a module filters by `is_sample`, its own or that of a related row."""
    return any(
        ast.unparse(node.func).split(".")[-1] in {"filter", "exclude", "get", "Q"}
        and any("is_sample" in (each.arg or ast.unparse(each.value)) for each in node.keywords)
        for node in nodes
        if isinstance(node, ast.Call)
    )


def test_leave_out_samples_by_their_querysets():
    """Nothing filters by `is_sample` itself: `real()` and `samples()` do."""
    found = {
        str(path.relative_to(ROOT))
        for name, path in modules(*APPS, "config").items()
        if ".migrations." not in name and filters_by_mark(nodes_of(path))
    }
    assert found == FILTERED_BY_MARK


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("City.objects.filter(is_sample=False)", True),
        ("rows.public().exclude(city__is_sample=True)", True),
        ("models.Q(**{f'{path}city__is_sample': samples})", True),
        ("City.objects.filter(slug=slug).order_by('is_sample')", False),
        ("City(is_sample=True)", False),
    ],
)
def test_find_filters_by_the_mark(code, expected):
    assert filters_by_mark(ast.walk(ast.parse(code))) == expected


# Names that other packages keep private


def is_private(word: str) -> bool:
    return bool(re.fullmatch(r"_[A-Za-z]\w*", word)) and word not in DOCUMENTED


def private_names(nodes: Iterable[ast.AST], own: set[str]) -> set[str]:
    """What a module uses of other packages although they keep it private: a module named
    `internal` or with an underscore, or an attribute that none of our own classes has, which are
    `own`."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            names = []
        for name in names:
            parts = name.split(".")
            if parts[0] not in OURS and any(is_private(x) or x == "internal" for x in parts):
                found.add(name)
        if isinstance(node, ast.Attribute):
            if is_private(node.attr) and (node.attr not in own or is_super(node.value)):
                found.add(node.attr)
            if node.attr == "meta_path" and ast.unparse(node) == "sys.meta_path":
                found.add("sys.meta_path")
    return found


def is_super(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node) == "super()"


def own_names(nodes: Iterable[ast.AST]) -> set[str]:
    """What our own code defines: functions, classes, variables, attributes of `self`."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        ):
            found.add(node.attr)
    return found


def test_call_nothing_but_the_http_request_request():
    """A partnership request is `partnership_request`."""
    other = set()
    for name, path in modules(*APPS).items():
        for node in nodes_of(path):
            if isinstance(node, ast.arg) and node.arg == "request" and node.annotation:
                kind = ast.unparse(node.annotation).strip('"')
                if not kind.endswith(("HttpRequest", "HttpRequest | None")):
                    other.add((name, kind))
            if isinstance(node, ast.Assign | ast.For | ast.comprehension):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                taken = {each.id for each in targets if isinstance(each, ast.Name)}
                value = node.value if isinstance(node, ast.Assign) else node.iter
                if "request" in taken and "request" not in ast.unparse(value):
                    other.add((name, ast.unparse(value)))
    assert other == set()


def test_use_no_private_names_of_other_packages():
    own: set[str] = set()
    found = set()
    for folders in ([*APPS, "config"], ["benchmarks", "deploy", "tests"]):
        paths = [
            path
            for path in modules(*folders).values()
            if "migrations" not in path.relative_to(ROOT).parts
        ]
        # Tests also use the private names of the apps.
        own |= own_names(chain.from_iterable(map(nodes_of, paths)))
        found |= {
            (name, str(path.relative_to(ROOT)))
            for path in paths
            for name in private_names(nodes_of(path), own)
        }
    assert found == PRIVATE


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from allauth.core.internal import ratelimit", {"allauth.core.internal.ratelimit"}),
        ("import _pytest.runner", {"_pytest.runner"}),
        ("from django.db import _thing", {"django.db._thing"}),
        ("request._files = 1", {"_files"}),
        ("super()._clean_form()", {"_clean_form"}),
        ("import sys\nsys.meta_path.insert(0, 1)", {"sys.meta_path"}),
        ("model._meta.fields", set()),
        ("from community import _own\nself._own", set()),
        ("__name__", set()),
    ],
)
def test_find_private_names(code, expected):
    assert private_names(ast.walk(ast.parse(code)), {"_own"}) == expected
