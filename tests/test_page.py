import pytest
from django.http import HttpResponse, HttpResponseRedirect

from tests.page import page_of

HTML = """<!doctype html>
<html><head><title>Cases ·
  Exchange</title><style>p { color: red }</style></head>
<body>
<div class="messages" role="status"><p class="message success">It is <b>saved</b>.</p></div>
<main>
  <h1>Cases  of
     cities</h1>
  <p>One<br>two <a href="/cases/one/">One <i>counter</i></a><span hidden>secret</span>.</p>
  <script>let secret;</script>
  <nav aria-label="Pages"><a href="/cases/?page=2">Next</a><a href="/cases/?page=3">Next</a></nav>
  <a href="/" aria-label="Home"><svg><title>A house</title></svg></a>
  <table><tr><th>City</th><td>Benin City</td></tr><tr><th>Year</th><td>2020</td></tr></table>
  <form id="edit" action="/edit/" method="post">
    <input type="hidden" name="csrfmiddlewaretoken" value="token">
    <div class="field-error"><p>Write a title.</p></div>
    <label for="t">Title</label><input id="t" name="title" value="A &amp; B">
    <textarea name="summary">
First
second</textarea>
    <select name="theme"><option value="customs">Customs</option>
      <option value="trade" selected>Trade</option></select>
    <select name="city"><option>Accra</option><option>Lagos</option></select>
    <select name="none" multiple><option value="1">1</option></select>
    <label for="a">First</label><input type="checkbox" id="a" name="tag" value="a" checked>
    <label for="b">Second</label><input type="checkbox" id="b" name="tag" value="b">
    <label><input type="checkbox" id="c" name="tag" value="c" checked> <b>Third</b></label>
    <input type="checkbox" name="on" checked>
    <input name="off" value="x" disabled><input type="file" name="file">
    <button name="step" value="save">Save</button><button>Submit</button>
  </form>
  <input name="note" form="edit" value="beside">
  <div class="errornote" role="alert">
    <h2>Not saved</h2><ul class="errorlist"><li>Too long.</li></ul>
  </div>
  <p class="field-error" hidden>No passkey.</p><div hidden><p class="errornote">Too late.</p></div>
</main>
</body></html>"""


@pytest.fixture
def page():
    return page_of(HttpResponse(HTML))


def test_lines_hold_what_is_shown(page):
    assert page.lines[:6] == [
        "It is saved.",
        "Cases of cities",
        "One",
        "two One counter.",
        "NextNext",
        "City",
    ]
    assert "secret" not in page.text
    assert "secret" in page.html


def test_main_leaves_out_what_surrounds_it(page):
    assert page.main.text.startswith("Cases of cities One two One counter.")


def test_after_gives_the_lines_that_follow_one():
    page = page_of("<dl><dt>City<dd>Accra<dd>Recife<dt>Year<dd>2020</dl>")
    assert (page.after("City", 2), page.after("Year", 2)) == (["Accra", "Recife"], ["2020"])


def test_json_ld_is_parsed():
    page = page_of(r'<script type="application/ld+json">{"name": "A \u003C B"}</script>')
    assert page.json_ld == [{"name": "A < B"}]


def test_title_and_messages(page):
    assert (page.title, page.messages) == ("Cases · Exchange", ["It is saved."])


def test_status_and_location_are_those_of_the_response():
    page = page_of(HttpResponseRedirect("/there/"))

    assert (page.status, page.location) == (302, "/there/")


def test_link_is_found_by_its_text_or_its_label(page):
    assert (page.link("One counter"), page.link("Home")) == ("/cases/one/", "/")
    assert page.one("nav").links == [("Next", "/cases/?page=2"), ("Next", "/cases/?page=3")]


@pytest.mark.parametrize("text", ["Next", "Nowhere"])
def test_link_fails_unless_there_is_one_address(page, text):
    with pytest.raises(AssertionError, match="leads to"):
        page.link(text)


def test_elements_are_selected_by_css(page):
    assert [each.text for each in page.select("h1, h2")] == ["Cases of cities", "Not saved"]
    assert page.one(".message").classes == {"message", "success"}
    assert page.one("#t")["value"] == "A & B"
    assert page.main.select("main") == []


@pytest.mark.parametrize("css", ["a", "blink"])
def test_one_fails_unless_there_is_one(page, css):
    with pytest.raises(AssertionError, match="elements match"):
        page.one(css)


def test_elements_are_found_by_role_and_name(page):
    assert page.headings == ["Cases of cities", "Not saved"]
    assert page.buttons == ["Save", "Submit"]
    assert page.alerts == ["Not saved Too long."]
    assert len(page.by_role("navigation", "Pages")) == 1
    assert page.by_role("heading", "Elsewhere") == []
    assert page.by_role("checkbox", "Second")[0]["value"] == "b"


def test_errors_are_listed_once(page):
    assert page.errors == ["Write a title.", "Not saved", "Too long."]


def test_outcomes_are_the_levels_of_messages(page):
    assert page.outcomes == ["success"]
    admin = page_of(
        '<ul class="messagelist"><li class="error">No.</li><li class="info">A</li></ul>'
    )
    assert admin.outcomes == ["error", "info"]


def test_wrong_fields_are_those_of_the_summary(page):
    assert page.wrong_fields == []
    summary = """<section id="error-summary"><ul>
      <li>Send it again.</li><li><a href="#id_tag_0">Tags: choose one.</a></li></ul></section>
      <input id="id_tag_0" name="tag">"""
    assert page_of(summary).wrong_fields == ["", "tag"]


def test_rows_hold_the_cells(page):
    assert page.one("table").rows == [["City", "Benin City"], ["Year", "2020"]]


def test_form_holds_what_a_browser_would_send(page):
    form = page.form("/edit/")

    assert form.method == "post"
    assert form.fields == {
        "title": "A & B",
        "summary": "First\nsecond",
        "theme": "trade",
        "city": "Accra",
        "tag": ["a", "c"],
        "on": "on",
        "note": "beside",
    }


def test_choices_of_form(page):
    form = page.form("/edit/")

    assert form.choices("theme") == {"customs": "Customs", "trade": "Trade"}
    assert form.choices("tag") == {"a": "First", "b": "Second", "c": "Third"}


def test_form_fails_where_no_form_is_sent_there(page):
    with pytest.raises(AssertionError, match="0 forms are sent"):
        page.form("/elsewhere/")


def test_html_without_a_response_is_parsed_too():
    assert page_of("<p>Words <em>in</em> italics").lines == ["Words in italics"]
