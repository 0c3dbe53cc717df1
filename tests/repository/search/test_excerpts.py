import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.search.excerpts import MAX_LENGTH, Marker, beginning, cut, fold, shortened
from repository.text import markdown


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Économie", "economie"),
        ("ÇA ŁÓDŹ Ø Đà Nẵng", "ca lodz o da nang"),
        ("İstanbul", "istanbul"),
        ("ЁЛКА", "елка"),
        ("Straße 郑州 가나", "straße 郑州 가나"),
        ("“PORT’S” – OR…", "“port’s” – or…"),
    ],
)
def test_fold_letters(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_fold_keeps_every_place(text):
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("stems", "text", "marked"),
    [
        (["train"], "Trains, training, a trainer", "[Trains], [training], a [trainer]"),
        (["rail"], "By rail, not by trail", "By [rail], not by trail"),
        (["port"], "The port has a portfolio", "The [port] has a portfolio"),
        (["citi"], "One city, two cities", "One [city], two [cities]"),
        (["economi"], "L'économie", "L'[économie]"),
        (["bonded import"], "Bonded import; bonded-import", "[Bonded import]; [bonded-import]"),
        (["ecommerce"], "E-commerce and ecommerce", "[E-commerce] and [ecommerce]"),
        (["مدين"], "في المدينة", "في [المدينة]"),
        (["1210"], "The 1210 model", "The [1210] model"),
        (["a", "b"], "a bc b", "[a] bc [b]"),
        ([], "Nothing", "Nothing"),
        (["x"], "", ""),
    ],
)
def test_mark_words(stems, text, marked):
    html = Marker(stems).mark(text)
    assert html.replace("<mark>", "[").replace("</mark>", "]").replace("&#x27;", "'") == marked


def test_mark_longer_words_while_the_last_is_typed():
    marker = Marker(["port", "rail"], beginning="Port")
    assert marker.mark("portfolio railwayman") == "<mark>portfolio</mark> railwayman"


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("郑州", "中国郑州市", "中国[郑州]市"),
        ("郑", "中国郑州市", "中国[郑]州市"),
        ("跨境电商", "跨境的电商", "[跨境]的[电商]"),
        ("การค้า", "ว่าการค้า", "ว่า[การค้า]"),
    ],
)
def test_mark_unspaced_scripts(typed, text, marked):
    html = Marker([], typed=typed).mark(text)
    assert html.replace("<mark>", "[").replace("</mark>", "]") == marked


def test_mark_escapes_everything():
    html = Marker(["b", "amp"]).mark('<b title="x">&amp;</b>')
    assert html == (
        "&lt;<mark>b</mark> title=&quot;x&quot;&gt;&amp;<mark>amp</mark>;&lt;/<mark>b</mark>&gt;"
    )


@given(st.lists(st.text(), max_size=4), st.text(max_size=40), st.text(max_size=200))
def test_mark_any_text(stems, typed, text):
    html = Marker(stems, typed=typed, beginning=typed).mark(text)
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in bare
    assert html.count("<mark>") == html.count("</mark>")


@given(
    st.lists(st.text("ab-iyé 州", max_size=8), max_size=3),
    st.text("AB-iyé 州", max_size=4),
    st.text("ab-iyÉ 州", max_size=40),
)
def test_find_the_first_wherever_one_is_marked(stems, typed, text):
    marker = Marker(stems, typed=typed, beginning=typed)
    found = marker.pattern.search(fold(text))
    assert (marker.first(text) is None) == (found is None)


def test_excerpt_is_the_summary_where_it_has_the_word():
    assert Marker(["rail"]).excerpt("By rail.", "A rail.") == "By <mark>rail</mark>."


def test_excerpt_is_from_the_body_where_the_summary_has_not():
    body = "First of all.\n" + "Words before. " * 20 + "Then came rail. " + "Words after. " * 40
    html = Marker(["rail"]).excerpt("By ship.", body)
    assert html.startswith("…Words before.")
    assert "Then came <mark>rail</mark>. Words after." in html
    assert html.endswith("…")
    assert len(html) <= MAX_LENGTH + len("……<mark></mark>")


def test_excerpt_is_the_summary_where_nothing_has_the_word():
    assert Marker(["rail"]).excerpt("By ship.", "A trail.") == "By ship."


def test_excerpt_finds_accented_words_in_the_body():
    assert Marker(["economi"]).excerpt("x", "L’économie.") == "L’<mark>économie</mark>."


def test_excerpt_finds_hyphenated_words_in_the_body():
    html = Marker(["ecommerce"]).excerpt("x", "By e-commerce.")
    assert html == "By <mark>e-commerce</mark>."


def test_excerpt_cuts_a_long_summary_around_the_word():
    html = Marker(["rail"]).excerpt("Words before. " * 60 + "Then rail.", "")
    assert html.startswith("…Words before.")
    assert html.endswith("Words before. Then <mark>rail</mark>.")


@given(st.text(max_size=900), st.integers(0, 900))
def test_cut_any_text(text, place):
    assert len(cut(text, min(place, len(text)))) <= MAX_LENGTH + 2


def test_cut_text_without_spaces():
    piece = cut("郑" * 900, 500)
    assert piece == "…" + "郑" * MAX_LENGTH + "…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("We **see** the *same*.", "We see the same."),
        ("- one\n- two\n\nthree", "one two three"),
        ("See [our page](https://example.org) & `code`", "See our page & code"),
        ("2 \\* 3 < 7", "2 * 3 < 7"),
        ("", ""),
    ],
)
def test_begin_markdown_as_plain_text(text, shown):
    assert beginning(markdown.render(text), 80) == shown


def test_begin_markdown_wherever_it_is_cut():
    html = markdown.render("Rice & **beans** for [all](https://example.org/long/address).")
    for length in range(len(html)):
        text = beginning(html[:length], 80)
        assert "Rice & beans for all.".startswith(text.rstrip("."))
    assert beginning(html, 10) == "Rice &…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Parcels for the villages", "Parcels for the villages"),
        ("Parcels for the villages, and back", "Parcels for the villages…"),
        ("Parcels for every village there", "Parcels for every…"),
        ("Parcels\n for\tthe villages", "Parcels for the villages"),
        ("Landwirtschaftskammerwahlen", "Landwirtschaftskammerwah…"),
        ("In Landwirtschaftskammerwahlen", "In Landwirtschaftskammer…"),
        ("郑" * 30, "郑" * 24 + "…"),
        ("", ""),
    ],
)
def test_shorten_to_whole_words(text, shown):
    assert shortened(text, 25) == shown


@given(st.text(max_size=60), st.integers(1, 30))
def test_shorten_any_text(text, length):
    one_line = " ".join(unicodedata.normalize("NFC", text).split())
    short = shortened(text, length)
    assert short == one_line or one_line.startswith(short.removesuffix("…"))
