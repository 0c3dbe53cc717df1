import pytest
from django.db import connection

from repository.models import CaseStatus, CaseStudy, SearchKind
from repository.search.parsing import Query, Term, in_pairs, read_query
from repository.search.queries import case_ids, distance, search
from tests import timing
from tests.factories import (
    AppearanceFactory,
    CaseStudyFactory,
    CityFactory,
    CountryFactory,
    EvidenceFactory,
    GlossaryTermFactory,
    LandscapeSectionFactory,
    OrganizationFactory,
    PracticeFactory,
    RecommendationFactory,
    SpeakerFactory,
    TagFactory,
    ThemeFactory,
    WebinarFactory,
)

pytestmark = pytest.mark.django_db

# What someone may send to do harm, and the number of results there should be beside one case that
# has the word "parcels".
HOSTILE = {
    "megabyte of a word": "parcels" * 150_000,
    "megabyte of words": "parcels " * 130_000,
    "five hundred terms": " ".join(f"parcels{n}" for n in range(500)),
    "stop words": "the of and in to",
    "punctuation": "?!.,;:-–—()[]{}<>|&*'\"#%$€§°~^`´\\/",
    "operators": "a:* & | ! <-> ( :*&|!()<-> 'parcels':A",
    "unbalanced quotes": 'parcels "',
    "only quotes": '""""""',
    "only minus": "- -- --- -",
    "null": "par\x00cels\x00",
    "lone surrogate": "parcels \ud800 \udfff",
    "direction marks": "\u202eparcels\u202c \u2066\u2069\u200f",
    "spaces of all kinds": "\u2003\u3000\t\r\n\v\f\u2028\u00a0",
    "markup": "<script>alert(1)</script> parcels",
    "sql": "'); DROP TABLE repository_searchentry; --",
    "format": "%s %(x)s %% {0} parcels",
    "combining marks": "e" + "\u0301" * 150,
    "zalgo alone": "\u0301" * 150,
    "emoji": "🚢📦👩‍👩‍👧‍👦🇨🇳",
    "long ligatures": "\ufdfa" * 150,
    "negated all": "-parcels -border",
    "han": "跨" * 200,
    "digits": "9" * 200,
    "hyphens": "-".join("ab" for _ in range(60)),
    "nested quotes": '"' + '"a' * 90,
}


def found(text, **kwargs):
    """What is found, as kinds and keys, the best first."""
    return [(hit.kind.value, hit.object_id) for hit in search(text, **kwargs).hits]


def case(**kwargs):
    return CaseStudyFactory(published=True, **kwargs)


def entry(kind, thing):
    return [(kind, str(thing.pk))]


# Reading what was typed


def test_read_query_words_quotes_and_minus():
    assert read_query('rural “bonded import” -port -"free zone" e-commerce') == Query(
        (
            Term("rural"),
            Term("bonded import", is_quoted=True),
            Term("port", is_negated=True),
            Term("free zone", is_quoted=True, is_negated=True),
            Term("e-commerce"),
        )
    )


def test_read_query_closes_an_open_quotation():
    assert read_query('rural "bonded import').terms == (
        Term("rural"),
        Term("bonded import", is_quoted=True),
    )


def test_read_query_cuts_characters():
    query = read_query("x" * 1000)
    assert (query.terms, query.is_cut) == ((Term("x" * 200),), True)


def test_read_query_cuts_words():
    query = read_query(" ".join("abcdefghijklmnop"))
    assert (str(query), query.is_cut) == ("a b c d e f g h i j k l", True)


def test_read_query_cuts_words_in_one_term():
    query = read_query("a b " + "c-d-" * 40)
    assert (str(query), query.is_cut) == ("a b c-d-c-d-c-d-c-d-c-d", True)


def test_read_query_counts_words_with_marks_as_one():
    text = "हिन्दी में खोज करने के लिए शब्द"
    assert (str(read_query(text)), len(read_query(text).terms)) == (text, 7)


def test_read_query_cuts_characters_that_grow():
    query = read_query("\ufdfa" * 150)
    assert (len(str(query)) <= 200, query.is_cut) == (True, True)


def test_read_query_leaves_out_what_has_no_letter():
    assert read_query("?! 🚢 -- \x00 \u0301").terms == ()


def test_read_query_replaces_lone_surrogates():
    assert read_query("port\ud800").terms == (Term("port?"),)


def test_write_query_as_it_was_typed():
    text = 'rural "bonded import" -port'
    assert str(read_query(text)) == text


# What is found


def test_find_each_kind():
    country = CountryFactory(iso2="KE", name="Kenya")
    talk = AppearanceFactory(
        speaker__name="Searchable Speaker", webinar__title="Searchable webinar"
    )
    things = {
        "case": case(title="Searchable harbour"),
        "practice": PracticeFactory(name="Searchable practice"),
        "city": CityFactory(name="Searchable", country=country),
        "webinar": talk.webinar,
        "speaker": talk.speaker,
        "recommendation": RecommendationFactory(title="Searchable recommendation"),
        "landscape": LandscapeSectionFactory(title="Searchable region"),
        "term": GlossaryTermFactory(term="Searchable term"),
    }
    results = search("searchable")
    assert {hit.kind.value: hit.object_id for hit in results.hits} == {
        kind: str(thing.pk) for kind, thing in things.items()
    }
    assert results.counts == dict.fromkeys(map(SearchKind, things), (1, 0))
    assert found("Kenya")[0] == ("country", "KE")


def test_give_addresses_of_each_kind():
    PracticeFactory(name="Searchable practice", slug="one")
    RecommendationFactory(title="Searchable advice", slug="two")
    GlossaryTermFactory(term="Searchable", slug="three")
    LandscapeSectionFactory(title="Searchable region", slug="four")
    assert {hit.url for hit in search("searchable").hits} == {
        "/practices/one/",
        "/recommendations/two/",
        "/glossary/#three",
        "/landscape/#four",
    }


@pytest.mark.parametrize(
    "status", [s for s in CaseStatus if s not in {CaseStatus.PUBLISHED, CaseStatus.ARCHIVED}]
)
def test_find_no_case_that_is_not_published(status):
    CaseStudyFactory(title="Secret harbour", status=status)
    assert found("harbour") == []
    assert case_ids("harbour") == []


def test_find_no_archived_case():
    CaseStudyFactory(archived=True, title="Old harbour")
    assert found("harbour") == []


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "Marmalade in the title"),
        ("summary", "Marmalade in the summary."),
        ("setting", "Marmalade coast"),
        ("challenge", "No marmalade."),
        ("advice", "- Sell **marmalade**."),
        ("cost", "One jar of marmalade"),
    ],
)
def test_find_words_of_a_case(field, text):
    thing = case(**{field: text})
    assert found("marmalade") == entry("case", thing)


def test_find_names_around_a_case():
    country = CountryFactory(iso2="BJ", name="Benin")
    speaker = SpeakerFactory(name="Ada Okafor", aliases=["Ada Okafo"])
    AppearanceFactory(speaker=speaker)
    thing = case(
        cities=[CityFactory(name="Cotonou", country=country, names={"zh": "科托努"})],
        organizations=[OrganizationFactory(name="Harbour Board", acronym="HBX")],
        themes=[ThemeFactory(name="Ropeways", names={"fr": "Téléphériques"})],
        practices=[PracticeFactory(name="Mule trains")],
        speakers=[speaker],
        tags=[TagFactory(name="donkeys")],
    )
    EvidenceFactory(case=thing, label="zebras vaccinated")
    key = str(thing.pk)
    for word in [
        "Cotonou", "科托努", "Benin", "Bénin", "贝宁", "Бенин", "HBX", "Ropeways", "téléphériques",
        "mule", "Okafor", "Okafo", "donkeys", "zebras",
    ]:  # fmt: skip
        assert [pk for kind, pk in found(word) if kind == "case"] == [key], word


def test_find_titles_of_appearances():
    speaker = SpeakerFactory(name="Sun Qi")
    webinar = WebinarFactory(title="Rails")
    AppearanceFactory(speaker=speaker, webinar=webinar, title="Archipelago Commissioner")
    assert sorted(found("archipelago")) == [
        ("speaker", str(speaker.pk)),
        ("webinar", str(webinar.pk)),
    ]


def test_rank_title_before_summary_before_text():
    text = case(title="One", solution="The tramway came first.")
    summary = case(title="Two", summary="A tramway.")
    title = case(title="The tramway")
    assert found("tramway") == [("case", str(thing.pk)) for thing in (title, summary, text)]


def test_rank_what_is_named_exactly_first():
    case(title="Kenya Kenya Kenya", summary="Kenya, in Kenya and of Kenya.")
    CityFactory(country=CountryFactory(iso2="KE", name="Kenya"))
    assert found("kenya")[0] == ("country", "KE")
    assert found("Кения")[0] == ("country", "KE")


def test_rank_the_head_before_the_text_with_many_words():
    words = "quick brown foxes jump"
    text = case(solution=words)
    summary = case(summary=words, challenge="", solution="", results="")
    assert found(words) == [("case", str(thing.pk)) for thing in (summary, text)]
    assert case_ids(words) == [summary.pk, text.pk]


def test_rank_whole_words_before_beginnings():
    beginning = case(title="Portal, portfolio, portrait", summary="Portal portfolio portrait.")
    whole = case(title="A port")
    assert found("port") == [("case", str(thing.pk)) for thing in (whole, beginning)]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "Farmers were selling cherries", ["farmer", "sell", "cherry", "cherries"]),
        ("fr", "Les marchés numériques", ["marché", "marche", "numérique", "numeriques"]),
        ("es", "Innovaciones en las ciudades", ["innovación", "innovacion", "ciudad"]),
        ("pt", "As inovações das cidades", ["inovação", "inovacao", "inovacoes", "cidade"]),
        ("ru", "Торговля между городами", ["город", "торговли", "городов"]),
        ("ar", "المدينة للتجارة", ["مدينة", "تجارة"]),
        ("xx", "Umoja wa miji", ["umoja", "MIJI"]),
    ],
)
def test_find_by_stem_of_the_language(language, text, words):
    thing = case(language=language, summary=text)
    case(language="en", summary="Nothing of the kind.")
    for word in words:
        assert found(word) == entry("case", thing), word


def test_find_stems_in_their_own_language_only():
    case(language="en", summary="A new port.")
    french = case(language="fr", summary="Les news du port.")
    # "new" is the French stem of "news": it must not find the English word.
    assert found("news") == entry("case", french)


@pytest.mark.parametrize(
    ("one", "several"), [("SME", "SMEs"), ("ngo", "ngos"), ("SDG", "SDGs"), ("MSME", "msmes")]
)
def test_find_abbreviations_in_either_number(one, several):
    term = GlossaryTermFactory(term="Small firm", abbreviation=one)
    thing = case(title=f"Loans to {several}")
    both = sorted(entry("term", term) + entry("case", thing))
    assert sorted(found(one)) == sorted(found(several)) == both
    (hit,) = search(one, kinds=["case"]).hits
    assert hit.title == f"Loans to <mark>{several}</mark>"
    assert found(f"loans -{one}") == found(f"loans -{several}") == []
    # In quotes a word is as it is written.
    assert found(f'"{one}"') == entry("term", term)


@pytest.mark.parametrize("word", ["news", "gas", "ga", "bus", "class", "cms", "gps", "loss", "los"])
def test_take_no_other_word_for_an_abbreviation(word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT repository_other_number(%s)", [word])
        assert cursor.fetchone() == (None,)


@pytest.mark.parametrize("typed", ["Société", "societe", "SOCIÉTÉ", "socie\u0301te\u0301"])
def test_find_without_regard_to_accents_and_capitals(typed):
    accented = case(title="Société")
    plain = case(title="Societe")
    assert sorted(found(typed)) == sorted(entry("case", accented) + entry("case", plain))


@pytest.mark.parametrize("typed", ["cha", "chameleo", "chameleons", "two chamel"])
def test_find_beginnings_as_you_type(typed):
    thing = case(title="Two chameleons")
    assert found(typed) == entry("case", thing)


def test_find_beginnings_in_the_text():
    thing = case(lessons="Beware of chameleons.")
    assert found("chamel") == entry("case", thing)


def test_find_beginnings_that_are_stop_words():
    city = CityFactory(name="Shenzhen")
    for typed in ("sh", "she", "shen"):
        assert found(typed) == entry("city", city), typed
        assert search(typed).hits[0].title == "<mark>Shenzhen</mark>"
    thing = case(lessons="Ask the heritage board.")
    assert found("her") == entry("case", thing)
    assert case_ids("her") == [thing.pk]
    assert found("she ") == found('"she"') == []


def test_ignore_a_stop_word_at_the_end_where_there_is_something_else():
    CityFactory(name="Shenzhen")
    thing = case(title="Harbour")
    assert found("harbour she") == entry("case", thing)


def test_find_no_beginning_of_a_finished_word():
    case(title="Two chameleons")
    assert found("chamel ") == []
    assert found('"chamel"') == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Zengzhou", "zhengzhou"),
        ("Quingdao", "qingdao"),
        ("logistcs", "logistics"),
        ("Zengzhou logistcs", "zhengzhou logistics"),
        ("Kolkatta", "kolkata"),
        ("wharehouse", "warehouse"),
    ],
)
def test_mend_spelling(typed, name):
    wanted = case(title=" and ".join(name.split()))
    case(title="Hangzhou and Guangzhou")
    results = search(typed)
    assert results.corrected == name
    assert [hit.object_id for hit in results.hits] == [str(wanted.pk)]
    assert case_ids(typed) == [wanted.pk]


def test_mend_nothing_that_is_found():
    case(title="Zengzhou")
    case(title="Zhengzhou")
    assert search("Zengzhou").corrected == ""


def test_mend_nothing_in_quotes():
    case(title="Zhengzhou")
    assert found('"Zengzhou"') == []


def test_suggest_a_far_more_frequent_spelling():
    mistaken = case(title="Zengzhou")
    for n in range(11):
        case(title=f"Zhengzhou {n}")
    results = search("Zengzhou")
    assert [hit.object_id for hit in results.hits] == [str(mistaken.pk)]
    assert (results.corrected, results.suggestion) == ("", "zhengzhou")


def test_find_any_word_when_nothing_has_all():
    one = case(title="A funicular")
    case(title="Something else")
    results = search("funicular gondola")
    assert ([hit.object_id for hit in results.hits], results.is_any_word) == ([str(one.pk)], True)


def test_find_some_pairs_of_a_sentence_when_no_text_has_all():
    loans = case(language="zh", title="农户贷款", summary="银行给农户放贷。")
    case(language="zh", title="村里的物流", summary="我们怎么做。")
    results = search("我们银行想给农户放贷，怎么确保钱不被挪作他用？", language="zh")
    assert [hit.object_id for hit in results.hits] == [str(loans.pk)]
    assert results.is_any_word
    assert results.hits[0].title == "<mark>农户</mark>贷款"
    # A name is not taken apart.
    assert search("贷款人", language="zh").hits == []


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("我们银行的贷款", ["银行", "贷款"]),
        ("我们怎么", ["我们", "们怎", "怎么"]),
        ("SME贷款机构", ["SME", "贷款", "款机", "机构"]),
        ('"农户贷款" -银行贷款', ['"农户贷款"', "-银行贷款"]),
        ("ports 郑州", ["ports", "郑州"]),
    ],
)
def test_leave_out_function_words_of_a_sentence(typed, terms):
    assert [str(term) for term in in_pairs(read_query(typed)).terms] == terms


def test_announce_no_spelling_that_finds_nothing_whole():
    goals = case(title="Goals")
    results = search("goal 9")
    assert ([hit.object_id for hit in results.hits], results.is_any_word) == ([str(goals.pk)], True)
    assert results.corrected == ""


def test_find_any_word_in_either_spelling():
    typed = case(title="Lome")
    likelier = [case(title=f"Home {n}") for n in range(11)]
    results = search("lome gondola")
    assert {hit.object_id for hit in results.hits} == {str(c.pk) for c in [typed, *likelier]}
    assert (results.corrected, results.is_any_word) == ("", True)


def test_find_all_words_wherever_they_stand():
    both = case(title="A funicular", advice="Mind the gondola.")
    case(title="A funicular")
    case(title="A gondola")
    results = search("gondola funicular")
    assert ([hit.object_id for hit in results.hits], results.is_any_word) == ([str(both.pk)], False)


def test_find_phrases():
    phrase = case(solution="They tried bonded import.")
    case(solution="They tried to import bonded goods.")
    assert found('"bonded import"') == entry("case", phrase)
    assert found('tried "bonded import"') == entry("case", phrase)


def test_report_that_only_part_was_searched_for_a_phrase():
    CaseStudy.objects.bulk_create(
        CaseStudyFactory.build(
            published=True, title=f"Story {n}", solution="Import of bonded goods, bonded import."
        )
        for n in range(600)
    )
    results = search('"bonded import"')
    assert (results.count.total, results.is_capped) == (300, True)
    CaseStudy.objects.update(solution="Import of bonded goods.")
    one = case(title="First", solution="Tried bonded import.")
    found = search('"bonded import"')
    assert (found.count.total, found.is_capped) in [(0, True), (1, True)]
    CaseStudy.objects.exclude(pk=one.pk).filter(title__endswith="9").delete()
    found = search('"bonded import"')
    assert (found.count.total, found.is_capped) == (1, False)


def test_end_each_phrase_with_its_text():
    """Title, other names, summary, names of places and themes, figures: each is a text."""
    one = case(
        title="A single window",
        summary="Forms at once",
        solution="Officers agreed",
        cities=[CityFactory(name="Port Louis", names={"fr": "Grand Bassin"}, province="Moka")],
        themes=[ThemeFactory(name="Customs"), ThemeFactory(name="Railways")],
    )
    EvidenceFactory(case=one, label="Parcels sent", group="By rail")
    term = GlossaryTermFactory(
        term="Quiet zone", abbreviation="QZ", aliases=["Still place", "Calm-water area"]
    )
    whole = ["single window", "forms at once", "port louis", "grand bassin", "parcels sent"]
    crossing = [
        *["window forms", "once port", "louis grand", "bassin moka", "customs railways"],
        *["railways customs", "sent by", "agreed parcels", "place calm", "qz quiet"],
        "area calmwater",
    ]
    assert [text for text in whole if entry("case", one)[0] not in found(f'"{text}"')] == []
    assert found('"still place"') == found('"calm-water area"') == entry("term", term)
    assert [text for text in crossing if found(f'"{text}"')] == []
    # Nobody is offered the mark between them for a word.
    assert found("endofthistext") == []


def test_leave_out_by_minus():
    port = case(title="Customs", solution="At the port.")
    land = case(title="Customs", solution="On land.")
    assert found("customs -port") == entry("case", land)
    assert found("customs -land") == entry("case", port)
    assert found('customs -"the port"') == entry("case", land)
    assert found("-port") == []


@pytest.mark.parametrize("typed", ["e-commerce", "ecommerce", "e commerce", "E‑commerce"])
def test_find_with_or_without_hyphen(typed):
    thing = case(title="Cross-border e-commerce")
    assert found(typed) == entry("case", thing)


def test_find_joined_word_by_hyphen():
    thing = case(title="Ecommerce for all")
    assert found("e-commerce") == entry("case", thing)


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        (
            "郑州跨境电子商务综合试验区",
            ["郑州", "跨境电子商务", "试验区", "郑", "区", "郑州 试验区"],
        ),
        ("かなの越境物流センター", ["物流", "センター", "越境物流"]),
        ("การค้าข้ามพรมแดน", ["การค้า", "พรมแดน"]),
        ("ພາສາລາວ", ["ລາວ"]),
        ("ភាសាខ្មែរ", ["ខ្មែរ"]),
        ("မြန်မာဘာသာ", ["မြန်မာ"]),
        ("전자상거래는 성장한다", ["전자상거래"]),
    ],
)
def test_find_in_unspaced_scripts(text, typed):
    thing = case(language="zh", summary=text)
    case(summary="州郑 验试 商电")
    for word in typed:
        assert entry("case", thing) == found(word)[:1], word


def test_find_han_phrase_in_its_order():
    case(summary="电商跨境")
    wanted = case(summary="跨境电商")
    assert found("“跨境电商”") == entry("case", wanted)


def test_find_names_in_other_scripts():
    city = CityFactory(name="Zhengzhou", names={"zh": "郑州", "ru": "Чжэнчжоу", "ar": "تشنغتشو"})
    for name in ("郑州", "Чжэнчжоу", "تشنغتشو"):
        assert found(name) == entry("city", city)


def test_find_stop_words_only_where_there_is_nothing_else():
    band = case(title="The Who", summary="Of it.", challenge="", solution="", results="")
    assert found("the who") == entry("case", band)
    assert found("the band of who") == []


def test_ignore_stop_words_of_the_reader():
    thing = case(title="Ports", summary="x", challenge="", solution="", results="")
    assert found("ports de la", language="es") == entry("case", thing)
    assert search("ports de la", language="en").is_any_word is True


# Marks


def test_mark_what_was_found():
    case(title="Trains & <b>boats</b>", summary="By train.")
    (hit,) = search("train").hits
    assert hit.title == "<mark>Trains</mark> &amp; &lt;b&gt;boats&lt;/b&gt;"
    assert hit.text == "By <mark>train</mark>."


def test_quote_the_text_where_the_summary_has_no_match():
    case(
        challenge="",
        solution="",
        results="",
        lessons="First lesson.\n\n- Beware of **chameleons** in [the yard](https://example.org).",
    )
    (hit,) = search("chameleons").hits
    assert hit.text == "First lesson. Beware of <mark>chameleons</mark> in the yard."


def test_place_of_a_result():
    country = CountryFactory(iso2="CN", name="China")
    case(title="Searchable", cities=[CityFactory(name="Zhengzhou", country=country)])
    (hit,) = search("searchable").hits
    assert hit.where == "Zhengzhou, China"


# Pages and counts


def test_page_through_results():
    cases = [case(title=f"Harbour {n}") for n in range(5)]
    pages = [search("harbour", page=page, per_page=2) for page in (1, 2, 3)]
    assert [len(page.hits) for page in pages] == [2, 2, 1]
    assert {hit.object_id for page in pages for hit in page.hits} == {str(c.pk) for c in cases}
    assert [(page.count.total, page.pages, page.is_capped) for page in pages] == [(5, 3, False)] * 3


def test_answer_a_page_too_far_with_the_last():
    case(title="Harbour")
    results = search("harbour", page=9999)
    assert (results.page, len(results.hits)) == (1, 1)


def test_filter_by_kind():
    case(title="Harbour")
    practice = PracticeFactory(name="Harbour")
    results = search("harbour", kinds=["practice"])
    assert [hit.object_id for hit in results.hits] == [str(practice.pk)]
    assert results.count.total == 1
    assert results.counts == {SearchKind.CASE: (1, 0), SearchKind.PRACTICE: (1, 0)}


def test_refuse_an_unknown_kind():
    with pytest.raises(ValueError, match="nonsense"):
        search("harbour", kinds=["nonsense"])


def test_refuse_a_page_below_one():
    with pytest.raises(ValueError, match="count from 1"):
        search("harbour", page=0)


def test_give_ids_of_cases_alone():
    first = case(title="Harbour")
    second = case(title="Other", summary="A harbour.")
    PracticeFactory(name="Harbour")
    assert case_ids("harbour") == [first.pk, second.pk]
    assert case_ids("") == []
    assert case_ids("?!") == []


def test_stop_counting_in_plenty():
    CaseStudy.objects.bulk_create(
        CaseStudyFactory.build(published=True, title=f"Plenty {n}") for n in range(320)
    )
    practice = PracticeFactory(name="Plenty")
    results = search("plenty")
    assert (results.counts[SearchKind.CASE], results.is_capped) == ((100, 0), True)
    # The many cases do not crowd out the one practice.
    assert [hit.object_id for hit in search("plenty", kinds=["practice"]).hits] == [
        str(practice.pk)
    ]
    assert len(case_ids("plenty")) == 300


def test_leave_out_in_plenty():
    CaseStudy.objects.bulk_create(
        CaseStudyFactory.build(published=True, title=f"Plenty {n} ports") for n in range(320)
    )
    kept = case(title="Plenty")
    assert found("plenty -ports") == entry("case", kept)
    assert case_ids("plenty -ports") == [kept.pk]


# Cost


@pytest.mark.parametrize("count", [1, 3, 1000])
def test_search_in_a_fixed_number_of_queries(count, django_assert_num_queries):
    CaseStudy.objects.bulk_create(
        CaseStudyFactory.build(published=True, title=f"Harbour {n}") for n in range(count)
    )
    search("warm")
    # In a test the entries are brought up to date first, which outside of a transaction they are.
    with django_assert_num_queries(2):
        assert len(search("harbour").hits) == min(count, 20)
    with django_assert_num_queries(2):
        assert len(case_ids("harbour")) == min(count, 300)


def test_search_in_at_most_three_queries(django_assert_num_queries):
    case(title="Harbour")
    search("warm")
    with django_assert_num_queries(2 * 3):
        search("harbuor zzzz")


@pytest.mark.parametrize("name", HOSTILE)
def test_answer_hostile_text(name):
    case(title="Parcels")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{timing.SECONDS}s'")
    with timing.ends_soon():
        results = search(HOSTILE[name])
        case_ids(HOSTILE[name])
    assert {hit.kind for hit in results.hits} <= {SearchKind.CASE}
    assert connection.is_usable()


# Spelling


@pytest.mark.parametrize(
    ("a", "b", "steps"),
    [("", "", 0), ("port", "port", 0), ("prot", "port", 1), ("pot", "port", 1), ("", "abc", 3)],
)
def test_count_steps_between_words(a, b, steps):
    assert (distance(a, b), distance(b, a)) == (steps, steps)


def test_rank_countries_without_content_last():
    case(title="Ports", solution="A portal.", countries=[CountryFactory(iso2="BR")])
    CountryFactory(iso2="PT", name="Portugal")
    CityFactory(name="Port-au-Prince", country=CountryFactory(iso2="HT"))
    assert [kind for kind, _key in found("port")] == ["case", "city", "country"]
    case(title="Elsewhere", countries=[CountryFactory(iso2="PT")])
    # A title that begins so comes before words in the text again.
    assert ("country", "PT") in found("port")[:3]


def test_rank_a_term_below_what_it_explains():
    term = GlossaryTermFactory(term="Single window", abbreviation="", aliases=[])
    assert found("single window") == entry("term", term)
    practice = PracticeFactory(name="A single window for ports")
    mention = case(title="One counter", solution="They opened a single window.")
    webinar = WebinarFactory(title="About", summary="On single windows.")
    assert found("single window") == [
        ("practice", str(practice.pk)),
        ("webinar", str(webinar.pk)),
        ("case", str(mention.pk)),
        ("term", str(term.pk)),
    ]
    for _number in range(3):
        case(title="Ports", summary="A single window.", challenge="")
    # After the three best only, so that it stays on the first page.
    assert [kind for kind, _key in found("single window")].index("term") < 7
