"""Shares are worked out again, and where the source prints another one it is said."""

from decimal import Decimal

import pytest

from repository.evidence.arithmetic import people, per_cent, rounded, sums
from repository.models import Evidence

NB = "\N{NO-BREAK SPACE}"


def row(label="said so", **fields):
    return Evidence(label=label, **fields)


@pytest.mark.parametrize(
    ("share", "whole", "expected"),
    [
        ("51", 1500, (758, 772)),
        ("91", 1500, (1358, 1372)),
        ("100", 1500, (1493, 1500)),
        ("0", 1500, (0, 7)),
        ("90.1", 1500, (1351, 1352)),
        ("50", 3, (2, 1)),
    ],
)
def test_range_of_people_for_a_rounded_share(share, whole, expected):
    least, most = people(Decimal(share), whole)
    assert (least, most) == expected
    # Each of them rounds to the share, and no other number does.
    like = Decimal(share)
    inside = [n for n in range(whole + 1) if rounded(Decimal(n) * 100 / whole, like) == like]
    assert inside == list(range(least, most + 1))


@pytest.mark.parametrize(
    ("text", "share"),
    [("91 %", "91"), ("90.1%", "90.1"), ("12 per cent", "12"), ("", None), ("most", None)],
)
def test_read_the_share_that_a_source_prints(text, share):
    assert per_cent(text) == (share and Decimal(share))


def test_report_share_that_does_not_add_up():
    women = row("were women", value=Decimal(51), unit="%", group="Survey")
    knew = row("knew more", numerator=1352, denominator=1500, stated="91 %", group="Survey")
    would = row("would work", numerator=1425, denominator=1500, stated="95 %", group="Survey")
    plain = row("views", value=Decimal(4874930))
    differs = f"The source prints 91{NB}%, which would be 1,358 to 1,372 of 1,500."
    assert sums([women, knew, would, plain]) == [
        (knew, f"1,352 ÷ 1,500 = 90.1{NB}%. {differs}", False),
        (
            women,
            f"51{NB}% of 1,500 is between 758 and 772, because the source rounds the share.",
            True,
        ),
        (would, f"1,425 ÷ 1,500 = 95{NB}%.", True),
    ]


def test_report_share_that_no_number_can_make():
    odd = row(numerator=1, denominator=3, stated="50 %")
    told = f"1 ÷ 3 = 33.3{NB}%. The source prints 50{NB}%, but no number of 3 rounds to that."
    assert sums([odd]) == [(odd, told, False)]


def test_work_out_no_share_of_which_the_whole_is_not_known():
    alone = row(value=Decimal(51), unit="%")
    grouped = row(value=Decimal(51), unit="%", group="Survey")
    one = row(numerator=1, denominator=2, group="Survey")
    other = row(numerator=1, denominator=3, group="Survey")
    assert sums([alone]) == []
    assert grouped not in [made.row for made in sums([grouped, one, other])]
