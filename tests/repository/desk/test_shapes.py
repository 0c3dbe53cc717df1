"""What editors type as JSON has its shape, or comes back with a sentence."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from repository.models import City, Country, Reference, Theme
from tests import factories
from tests.forms import forms_of
from tests.page import page_of

pytestmark = pytest.mark.django_db

NAMES = 'Enter names by language code, like {"zh": "郑州"}.'
AUTHORS = (
    'Enter a list of authors, like [{"family": "Li", "given": "C."}] for people and '
    '[{"literal": "World Bank"}] for organisations.'
)
SOURCES = (
    "Enter the source of each group, like "
    '{"ldc": {"source": "United Nations", "as_of": "2026-03-04"}}.'
)
NO_JSON = "Enter a valid JSON."

MADE = {
    (City, "names"): (factories.CityFactory, {"zh": "郑州", "zh-Latn": "Zhengzhou"}),
    (Theme, "names"): (factories.ThemeFactory, {"fr": "Logistique"}),
    (Reference, "authors"): (
        factories.ReferenceFactory,
        [{"family": "Li", "given": "C."}, {"literal": "World Bank"}, {"family": "Ba", "given": ""}],
    ),
    (Country, "sources"): (
        factories.CountryFactory,
        {"ldc": {"source": "UN", "url": "https://un.org", "as_of": "2026-03-04"}},
    ),
}
each_field = pytest.mark.parametrize(
    ("model", "name"), MADE, ids=[f"{model._meta.model_name}-{name}" for model, name in MADE]
)


def unknown(code):
    return f"“{code}” is not a language code. Enter a code like en, fr or zh."


# Of each field what is typed, and what is said of it.
WRONG = {
    "names": {
        '"郑州"': NAMES,
        '["郑州"]': NAMES,
        "5": NAMES,
        "false": NAMES,
        '""': NAMES,
        "[]": NAMES,
        '{"fr": {"a": 1}}': NAMES,
        '{"fr": null}': NAMES,
        '{"fr": " "}': NAMES,
        '{"": "x"}': NAMES,
        r'{"fr": "\u0000"}': NO_JSON,
        r'{"fr": "\ud800"}': NO_JSON,
        r'{"\ud800": "x"}': NO_JSON,
        '{"Klingon": "x"}': unknown("Klingon"),
        '{"<b>": "x"}': unknown("<b>"),
        '{"zh-Pinyin": "x"}': unknown("zh-Pinyin"),
        '{"zh_Hans": "x"}': unknown("zh_Hans"),
        "{": NO_JSON,
        "[" * 100_000: NO_JSON,
        "1" * 5_000: NO_JSON,
    },
    "authors": {
        '"Smith"': AUTHORS,
        '["Smith"]': AUTHORS,
        "[1]": AUTHORS,
        "[null]": AUTHORS,
        '{"family": "x"}': AUTHORS,
        "{}": AUTHORS,
        "[{}]": AUTHORS,
        '[{"given": "C."}]': AUTHORS,
        '[{"family": ["Li"]}]': AUTHORS,
        '[{"family": "Li", "orcid": "0"}]': AUTHORS,
        r'[{"literal": "\u0000"}]': NO_JSON,
        "[" * 100_000: NO_JSON,
    },
    "sources": {
        "[1]": SOURCES,
        "5": SOURCES,
        '{"ldc": "UN"}': SOURCES,
        '{"ldc": {"source": 5}}': SOURCES,
        '{"ldc": {"from": "UN"}}': SOURCES,
        r'{"ldc": {"source": "\ud800"}}': NO_JSON,
    },
}


def shown(response):
    """What the form of the page would send."""
    (form,) = [form for form in forms_of(response.text) if ("_save", "Save") in form.buttons]
    return form.filled() | {"_save": ["Save"]}


@pytest.fixture
def desk(client, administrator):
    client.force_login(administrator)
    return client


def address(model, made):
    names = model._meta.app_label, model._meta.model_name
    return reverse("admin:{}_{}_change".format(*names), args=[made.pk])


@each_field
def test_refuse_another_shape_and_keep_what_was_typed(model, name, desk):
    make, right = MADE[model, name]
    made = make(**{name: right})
    url = address(model, made)
    sent = shown(desk.get(url))
    for typed, words in WRONG[name].items():
        response = desk.post(url, sent | {name: typed})
        assert response.context["adminform"].form.errors == {name: [words]}, typed
        assert shown(response)[name] == [typed]
    made.refresh_from_db()
    assert getattr(made, name) == right


@each_field
def test_keep_what_has_its_shape(model, name, desk):
    make, right = MADE[model, name]
    made = make(**{name: right})
    url = address(model, made)
    assert desk.post(url, shown(desk.get(url))).status_code == 302
    made.refresh_from_db()
    assert getattr(made, name) == right


@each_field
@pytest.mark.parametrize("typed", ["", "null"])
def test_take_nothing_for_nothing(typed, model, name, desk):
    make, right = MADE[model, name]
    made = make(**{name: right})
    url = address(model, made)
    assert desk.post(url, shown(desk.get(url)) | {name: typed}).status_code == 302
    made.refresh_from_db()
    assert getattr(made, name) == type(right)()


@each_field
def test_model_refuses_another_shape(model, name):
    made = MADE[model, name][0]()
    for wrong in (5, "", [[[]]], {"x": {"y": []}}):
        setattr(made, name, wrong)
        with pytest.raises(ValidationError) as refused:
            made.full_clean()
        assert list(refused.value.message_dict) == [name]


@pytest.mark.parametrize("sources", [[1], 5, "UN", {"income_group": "UN"}, {"income_group": [1]}])
def test_show_a_country_whose_sources_have_another_shape(sources, client):
    factories.CountryFactory(iso2="CN", income_group="low", sources=sources)
    page = page_of(client.get("/countries/cn/"))
    assert page.status == 200
    assert page.main.after("Income group") == ["Low income"]
