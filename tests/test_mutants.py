"""Mutants are small changes of the code that still can be imported."""

import ast

from tests.mutants import ROOT, applied, drawn


def test_draw_the_same_mutants_again():
    assert drawn(seed=1, count=20) == drawn(seed=1, count=20)
    assert drawn(seed=1, count=20) != drawn(seed=2, count=20)


def test_change_the_code_in_one_place():
    mutants = drawn(seed=1, count=100)
    assert {mutant["group"] for mutant in mutants} == {
        *("actions", "permissions", "queries", "ranking")
    }
    for mutant in mutants:
        text = (ROOT / mutant["path"]).read_text()
        changed = applied(mutant, text)
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(text)), mutant
