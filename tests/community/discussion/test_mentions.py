import pytest

from community.discussion.mentions import handles_in, linked
from repository.text.markdown import render


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("", []),
        ("@amina", ["amina"]),
        ("Dear @Amina-B, @bo: and (@li).", ["amina-b", "bo", "li"]),
        ("@amina @AMINA", ["amina"]),
        ("**@amina**", ["amina"]),
        ("> @amina", ["amina"]),
        # Parts of something else.
        ("a@example.org", []),
        ("`@amina`", []),
        ("[@amina](https://example.org)", []),
        ("https://example.org/@amina", []),
        ("@@amina", []),
        ("@amina_b @-amina @", []),
        ("@amínà", []),
        ("@" + "a" * 41, []),
    ],
)
def test_find_handles(text, handles):
    assert handles_in(render(text)) == handles


def test_find_ten_at_most():
    assert len(handles_in(" ".join(f"@m{number}" for number in range(50)))) == 10


def test_link_those_who_are_members():
    html = render("@Amina, @nobody, `@amina` <b>")
    assert linked(html, {"amina"}) == (
        '<p><a href="/members/amina/">@Amina</a>, @nobody, <code>@amina</code> &lt;b&gt;</p>\n'
    )
    assert linked(html, set()) == html


@pytest.mark.parametrize(
    "text",
    [
        '[x](https://example.org/">@amina)',
        "[x](<https://example.org/> @amina>)",
        '[x](https://example.org/ "@amina")',
        "<a href='@amina'>",
        "@amina<script>alert(1)</script>",
    ],
)
def test_leave_attributes_alone(text):
    """Without its links, the HTML is the sanitised one."""
    html = render(text)
    link = '<a href="/members/amina/">@amina</a>'
    assert linked(html, {"amina"}).replace(link, "@amina") == html
