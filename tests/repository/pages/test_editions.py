from hypothesis import given
from hypothesis import strategies as st

from repository.pages.editions import Known, Part, Tokens, per_edition


def counted():
    """A function kept per edition, and the list of what it returned."""
    made = []

    @per_edition()
    def build() -> list:
        """What it says."""
        made.append([len(made)])
        return made[-1]

    return build, made


def test_build_once_for_each_edition():
    build, made = counted()
    assert [build(1), build(1), build(2), build(2)] == [[0], [0], [1], [1]]
    assert build(2) is build(2)
    assert len(made) == 2


def test_keep_the_latest_only():
    build, made = counted()
    for edition in (1, 2, 1):
        build(edition)
    assert made == [[0], [1], [2]]


def test_build_again_after_forgetting():
    build, made = counted()
    build(1)
    build.forget()
    assert build(1) == [1]
    assert len(made) == 2


def test_keep_the_name_of_the_function():
    build, _made = counted()
    assert (build.__name__, build.__doc__) == ("build", "What it says.")


def test_make_a_value_from_the_last_one():
    calls = []

    def update(made, before, now):
        calls.append((made, before[Part.CASES], now[Part.CASES]))
        return made + 1 if now[Part.CASES] != "c" else None

    @per_edition(Part.CASES, update=update)
    def build() -> int:
        return 10

    def at(token):
        return build(Tokens.of({"cases": token, "people": token}, [Part.CASES, Part.PEOPLE]))

    assert [at(token) for token in "ababcb"] == [10, 11, 12, 13, 10, 11]
    assert calls[-2:] == [(13, "b", "c"), (10, "c", "b")]
    # Other values than tokens identify a state in tests.
    assert [build(1), build(2), at("a")] == [10, 10, 10]
    assert len(calls) == 5


@given(st.lists(st.integers(1, 3)))
def test_build_as_often_as_the_edition_changes(editions):
    build, made = counted()
    for edition in editions:
        build(edition)
    changes = [
        now for before, now in zip([None, *editions], editions, strict=False) if before != now
    ]
    assert len(made) == len(changes)


def test_know_the_latest_only():
    known = Known(2)
    for key in "abc":
        known[key] = key.upper()
    assert known == {"b": "B", "c": "C"}
