"""Mutation testing: how many small faults in the code do the tests notice?

    .venv/bin/python -m tests.mutants draw .data/mutants.json
    MUTANTS=.data/mutants.json make test ARGS="-p tests.mutants -n 2 -m 'not proof'"
    .venv/bin/python -m tests.mutants run .data/mutants.json

`draw` selects mutants at random from the code that decides what may happen, who may do it, who sees
it and how matches are ranked. The plugin notes which tests run the lines of each mutant. `run`
applies one mutant after another and runs those tests until one fails. Results are added to FILE.
"""

import argparse
import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

ROOT = Path(__file__).parent.parent
APPS = ("repository", "community", "partnerships")
# Tests of one mutant take at most this time; longer ones are drawn from at random.
SECONDS = 60
TIMEOUT = 300

COMPARISONS = {
    ast.Eq: "!=", ast.NotEq: "==", ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">",
    ast.In: "not in", ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is",
}  # fmt: skip
OPERATORS = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.BitAnd: "|", ast.BitOr: "&",
}  # fmt: skip


def functions() -> Iterator[tuple[str, Path, ast.FunctionDef]]:
    """Yield the functions that mutants are drawn from, with their groups."""
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            group = "ranking" if path.parent.name == "ranking" else path.stem
            tree = ast.parse(path.read_text())
            if group in ("actions", "permissions", "ranking"):
                yield from ((group, path, function) for function in functions_in(tree))
            else:
                for node in tree.body:
                    if isinstance(node, ast.ClassDef) and node.name.endswith("QuerySet"):
                        yield from (("queries", path, function) for function in functions_in(node))


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def changes(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield what can be replaced in one node, and by what."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            if sign := COMPARISONS.get(type(operator)):
                yield node, f"({ast.unparse(left)} {sign} {ast.unparse(right)})"
        case ast.BoolOp(op=operator, values=values):
            word = " or " if isinstance(operator, ast.And) else " and "
            yield node, f"({word.join(f'({ast.unparse(value)})' for value in values)})"
        case ast.BinOp(left=left, op=operator, right=right):
            if sign := OPERATORS.get(type(operator)):
                yield node, f"({ast.unparse(left)} {sign} {ast.unparse(right)})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"({ast.unparse(operand)})"
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() | float() as value):
            yield node, str(value + 1)
        case ast.Call(func=ast.Attribute(value=value, attr="filter" | "exclude")):
            yield node, f"{ast.unparse(value)}.all()"
        case ast.Expr(value=ast.Call()) | ast.Raise() | ast.Delete():
            yield node, "pass"
        case ast.If(test=test):
            yield test, "False"


def drawn(*, seed: int, count: int) -> list[dict]:
    """Return that many mutants, as many of each group of functions."""
    groups: dict[str, dict[tuple, dict]] = {}
    for group, path, function in functions():
        found = groups.setdefault(group, {})
        for statement in ast.walk(function):
            if not isinstance(statement, ast.stmt) or isinstance(statement, ast.FunctionDef):
                continue
            for node, text in mutations(statement):
                place = str(path.relative_to(ROOT)), node.lineno, node.col_offset, text
                found[place] = {
                    "group": group,
                    "path": place[0],
                    "from": [node.lineno, node.col_offset],
                    "to": [node.end_lineno, node.end_col_offset],
                    "text": text,
                    "lines": [*lines(statement)],
                }
    draw = Random(seed)
    return [
        found[place]
        for found in groups.values()
        for place in draw.sample(sorted(found), count // len(groups))
    ]


def mutations(statement: ast.stmt) -> Iterator[tuple[ast.AST, str]]:
    """Yield the changes of a statement, without those of statements in it."""
    yield from changes(statement)
    waiting = [*ast.iter_child_nodes(statement)]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.stmt):
            yield from changes(node)
            waiting += ast.iter_child_nodes(node)


def lines(statement: ast.stmt) -> range:
    """The lines of a statement; of one with a block, those before the block."""
    body = getattr(statement, "body", None)
    last = body[0].lineno - 1 if body else statement.end_lineno
    return range(statement.lineno, max(last, statement.lineno) + 1)


def applied(mutant: dict, text: str) -> str:
    """Return the text of a module with the mutant in it."""
    rows = text.encode().splitlines(keepends=True)
    (first, start), (last, end) = mutant["from"], mutant["to"]
    middle = rows[first - 1][:start] + mutant["text"].encode() + rows[last - 1][end:]
    return b"".join([*rows[: first - 1], middle, *rows[last:]]).decode()


class Coverage:
    """Notes which tests run the lines of mutants; a plugin of pytest."""

    def __init__(self, mutants: list[dict], folder: Path):
        self.file = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.jsonl"
        self.numbers: dict[tuple[str, int], list[int]] = {}
        for number, mutant in enumerate(mutants):
            for line in mutant["lines"]:
                key = str(ROOT / mutant["path"]), line
                self.numbers.setdefault(key, []).append(number)
        self.hit: set[int] = set()
        tool = sys.monitoring.COVERAGE_ID
        sys.monitoring.use_tool_id(tool, "mutants")
        sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, self.note)
        sys.monitoring.set_events(tool, sys.monitoring.events.LINE)

    def note(self, code, line):
        if numbers := self.numbers.get((code.co_filename, line)):
            self.hit.update(numbers)
            return None
        return sys.monitoring.DISABLE

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item):
        self.hit.clear()
        start = time.perf_counter()
        try:
            return (yield)
        finally:
            row = [item.nodeid, time.perf_counter() - start, sorted(self.hit)]
            if self.hit:
                with self.file.open("a") as file:
                    file.write(json.dumps(row) + "\n")


def pytest_configure(config):
    if file := os.environ.get("MUTANTS"):
        folder = Path(file).with_suffix(".coverage")
        folder.mkdir(exist_ok=True)
        config.pluginmanager.register(Coverage(json.loads(Path(file).read_text()), folder))


def covering(folder: Path, count: int) -> list[dict[str, float]]:
    """Return the tests of each mutant, with their times."""
    tests: list[dict[str, float]] = [{} for _ in range(count)]
    for file in folder.glob("*.jsonl"):
        for row in file.read_text().splitlines():
            test, seconds, numbers = json.loads(row)
            for number in numbers:
                tests[number][test] = seconds
    return tests


def selection(tests: dict[str, float], draw: Random) -> list[str]:
    """Return as many of the tests as there is time for, in random order."""
    chosen, left = [], float(SECONDS)
    for test in draw.sample(sorted(tests), len(tests)):
        if tests[test] <= left:
            chosen.append(test)
            left -= tests[test]
    return chosen


def outcome(mutant: dict, tests: list[str]) -> str:
    """Run the tests with the mutant; return "killed" or "survived"."""
    path = ROOT / mutant["path"]
    original, names = path.read_text(), ROOT / ".data/mutant-tests.txt"
    names.write_text("\n".join(tests))
    command = ["make", "test", f"ARGS=-x -q -n 0 --no-header @{names}"]
    try:
        path.write_text(applied(mutant, original))
        result = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return "killed"
    finally:
        path.write_text(original)
    return "killed" if result.returncode else "survived"


def run(file: Path) -> None:
    """Run all mutants that have no result yet."""
    mutants = json.loads(file.read_text())
    tests = covering(file.with_suffix(".coverage"), len(mutants))
    for number, mutant in enumerate(mutants):
        if "outcome" in mutant:
            continue
        chosen = selection(tests[number], Random(number))
        mutant["tests"] = len(chosen), len(tests[number])
        mutant["outcome"] = outcome(mutant, chosen) if chosen else "not covered"
        file.write_text(json.dumps(mutants, indent=1))
        print(number, mutant["path"], mutant["from"][0], mutant["text"][:60], mutant["outcome"])
    killed = sum(mutant["outcome"] == "killed" for mutant in mutants)
    print(f"{killed} of {len(mutants)} mutants were killed.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["draw", "run"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    if options.command == "draw":
        mutants = drawn(seed=options.seed, count=options.count)
        options.file.write_text(json.dumps(mutants, indent=1))
    else:
        run(options.file)


if __name__ == "__main__":
    main()
