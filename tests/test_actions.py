"""No state change gets around `repository.workflow.action`."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType

import pytest
from django.conf import settings
from django.db.models import TextChoices

from repository.workflow import Step

pytestmark = pytest.mark.without_database

APPS = ("repository", "community", "partnerships")
# Functions of modules of actions that others may call although they are no actions themselves.
# They store nothing: what a page has to know about an action before it is taken.
READ_ONLY = {
    "repository": {"is_configured", "is_over"},
    "community": {
        "ahead_of",
        "can_appeal",
        "can_show_now",
        "can_write_now",
        "facts_about",
        "fingerprint",
        "is_ahead",
        "is_open",
        "joined",
        "keeps_name",
        "questions_of",
        "shown",
        "talks_of",
        "what_goes",
        "why_not",
        "without_keys",
        "zones_for",
    },
    "partnerships": {
        "checked_deadline",
        "cities_left_out",
        "in_turn",
        "is_broken_off",
        "is_candidate",
        "open_verbs",
        "other",
        "own_problems",
        "possible",
        "profile_of",
        "publish_as_broker",
        "questions_of",
        "run_of",
        "steps_from",
        "values_of",
    },
}
# They change things by actions alone, each of which is a transaction of its own.
DELEGATING = {
    "repository": {"import_file"},
    "community": {"ask_authors", "close_due", "reapply_deletions"},
    "partnerships": {
        "answer",
        "end_lapsed",
        "expire_due",
        "forget_letters",
        "lapse_due",
        "propose_all",
        "receive",
        "remind",
        "remind_due",
        "send_all",
        "suggest_all",
        "warn_due",
        "warn_ending",
    },
}
# Parts of an action, which run in its transaction: `after_change` in that of the webinar.
NESTED = {
    "repository": set(),
    "community": {
        "after_change",
        "change_membership",
        "decided",
        "note_undone",
        "record",
        "restore_case",
        "write",
        "write_proposed",
    },
    "partnerships": {"accept_added", "announce_cities", "notify_parties", "record"},
}


def modules(app: str) -> Iterator[tuple[str, Path]]:
    """The dotted names and files of an app's modules."""
    for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
        if "migrations" not in path.parts:
            parts = path.relative_to(settings.BASE_DIR).with_suffix("").parts
            yield ".".join(part for part in parts if part != "__init__"), path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def is_actions(path: Path) -> bool:
    """Whether a module holds actions: it imports what makes them."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "repository.workflow"
        and {"action", "acting"} & {alias.name for alias in node.names}
        for node in ast.walk(parsed(path))
    )


@cache
def functions(app: str) -> dict[tuple[str, str], FunctionType]:
    """The public functions of an app's modules of actions, by module and name."""
    return {
        (module, name): function
        for module, path in modules(app)
        if is_actions(path)
        for name, function in vars(import_module(module)).items()
        if inspect.isfunction(function) and function.__module__ == module and name[0] != "_"
    }


def is_atomic(function: FunctionType) -> bool:
    """Whether a function is an action, or opens the same transaction by itself."""
    return hasattr(function, "is_action") or "acting" in function.__code__.co_names


@pytest.mark.parametrize("app", APPS)
def test_every_function_with_an_acting_user_is_an_action(app):
    around = {
        name
        for (_module, name), function in functions(app).items()
        if not is_atomic(function) and "by" in keyword_only(function)
    }
    assert around <= DELEGATING[app] | NESTED[app] | READ_ONLY[app]


def keyword_only(function: FunctionType) -> set[str]:
    parameters = inspect.signature(function).parameters.values()
    return {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}


def called_from_outside(app: str) -> set[tuple[str, str]]:
    """The functions of modules of actions that other modules of all apps import or call."""
    known = functions(app)
    found = set()
    for other in (*APPS, "config"):
        for module, path in modules(other):
            # What a `Reviewable` does runs in the action that asks it.
            if is_actions(path) or path.name == "reviewable.py":
                continue
            package = module if path.name == "__init__.py" else module.rpartition(".")[0]
            tree = parsed(path)
            names = {}
            for node in ast.walk(tree):
                if isinstance(node, ast.ImportFrom):
                    base = node.module or ""
                    if node.level:
                        above = package.split(".")[: len(package.split(".")) - node.level + 1]
                        base = ".".join([*above, *filter(None, [node.module])])
                    for alias in node.names:
                        found |= {(base, alias.name)} & known.keys()
                        names[alias.asname or alias.name] = f"{base}.{alias.name}"
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    found |= {(names.get(node.value.id, ""), node.attr)} & known.keys()
    return found


@pytest.mark.parametrize("app", APPS)
def test_other_modules_call_actions_or_what_is_listed(app):
    known = functions(app)
    called = called_from_outside(app)
    assert any(is_atomic(known[key]) for key in called)
    around = {name for (module, name) in called if not is_atomic(known[module, name])}
    listed = READ_ONLY[app] | DELEGATING[app] | NESTED[app]
    assert around <= listed
    # What nobody calls any more is taken off the list.
    unused = (READ_ONLY[app] | DELEGATING[app]) - around
    assert unused == set()


def test_transactions_are_opened_in_one_place():
    """Savepoints, of which an action stands the failure, are within `try`."""
    for app in APPS:
        for module, path in modules(app):
            if not is_actions(path):
                continue
            tree = parsed(path)
            tried = {
                inner
                for node in ast.walk(tree)
                if isinstance(node, ast.Try)
                for inner in ast.walk(node)
            }
            opened = [
                node.lineno
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and node.attr == "atomic" and node not in tried
            ]
            assert opened == [], module


@pytest.mark.parametrize("app", APPS)
def test_workflows_declare_their_steps_in_one_form(app):
    tables = {
        module: vars(import_module(module)).get("STEPS")
        for module, path in modules(app)
        if is_actions(path)
    }
    tables = {module: steps for module, steps in tables.items() if steps is not None}
    assert tables
    for module, steps in tables.items():
        for verb, step in steps.items():
            assert isinstance(step, Step), (module, verb)
            kind = type(step.target)
            assert issubclass(kind, TextChoices), (module, verb)
            assert {type(state) for state in step.sources} <= {kind}, (module, verb)
            assert step.unchanged <= step.sources, (module, verb)
