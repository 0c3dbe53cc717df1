"""What readers open is counted, robots are not, and nobody waits for it."""

from datetime import date

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from repository.counts import counting
from repository.counts.counting import (
    MAX_KEPT,
    Buffer,
    Key,
    is_browser,
    is_of_reader,
    is_read,
)
from repository.models import CaseStatus, CaseStudy, CountKind, DailyCount, Edition
from tests.factories import CaseStudyFactory, WebinarFactory
from tests.races import Meeting
from tests.user_agents import FIREFOX

READERS = [
    FIREFOX,
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 "
    "Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 9; CUBOT_P40) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36",
    "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1.32052/29.3417; U; en) Presto/2.8.119 Version/11.10",
]
ROBOTS = [
    "",
    "curl/8.5.0",
    "python-requests/2.32.3",
    "Go-http-client/2.0",
    "WhatsApp/2.23.20.0",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Chrome/138.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; "
    "+http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; "
    "+https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
    "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
    "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/138.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/136.0.0.0 "
    "Mobile Safari/537.36 Chrome-Lighthouse",
]
DAY = date(2026, 11, 2)


def key(slug, kind="view", noun="webinar", day=DAY):
    return Key(kind, noun, slug, day)


def totals():
    rows = DailyCount.objects.order_by("kind", "day", "pk")
    return [
        (row.kind, row.day, (row.case or row.webinar).slug, row.number)
        for row in rows.select_related("case", "webinar")
    ]


@pytest.mark.parametrize("name", READERS)
def test_take_a_browser_for_a_reader(name):
    assert is_browser(name)


@pytest.mark.parametrize("name", ROBOTS)
def test_leave_robots_out(name):
    assert not is_browser(name)


@pytest.mark.parametrize(
    ("headers", "method", "counts"),
    [
        ({}, "get", True),
        ({"Sec-Fetch-Dest": "document"}, "get", True),
        ({}, "head", False),
        ({"Sec-Purpose": "prefetch"}, "get", False),
        ({"Sec-Purpose": "prefetch;prerender"}, "get", False),
        ({"Purpose": "prefetch"}, "get", False),
        ({"X-Moz": "prefetch"}, "get", False),
        ({"X-Purpose": "preview"}, "get", False),
        ({"Sec-Fetch-Dest": "empty"}, "get", False),
        ({"User-Agent": "curl/8.5.0"}, "get", False),
    ],
)
def test_count_what_a_person_sees(headers, method, counts):
    headers = {"User-Agent": FIREFOX} | headers
    request = getattr(RequestFactory(), method)("/cases/port/", headers=headers)
    assert is_read(request) is counts


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({"Sec-Fetch-Dest": "empty"}, True),
        ({"Sec-Purpose": "prefetch;prerender"}, False),
        ({"X-Purpose": "preview"}, False),
        ({"User-Agent": "curl/8.5.0"}, False),
    ],
)
def test_count_what_a_script_says_that_a_person_sees(headers, counts):
    request = RequestFactory().post("/seen/", headers={"User-Agent": FIREFOX} | headers)
    assert is_of_reader(request) is counts


@pytest.mark.django_db
def test_add_up_what_was_counted_by_day_and_thing():
    CaseStudyFactory(slug="port", published=True)
    WebinarFactory(slug="port")
    other = date(2026, 11, 3)
    for counted in (
        *[key("port"), key("port"), key("port", noun="case")],
        *[key("port", "playback"), key("port", "slides"), key("port", day=other)],
    ):
        counting.buffer.add(counted)
    counting.buffer.write()
    counting.buffer.add(key("port"))
    counting.buffer.write()
    assert totals() == [
        ("playback", DAY, "port", 1),
        ("slides", DAY, "port", 1),
        ("view", DAY, "port", 1),
        ("view", DAY, "port", 3),
        ("view", other, "port", 1),
    ]
    assert DailyCount.objects.get(case__slug="port").number == 1


@pytest.mark.django_db
def test_leave_out_what_nobody_can_read():
    WebinarFactory(slug="planned", draft=True)
    CaseStudyFactory(slug="draft")
    CaseStudyFactory(slug="gone", archived=True)
    for counted in (
        *[key("planned"), key("draft", noun="case"), key("gone", noun="case"), key("none")],
        key("draft"),
    ):
        counting.buffer.add(counted)
    counting.buffer.write()
    assert totals() == []


@pytest.mark.django_db
def test_write_all_in_one_statement_and_nothing_where_there_is_nothing():
    for number in range(30):
        WebinarFactory(slug=f"webinar-{number}")
        counting.buffer.add(key(f"webinar-{number}"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        counting.buffer.write()
        counting.buffer.write()
    assert len(queries) == 1
    assert DailyCount.objects.count() == 30


def test_keep_no_more_than_so_many_addresses():
    buffer = Buffer()
    for number in range(MAX_KEPT + 3):
        buffer.add(key(f"made-up-{number}"))
    buffer.add(key("made-up-0"))
    assert len(buffer._counted) == MAX_KEPT
    assert buffer._counted[key("made-up-0")] == 2


@pytest.mark.django_db
def test_keep_counts_that_the_database_refuses(caplog):
    WebinarFactory(slug="port")
    counting.buffer.add(key("port"))

    def refuse(execute, *args):
        raise OperationalError("the server is gone")

    with connection.execute_wrapper(refuse):
        counting.buffer.write()
    assert [record.message for record in caplog.records] == [
        "Counts could not be written and are kept."
    ]
    counting.buffer.add(key("port"))
    counting.buffer.write()
    assert totals() == [("view", DAY, "port", 2)]


@pytest.mark.django_db(transaction=True)
def test_lose_nothing_when_processes_write_at_once():
    Edition.objects.get_or_create(pk=1)
    slugs = [WebinarFactory(slug=f"webinar-{number}").slug for number in range(20)]
    # Each has counted in another order, as processes do.
    buffers = [Buffer(), Buffer()]
    for buffer, order in zip(buffers, (slugs, slugs[::-1]), strict=True):
        for slug in order:
            buffer.add(key(slug))

    def write_ten_times(buffer):
        for _turn in range(10):
            buffer.write()
            for slug in slugs:
                buffer.add(key(slug))
        buffer.write()

    errors = Meeting().together(
        *(lambda buffer=buffer: write_ten_times(buffer) for buffer in buffers),
        after="INSERT INTO repository_dailycount",
    )
    assert errors == []
    assert set(DailyCount.objects.values_list("number", flat=True)) == {22}
    assert DailyCount.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_lose_nothing_when_threads_count_while_one_writes():
    Edition.objects.get_or_create(pk=1)
    WebinarFactory(slug="port")
    buffer = Buffer()

    def count():
        for _turn in range(2_000):
            buffer.add(key("port"))

    def write():
        for _turn in range(50):
            buffer.write()

    assert Meeting().together(count, write, count) == []
    buffer.write()
    assert DailyCount.objects.get().number == 4_000


@pytest.mark.django_db(transaction=True)
def test_count_beside_a_case_that_is_deleted_at_the_same_moment():
    Edition.objects.get_or_create(pk=1)
    CaseStudyFactory(slug="gone", published=True)
    CaseStudyFactory(slug="port", published=True)
    buffer = Buffer()
    for slug in ("gone", "port"):
        buffer.add(key(slug, noun="case"))

    def delete():
        with transaction.atomic():
            CaseStudy.objects.get(slug="gone").delete()

    errors = Meeting().together(delete, buffer.write, after="DELETE|INSERT INTO repository_dailyc")
    assert errors == []
    buffer.write()
    assert totals() == [("view", DAY, "port", 1)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "view"},
        {"kind": "view", "case": True, "webinar": True},
        {"kind": "playback", "case": True},
        {"kind": "other", "webinar": True},
        {"kind": "view", "webinar": True, "number": -1},
    ],
)
def test_refuse_a_count_of_nothing(wrong):
    fields = {"number": 1, **wrong}
    if "case" in wrong:
        fields["case"] = CaseStudyFactory(status=CaseStatus.PUBLISHED, published=True)
    if "webinar" in wrong:
        fields["webinar"] = WebinarFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyCount.objects.create(day=DAY, **fields)


@pytest.mark.django_db
def test_refuse_a_second_total_of_a_day():
    webinar = WebinarFactory()
    row = {"webinar": webinar, "day": DAY, "kind": CountKind.VIEW, "number": 1}
    DailyCount.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        DailyCount.objects.create(**row)
