"""No script of a member's runs in anybody's browser: two hundred of them, in every field.

Pages are looked at in two ways. All of them, as each reader sees them, are taken apart by the
browser's own parser, which finds elements and attributes that are not the site's. Those where most
comes together are opened, with their scripts, and must neither run anything nor try to: the policy
of the site would say so in the console.
"""

import json
import re
import zipfile
from datetime import timedelta
from email import message_from_bytes
from itertools import cycle, islice
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from community.models import (
    Attachment,
    Comment,
    Experience,
    Membership,
    NoticeKind,
    Notification,
    ProposedPractice,
    Standing,
    User,
)
from community.notices import digests
from community.notices.notify import notify
from community.privacy import export as privacy_export
from community.profiles.models import SHOWN_FIELDS
from repository.models import CaseStatus, CaseStudy, City, Evidence, Reference, Theme
from repository.tags import folding
from tests.browser.steps import hurry_saving
from tests.collection import signed_in
from tests.community.conftest import run_queue
from tests.factories import CaseStudyFactory
from tests.forms import Site, asked, filled, typed
from tests.payloads import LIVE, PAYLOADS
from tests.world import World, paths

pytestmark = [pytest.mark.proof(in_turn=True, group="scripts"), pytest.mark.slow(30)]

# In every page and frame, before anything of the page itself.
WATCH = """
window.alert = (what) => console.error("A script ran: " + what);
addEventListener("securitypolicyviolation",
  (event) => console.error("refused: " + event.effectiveDirective + " " + event.sample), true);
"""
# What of a page is not the site's, as the browser reads it.
FOREIGN = r"""
(html) => {
  const found = [];
  const SITE = "http://site.example";
  const ADDRESSES = ["href", "src", "action", "formaction", "xlink:href", "data", "poster",
    "srcset", "background", "data-hx-get", "data-hx-post", "data-autosave", "data-preview",
    "data-suggest"];
  const NEVER = "iframe,object,embed,base,frame,applet,style,math,foreignObject,animate,set," +
    "image,meta[http-equiv],[srcdoc],[style],template,audio,video,marquee,[popover]";
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const note = (why) => found.push(why + " " + element.outerHTML.slice(0, 120));
      if (element.matches(NEVER)) note("element");
      if (element.localName === "script") {
        const src = element.getAttribute("src");
        const isData = /^application\/(ld\+)?json$/.test(element.type ?? "");
        if (src === null ? !isData : !/^\/(static|admin\/jsi18n)\//.test(src)) note("script");
        if (isData) try { JSON.parse(element.textContent); } catch { note("data"); }
      }
      for (const { name, value } of element.attributes) {
        if (/^on|^(data-)?hx-on|^@|^_$|^x-|^ng-/.test(name)) note("handler");
        if (/^hx-|^data-hx-(vals|vars|headers|trigger|request)/.test(name)) note("htmx");
        if (!ADDRESSES.includes(name)) continue;
        let url;
        try { url = new URL(value, SITE); } catch { note("address"); continue; }
        const isPicture = element.localName === "img" && value.startsWith("data:image/");
        if (!["http:", "https:", "mailto:"].includes(url.protocol) && !isPicture) note("address");
        const leads = element.localName === "a" && name === "href" ||
          element.matches("link[rel=canonical], link[rel=alternate][hreflang]");
        if (!leads && url.protocol.startsWith("http") && url.origin !== SITE) note("elsewhere");
      }
    }
  };
  look(new DOMParser().parseFromString(html, "text/html"));
  return found;
}
"""
# Made by the site in a form that it checks: no text of a member gets there.
OWN = {
    *("slug", "handle", "email", "key", "doi", "url", "file", "folded", "password", "language"),
    *("evidence_url", "currency", "stated", "display", "group"),
}


# What says how long a text may be, and indexes, which hold no long one.
IN_THE_WAY = [
    ("community_attachment", "attachment_once"),
    ("community_collection", "collection_name_unique"),
    ("community_comment", "comment_length"),
    ("community_proposedpractice", "proposed_practice_unique"),
    ("partnerships_representation", "representation_place_unique"),
    ("partnerships_savedview", "saved_view_name_unique"),
    ("partnerships_spacefile", "space_file_once"),
    ("repository_externalfigure", "external_figure_once_a_day"),
]


class Texts:
    """Texts made of payloads."""

    def __init__(self, payloads: list[str]):
        self.payloads = payloads
        self.source = cycle(payloads)
        self.starts = cycle(range(len(payloads)))

    def packed(self, most: int) -> str:
        """As many of the payloads as a text may hold, one after the other: where one ended, the
        next text goes on."""
        between = "\n\n" if most >= 500 else " "
        text = ""
        for payload in islice(self.source, len(self.payloads)):
            more = between * bool(text) + payload.strip()
            if len(text) + len(more) > most:
                break
            text += more
        return text or "<script>alert(1)"[:most]

    def whole(self, most: int) -> str:
        """All payloads, beginning with another one each time; in a tag, which is indexed, what
        fits."""
        if most == folding.MAX_LENGTH:
            return self.packed(most)
        start = next(self.starts)
        between = "\n\n" if most >= 500 else " "
        payloads = (*self.payloads[start:], *self.payloads[:start])
        return between.join(each.strip() for each in payloads)


def spoiled(row: models.Model, payload: str) -> models.Model:
    """The row with the payload in each column that holds free text."""
    for field in row._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in OWN:
            setattr(row, field.attname, payload[: field.max_length].strip() or "x")
    return row


@pytest.fixture(scope="module")
def site(serve):
    """Serve static files uncompressed: compressing those of the admin takes too long."""
    return serve()


@pytest.fixture(scope="module")
def payloads(sample) -> list[str]:
    return sample(PAYLOADS, 15)


@pytest.fixture(scope="module")
def texts(payloads) -> Texts:
    return Texts(payloads)


@pytest.fixture(scope="module")
def world(collection, texts):
    """Each text holds all payloads: no page of one thing is without any of them."""
    make_room()
    return World(texts.whole)


def make_room() -> None:
    """Let the columns of this database hold more than forms allow; but for those of an index."""
    with connection.cursor() as cursor:
        for index in IN_THE_WAY:
            cursor.execute(f"ALTER TABLE {index[0]} DROP CONSTRAINT IF EXISTS {index[1]}")
            cursor.execute(f"DROP INDEX IF EXISTS {index[1]}")
        cursor.execute(
            """
            UPDATE pg_attribute a SET atttypmod = -1
            FROM pg_class c WHERE c.oid = a.attrelid AND c.relkind = 'r'
            AND c.relnamespace = 'public'::regnamespace AND a.atttypid = 'varchar'::regtype
            AND NOT EXISTS (
              SELECT FROM pg_index i WHERE i.indrelid = c.oid AND a.attnum = ANY (i.indkey)
            )
            """
        )


@pytest.fixture(scope="module")
def many(world, payloads) -> list[CaseStudy]:
    """A case for each payload, and of each thing that belongs to a case one, by an author each."""
    each = list(enumerate(payloads))
    with transaction.atomic():
        authors = User.objects.bulk_create(
            spoiled(User(email=f"m{n}@example.org", handle=f"m{n}"), text) for n, text in each
        )
        Membership.objects.bulk_create(
            spoiled(
                Membership(member=author, **{f"{name}_shown": "public" for name in SHOWN_FIELDS}),
                text,
            )
            for author, (_n, text) in zip(authors, each, strict=True)
        )
        published = {"status": CaseStatus.PUBLISHED, "published_at": timezone.now()}
        cases = CaseStudy.objects.bulk_create(
            spoiled(CaseStudy(slug=f"many-{n}", **published), text) for n, text in each
        )
        city, theme = City.objects.all()[0], Theme.objects.all()[0]
        works = Reference.objects.bulk_create(
            spoiled(Reference(key=f"many-{n}", authors=[{"literal": text}]), text)
            for n, text in each
        )
        texts = dict(zip(cases, payloads, strict=True))
        for case, author, work in zip(cases, authors, works, strict=True):
            case.cities.add(city)
            case.themes.add(theme)
            case.authors.add(author)
            case.references.add(work)
            case.tags.add(" ".join(texts[case][:50].replace(",", " ").split()) or "x")
        pairs = list(zip(cases, authors, works, strict=True))
        Evidence.objects.bulk_create(
            spoiled(Evidence(case=case, reference=work, value=1, position=1), texts[case])
            for case, _author, work in pairs
        )
        ProposedPractice.objects.bulk_create(
            spoiled(ProposedPractice(case=case), texts[case]) for case in cases
        )
        Attachment.objects.bulk_create(
            spoiled(Attachment(case=case, kind="png", size=9, width=4, height=3), texts[case])
            for case in cases
        )
        about = {"content_type": ContentType.objects.get_for_model(CaseStudy)}
        about |= {"standing": Standing.PUBLISHED}
        Comment.objects.bulk_create(
            spoiled(Comment(object_id=case.pk, author=author, **about), texts[case])
            for case, author, _work in pairs
        )
        Comment.objects.bulk_create(
            spoiled(Comment(object_id=world.published.pk, author=author, **about), texts[case])
            for case, author, _work in pairs
        )
        Experience.objects.bulk_create(
            spoiled(
                Experience(
                    object_id=case.pk,
                    author=author,
                    city=city,
                    year=2020,
                    status="adopted",
                    **about,
                ),
                texts[case],
            )
            for case, author, _work in pairs
        )
    return cases


@pytest.fixture
def watched(open_page, site):
    """Open a page in which every attempt to run a script is a complaint."""

    def open_one(handle: str | None = None):
        page = open_page(base_url=site)
        page.context.add_init_script(WATCH)
        page.on("dialog", lambda dialog: page.complaints.append(dialog.message))
        if handle:
            session = signed_in(User.objects.get(handle=handle)).cookies["sessionid"].value
            page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return open_one


@pytest.fixture
def foreign(browser, tmp_path):
    """What is not the site's in pages: `[(where, html)]` gives `[(where, what)]`."""
    page = browser.new_page()
    # The browser reads them from a file: to be handed them takes eight times as long as to look.
    start, script = tmp_path / "start.html", tmp_path / "pages.js"
    start.write_text('<!doctype html><script src="pages.js"></script>')

    def look(pages) -> list[tuple[str, str]]:
        pages = list(pages)
        script.write_text(f"window.pages = {json.dumps([html for _where, html in pages])}")
        page.goto(start.as_uri())
        found = page.evaluate(f"pages.map({FOREIGN})")
        return [
            (where, what) for (where, _), each in zip(pages, found, strict=True) for what in each
        ]

    yield look
    page.close()


def test_payloads_run_where_nothing_stops_them(browser):
    """Else the other tests would prove nothing: each in a frame of its own, without a policy."""
    page = browser.new_page()
    page.add_init_script("window.alert = () => { top.ran = [...(top.ran ?? []), window.name]; };")
    page.goto("about:blank")
    page.evaluate(
        """(payloads) => payloads.forEach((payload, number) => {
          const frame = document.createElement("iframe");
          frame.name = number;
          frame.srcdoc = "<!doctype html><body>" + payload + " <p>and more";
          document.body.append(frame);
        })""",
        LIVE,
    )
    page.wait_for_function(f"new Set(window.ran).size === {len(LIVE)}")
    page.close()


def test_find_what_is_foreign(foreign):
    """Each payload that is alive is found in a page that takes it as HTML."""
    pages = [(payload, f"<!doctype html><body>{payload} <p>and more") for payload in LIVE]
    assert {where for where, _what in foreign(pages)} == set(LIVE)
    assert len(set(PAYLOADS)) >= 200


def test_policy_refuses_what_escapes(watched, site):
    """Where a page did take it as HTML, the policy would stop it and the tests would know."""
    page = watched()
    # Pages without the texts of the world, with which others take long to show.
    page.goto("/accounts/login/")
    with page.expect_console_message(lambda each: "refused: script-src-attr" in each.text):
        page.evaluate("document.querySelector('main').innerHTML = '<img src=/x onerror=alert(1)>'")
    page.goto("/accounts/signup/")
    assert any("refused: script-src-attr" in complaint for complaint in page.complaints)
    assert not any("A script ran" in complaint for complaint in page.complaints)
    page.complaints.clear()


@pytest.fixture(scope="module")
def walk(world, sample) -> Site:
    """All pages as the member sees them whose words they are, then staff, then a visitor."""
    readers = [signed_in(world.member), signed_in(world.administrator), Client()]
    found = sample(paths(world).values(), 6)
    return Site((path for each in found for path in each), readers)


def test_all_pages_hold_nothing_foreign(walk, foreign, is_sample):
    assert is_sample or len(walk.pages) > 200
    assert foreign(walk.pages) == []


def test_what_comes_back_holds_nothing_foreign(db, walk, foreign, texts, is_sample):
    """What was typed, where a form is shown again, and what was looked for."""
    answers = []
    for found in walk.posts():
        if names := typed(found.form):
            sent = filled(found.form) | {name: [texts.packed(4000).encode()] for name in names}
            answers.append((found.target, asked(found.client, "POST", found.target, sent)))
    for path, names in walk.parameters.items():
        query = urlencode(dict.fromkeys(names, texts.packed(2000)))
        client = next(iter(names.values()))
        answers.append((path, asked(client, "GET", f"{path}?{query}")))
    pages = [
        (path, answer.text)
        for path, answer in answers
        if answer.headers.get("Content-Type", "").startswith("text/html")
    ]
    assert is_sample or len(pages) > 100
    assert foreign(pages) == []


def test_names_of_files_are_kept_nowhere(db, walk, foreign, payloads, texts, is_sample):
    """Each payload as the name of a file: where one is kept, and where it is refused."""
    kept = [field for model in apps.get_models() for field in files_of(model)]
    assert len(kept) >= 5
    for field in kept:
        names = [field.generate_filename(field.model(), payload) for payload in payloads]
        assert [
            name for name in names if not re.fullmatch(r"[a-z0-9/-]+/[0-9a-f]{32}\.\w*", name)
        ] == []
    pages = []
    for found in walk.posts():
        names = [each.name for each in found.form.fields if each.kind == "file"]
        sent = {name: values[0].decode() for name, values in filled(found.form).items()}
        with transaction.atomic():
            # What follows the last slash is the name: it may not be empty.
            files = {
                name: SimpleUploadedFile(texts.packed(250).rstrip("/."), b"no picture")
                for name in names
            }
            if names:
                response = found.client.post(found.target, sent | files, follow=True)
                pages.append((found.target, response.text))
            transaction.set_rollback(True)
    assert is_sample or len(pages) >= 5
    assert foreign(pages) == []


def files_of(model: type[models.Model]) -> list[models.FileField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.FileField)]


def test_each_payload_in_each_row(many, world, foreign):
    """The lists in which all of them stand, each in the columns of a row of its own."""
    visitor, administrator = Client(), signed_in(world.administrator)
    pages = []
    for path, last, reader in [
        ("/cases/?page={}", 12, visitor),
        ("/search/?q=alert&page={}", 3, visitor),
        ("/references/?page={}", 5, visitor),
        ("/cases/shown/?comments={}", 3, administrator),
        ("/admin/?p={}", 5, administrator),
        ("/admin/repository/casestudy/?p={}", 5, administrator),
        ("/admin/community/user/?p={}", 5, administrator),
        ("/admin/community/membership/?p={}", 5, administrator),
    ]:
        for number in range(1, last + 1):
            response = reader.get(path.format(number))
            assert response.status_code in {200, 302}, path
            pages.append((path.format(number), response.text))
    assert foreign(pages) == []


def test_open_where_most_comes_together(many, world, watched):
    case, draft = world.published.get_absolute_url(), f"/cases/{world.draft.slug}/edit/"
    review = "/admin/review"
    opened = {
        None: [case, "/cases/", "/members/member/", "/search/?q=alert", "/references/"],
        "member": [case, draft, "/desk/", "/notifications/", "/follows/", "/accounts/profile/"],
        "administrator": [
            "/admin/",
            f"{review}/case/{world.submitted.pk}/",
            f"{review}/comment/{world.pending.pk}/",
            f"{review}/experience/{world.pending_experience.pk}/",
            f"{review}/appeal/{world.appeal.pk}/",
            f"{review}/member/{world.member.pk}/",
            "/admin/record/",
            f"/admin/repository/casestudy/{world.draft.pk}/change/",
            f"/admin/repository/casestudy/{world.draft.pk}/history/",
        ],
    }
    for handle, addresses in opened.items():
        page = watched(handle)
        for address in addresses:
            assert page.goto(address).status == 200
            expect(page.locator("h1").first).to_be_visible()


def test_what_scripts_draw(many, world, watched, texts):
    """The preview, the meter, results while typing, and names after an @."""
    page = watched("member")
    hurry_saving(page)
    draft = CaseStudyFactory(authors=[world.member], challenge=texts.packed(5000))
    page.goto(f"/cases/{draft.slug}/edit/?step=all")
    page.locator("#field-challenge .preview summary").click()
    expect(page.locator("#field-challenge .preview .prose p").first).to_be_visible()
    page.get_by_label("Title").first.fill(LIVE[0])
    expect(page.locator(".state")).to_contain_text("Draft saved at", use_inner_text=True)
    page.goto(world.published.get_absolute_url())
    page.get_by_role("textbox", name="Add a comment").press_sequentially("@m1")
    expect(page.get_by_role("option").first).to_be_visible()
    page.goto("/search/")
    page.get_by_role("searchbox").first.fill("alert <img src=x onerror=alert(1)>")
    expect(page.locator("mark").first).to_be_visible()
    expect(page.locator("#results, [aria-busy]").first).to_be_visible()


def test_data_holds_nothing_foreign(many, world, foreign, payloads):
    """The feed, and what scripts are given."""
    visitor, member = Client(), signed_in(world.member)
    feed = visitor.get("/feeds/cases.atom")
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(feed.content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert {element.tag.partition("}")[0] + "}" for element in root.iter()} == {atom}
    summaries = [(each.text, each.text) for each in root.iter(f"{atom}summary")]
    assert len(summaries) == 30
    assert foreign(summaries) == []
    for path in ("/mentions/?q=m1", "/tag-suggestions/?q=script", "/city-suggestions/?q=zh"):
        answer = member.get(path)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert json.loads(answer.content)
    parts = [member.post("/cases/preview/", {"text": payload}).text for payload in payloads]
    assert foreign(zip(payloads, parts, strict=True)) == []


def test_messages_are_plain_text(many, world, settings, payloads, monkeypatch):
    """Each name and title in a message: in one line of a subject, with no header of its own."""
    # Each notice in a message of its own, then all of them in one.
    monkeypatch.setattr(digests, "BUNDLED_FOR", timedelta(0))
    # Those that the administrator has seen on a page would not be mailed.
    Notification.objects.update(read_at=None)
    sent = run_queue()
    for number in range(len(many)):
        tell(world.member, many, payloads, number, "each")
        sent += run_queue()
    assert len(sent) >= len(many)
    for number in range(len(many)):
        tell(world.member, many, payloads, number, "all")
    together = run_queue()
    assert [message.to for message in together] == [["member@example.org"]]
    sent = [message_from_bytes(message.message().as_bytes()) for message in sent + together]
    headers = {name for message in sent for name in message}
    assert headers == {
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version", "Subject", "From", "To"),
        *("Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted"),
    }
    assert {message.get_content_type() for message in sent} == {"text/plain"}
    assert {message["To"] for message in sent} == {
        "member@example.org",
        "administrator@example.org",
    }


def tell(member: User, cases: list[CaseStudy], payloads: list[str], number: int, key: str) -> None:
    case = cases[number]
    notify(
        [member.pk],
        kind=NoticeKind.DECISION,
        event="comment.new",
        subject=case,
        actor=case.authors.get(),
        key=f"{key}-{number}",
        message=payloads[number],
    )


def test_export_runs_nothing(world, browser, foreign):
    """It is read from a disk, where no policy of the site holds."""
    with privacy_export.archive_of(world.member) as file, zipfile.ZipFile(file) as archive:
        html = archive.read("index.html").decode()
    assert "onerror" in html
    ran = []
    page = browser.new_page()
    page.on("console", lambda message: ran.append(message.text))
    page.on("request", lambda request: ran.append(request.url))
    page.add_init_script(WATCH)
    page.set_content(html)
    page.close()
    assert ran == []
    # It has a style of its own, in its head.
    assert foreign([("export", re.sub("<style>.*?</style>", "", html, flags=re.DOTALL))]) == []
