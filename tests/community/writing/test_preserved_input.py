import pytest
from django.core import signing

from community.writing.drafts.forms import FORM_TOKENS as OF_CASES
from community.writing.preserved_input import FormTokens, merge
from partnerships.requests.forms import FORM_TOKENS as OF_REQUESTS


def test_read_tokens_of_open_forms():
    for tokens, salt in (
        (OF_CASES, "community.writing"),
        (OF_REQUESTS, "partnerships.request_tickets"),
    ):
        found = tokens.read(signing.dumps([5, "a0b1", 7], salt=salt))
        assert (found.member, found.token, found.subject) == (5, "a0b1", 7)


@pytest.mark.parametrize("held", [7, [5, "x"], [5, "x", 7, 8]])
def test_refuse_tokens_of_another_kind(held):
    tokens = FormTokens("tests.forms")
    assert tokens.read(signing.dumps(held, salt="tests.forms")) is None
    assert tokens.read(str(FormTokens("tests.others").new(member=5))) is None


def test_take_another_token_for_another_object(rf, member):
    tokens = FormTokens("tests.forms")
    sent = tokens.new(member=member.pk, subject=7)
    request = rf.post("/", {"ticket": str(sent)})
    request.user = member
    assert tokens.of_form(request, 7) == sent
    other = tokens.of_form(request, 8)
    assert (other.member, other.subject) == (member.pk, 8)
    assert other.token != sent.token


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged", "both"),
    [
        ("a", "a", "a", "a", []),
        ("a", "b", "a", "b", []),
        ("a", "a", "b", "b", []),
        ("a", "b", "b", "b", []),
        ("a", "b", "c", "c", ["title"]),
        (None, "b", "b", "b", []),
        (None, "b", "c", "c", ["title"]),
    ],
)
def test_merge_a_field(base, theirs, mine, merged, both):
    began = {"title": base} if base else None
    assert merge(began, {"title": theirs}, {"title": mine}, fields=["title"]) == (
        {"title": merged},
        both,
    )


def test_join_what_both_changed():
    def join(name, base, theirs, mine):
        return f"{name}: {base} {theirs} {mine}"

    merged, both = merge({"x": 1}, {"x": 2}, {"x": 3}, fields=["x"], join=join)
    assert (merged, both) == ({"x": "x: 1 2 3"}, ["x"])
    assert merge(None, {"x": 2}, {"x": 3}, fields=["x"], join=join)[0] == {"x": "x: None 2 3"}
