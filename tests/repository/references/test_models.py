import pytest

from repository.models import Reference

LI = {"family": "Li", "given": "C."}
CHEN = {"family": "Chen", "given": "D."}
BANK = {"literal": "World Bank"}
ALONE = {"family": "Madonna"}


@pytest.mark.parametrize(
    ("authors", "short", "byline"),
    [
        ([LI], "Li (2020)", "Li, C."),
        ([LI, CHEN], "Li and Chen (2020)", "Li, C.; Chen, D."),
        ([LI, BANK, CHEN], "Li and others (2020)", "Li, C.; World Bank; Chen, D."),
        ([BANK], "World Bank (2020)", "World Bank"),
        ([ALONE], "Madonna (2020)", "Madonna"),
        ([], "The port (2020)", ""),
        ([{}], "The port (2020)", ""),
    ],
)
def test_name_work_by_its_authors(authors, short, byline):
    work = Reference(authors=authors, year=2020, title="The port")
    assert (work.short, work.byline) == (short, byline)


def test_name_work_of_unknown_year():
    work = Reference(authors=[LI], title="The port")
    assert (work.short, work.year_text, str(work)) == (
        "Li (no date)",
        "",
        "Li, C. (no date). The port",
    )


def test_name_work_without_author():
    work = Reference(title="The port", year=2020, key="port")
    assert (str(work), work.year_text) == ("(2020). The port", "2020")
    assert work.get_absolute_url() == "/references/#port"
