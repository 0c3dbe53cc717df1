"""Emails to the command `receive_mail`, and what becomes of them."""

import io
import os
import pwd
import subprocess
import sys
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from community.models import User
from community.writing.attachments import files
from partnerships.models import Match, ReceivedMail, Representation, SpaceFile, SpaceMessage
from partnerships.replies import actions as replies_actions
from partnerships.replies.addresses import reply_address
from partnerships.replies.incoming import LARGEST_MESSAGE
from partnerships.replies.quotes import with_line_breaks
from partnerships.spaces import actions as spaces_actions
from tests.community.conftest import run_queue
from tests.files import PDF, picture, rotated_photo_with_wrong_metadata
from tests.page import page_of
from tests.partnerships.matches.pairs import notified, pair
from tests.partnerships.replies.samples import ANSWER, quoted
from tests.processes import url_of_database
from tests.races import at_once

MESSAGES = Path(__file__).parent / "messages"


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.REPLY_ADDRESS = "reply@exchange.example"


@pytest.fixture
def both(db):
    return confirmed_pair()


def confirmed_pair():
    """Two introduced cities whose members have confirmed their addresses."""
    both = pair(introduced=True)
    for member in (both.asking, both.asked):
        member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    return both


@pytest.fixture
def receive(monkeypatch, capsys):
    """Pipe an email to the command; return its output."""

    def receive(raw: bytes, **options) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("receive_mail", **options)
        return capsys.readouterr().out

    return receive


def address_of(both, member: User) -> str:
    return reply_address(member.pk, both.match.pk)


def message_file(name: str, both) -> bytes:
    """A real message, with the addresses of this test."""
    text = (MESSAGES / name).read_text()
    text = text.replace("{to}", address_of(both, both.asked))
    text = text.replace("{sender}", both.asked.email).replace("{{", "{").replace("}}", "}")
    return text.encode()


def reply(
    both, *, text: str = "Hello", files=(), by: User | None = None, **headers
) -> EmailMessage:
    """A reply of a member; headers with "-" are written with "_", None leaves one out."""
    by = by or both.asked
    message = EmailMessage()
    values = {
        "From": f"Li <{by.email}>",
        "To": address_of(both, by),
        "Subject": "Re: news",
        "Message-ID": "<1@mail.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in values.items():
        if value is not None:
            message[name] = value
    message.set_content(f"{text}\n\nOn 27/11/2026 10:30, exchange@localhost wrote:\n{quoted()}\n")
    for filename, content in files:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=filename
        )
    return message


def refusal() -> str:
    """The reasons in the only email to the sender."""
    [message] = [each for each in run_queue() if "posted" in each.subject]
    return "\n".join(line for line in message.body.split("\n") if line.startswith("- "))


# What works


def test_post_a_real_message(both, receive):
    assert receive(message_file("gmail.eml", both)) == "Email posted.\n"
    message, file = SpaceMessage.objects.get(), SpaceFile.objects.get()
    assert (message.by, message.match) == (both.asked, both.match)
    assert message.body == "The 10th of March suits us — see the *programme*."
    assert (file.by, file.title, file.kind) == (both.asked, "Programme of the visit", "pdf")
    assert notified() == [("asking-1", "space.file"), ("asking-1", "space.message")]


def test_keep_the_lines_of_a_greeting(both, receive):
    receive(reply(both, text="We come.\n\nRegards\nLi").as_bytes())
    message = page_of(SpaceMessage.objects.get().rendered["body"])
    assert message.lines == ["We come.", "Regards", "Li"]


def test_post_html_without_the_logo_of_the_signature(both, receive):
    assert receive(message_file("outlook.eml", both)) == "Email posted.\n"
    assert SpaceMessage.objects.get().body == "Der 10. März passt uns."
    assert SpaceFile.objects.count() == 0


def test_answer_the_email_that_the_site_has_sent(both, receive):
    """Its headers and lines are those of the email, not of a test."""
    assert receive(reply(both, text="When can we come?").as_bytes()) == "Email posted.\n"
    [sent] = run_queue()
    assert sent.to == [both.asking.email]
    original = sent.message()
    assert original["Reply-To"] == address_of(both, both.asking)
    assert sent.body.startswith("##- Reply above this line -##\n\nAsked 1 sent you a message")
    assert "\nReply to this email, or answer on the site:\nhttp" in sent.body

    answer = EmailMessage()
    answer["From"] = both.asking.email
    answer["To"] = original["Reply-To"]
    answer["Message-ID"] = "<2@mail.example>"
    answer["In-Reply-To"] = original["Message-ID"]
    answer["References"] = f"{original['References']} {original['Message-ID']}"
    answer.set_content(f"{ANSWER}\n\nOn 27/11/2026 someone wrote:\n{quoted(sent.body)}")
    receive(answer.as_bytes())

    assert [(row.by, row.body) for row in SpaceMessage.objects.all()] == [
        (both.asked, "When can we come?"),
        (both.asking, with_line_breaks(ANSWER)),
    ]
    [further] = run_queue()
    assert further.message()["References"] == original["References"]
    assert further.message()["Message-ID"] != original["Message-ID"]


def test_emails_about_a_space_are_one_conversation(both, receive):
    other = confirmed_pair()
    for each, number in [(both, 1), (both, 2), (other, 3)]:
        receive(reply(each, Message_ID=f"<{number}@mail.example>").as_bytes())
    first, second, third = [message.message()["References"] for message in run_queue()]
    assert first == second != third


def test_say_where_to_answer_without_an_address_for_replies(both, receive, settings):
    raw = reply(both).as_bytes()
    receive(raw)
    settings.REPLY_ADDRESS = ""
    [sent] = run_queue()
    assert "Reply-To" not in sent.message()
    assert "##-" not in sent.body
    assert "Don’t reply to this email. Answer on the site:\nhttp" in sent.body
    assert receive(raw) == "Email dropped: it is not to a valid address for replies.\n"


def test_mail_no_address_for_replies_after_the_right_has_ended(both, receive):
    receive(reply(both).as_bytes())
    Representation.objects.filter(member=both.asking).update(status="ended")
    assert [sent for sent in run_queue() if "Reply-To" in sent.message()] == []


def test_recipient_in_the_envelope(both, receive):
    raw = reply(both, To="undisclosed-recipients:;").as_bytes()
    assert receive(raw) == "Email dropped: it is not to a valid address for replies.\n"
    assert receive(raw, recipient=address_of(both, both.asked).upper()) == "Email posted.\n"


def test_another_confirmed_address_of_the_member(both, receive):
    both.asked.emailaddress_set.create(email="second@example.org", verified=True, primary=False)
    receive(reply(both, From="SECOND@example.org").as_bytes())
    assert SpaceMessage.objects.get().by == both.asked


def test_only_files(both, receive):
    raw = reply(both, text="", files=[("a.pdf", PDF), ("../b.jpg", picture())]).as_bytes()
    assert receive(raw) == "Email posted.\n"
    assert SpaceMessage.objects.count() == 0
    assert [file.title for file in SpaceFile.objects.all()] == ["a", "b"]


# What is refused, with an email


def test_refuse_after_the_right_has_ended(both, receive):
    Representation.objects.filter(member=both.asked).update(status="ended")
    assert receive(reply(both).as_bytes()) == "Email refused.\n"
    [message] = run_queue()
    assert (message.to, message.subject) == ([both.asked.email], "Your reply wasn’t posted")
    assert "- You’re no longer part of this introduction." in message.body
    assert message.message()["Auto-Submitted"] == "auto-replied"
    assert message.message()["In-Reply-To"] == "<1@mail.example>"
    assert "Reply-To" not in message.message()
    assert both.request.title not in message.body
    assert SpaceMessage.objects.count() == 0


@pytest.mark.parametrize("status", ["proposed", "declined", "withdrawn"])
def test_refuse_without_an_introduction(status, both, receive):
    Match.objects.update(status=status)
    receive(reply(both).as_bytes())
    assert refusal() == "- You’re no longer part of this introduction."


def test_refuse_after_the_match_was_deleted(both, receive):
    raw = reply(both).as_bytes()
    Match.objects.all().delete()
    receive(raw)
    assert refusal() == "- You’re no longer part of this introduction."


def test_what_staff_may_do_needs_a_second_factor(both, broker, receive):
    """A broker without a part in it has no address, and could not use one by email."""
    assert receive(reply(both, by=broker).as_bytes()) == "Email refused.\n"
    assert SpaceMessage.objects.count() == 0


def test_refuse_another_sender(both, receive, stranger):
    """The email with the reason goes to the member, and never to the sender."""
    both.asked.emailaddress_set.create(email="new@example.org", verified=False, primary=False)
    for number, sender in enumerate([stranger.email, both.asking.email, "new@example.org"]):
        raw = reply(both, From=sender, Message_ID=f"<{number}@mail.example>").as_bytes()
        assert receive(raw) == "Email refused.\n"
    messages = run_queue()
    assert [message.to for message in messages] == [[both.asked.email]] * 3
    assert {
        "The email came from an address that you haven’t confirmed." in message.body
        for message in messages
    } == {True}
    assert SpaceMessage.objects.count() == 0


@pytest.mark.parametrize("letter", ["ı", "İ"])
def test_refuse_a_sender_with_a_similar_letter(letter, both, receive):
    both.asked.emailaddress_set.update(email="li@example.org")
    raw = reply(both, From=None).as_bytes()
    raw = f"From: <l{letter}@example.org>\n".encode() + raw
    assert receive(raw) in {"Email refused.\n", "Email dropped: it has no single sender.\n"}
    assert SpaceMessage.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"text": ""}, "- There is no text above the line “Reply above this line”."),
        ({"text": "x" * 5001}, "- Text must be 5000 characters or fewer."),
    ],
)
def test_refuse_a_text(changes, reason, both, receive):
    assert receive(reply(both, **changes).as_bytes()) == "Email refused.\n"
    assert refusal() == reason


def test_post_the_text_where_a_file_is_refused(both, receive):
    files = [("a.exe", b"MZ"), ("b.pdf", b"%PDF-1.4 broken"), ("c.pdf", PDF)]
    assert receive(reply(both, files=files).as_bytes()) == "Email posted in part.\n"
    assert (SpaceMessage.objects.count(), SpaceFile.objects.get().title) == (1, "c")
    lines = refusal().split("\n")
    assert [line.partition(":")[0] for line in lines] == ["- “a[.]exe”", "- “b[.]pdf”"]


def test_refuse_a_photo_that_cannot_be_decoded(both, receive):
    files = [("photo.jpg", rotated_photo_with_wrong_metadata()), ("c.pdf", PDF)]
    assert receive(reply(both, files=files).as_bytes()) == "Email posted in part.\n"
    assert (SpaceMessage.objects.count(), SpaceFile.objects.get().title) == (1, "c")
    assert refusal() == (
        "- “photo[.]jpg”: This picture can’t be read. Save it again or choose another one."
    )


@pytest.mark.parametrize("name", [".", ".."])
def test_share_a_file_named_like_a_folder(name, both, receive):
    assert receive(reply(both, files=[(name, PDF)]).as_bytes()) == "Email posted.\n"
    assert SpaceFile.objects.get().title == "File sent by email"


def test_replace_letters_that_no_text_has(both, receive):
    """UTF-7 can encode half of a pair, which UTF-8 can't."""
    message = reply(both)
    raw = message.as_bytes().replace(b"Hello", b"Hello +2AA-").replace(b"utf-8", b"utf-7")
    assert receive(raw) == "Email posted.\n"
    assert SpaceMessage.objects.get().body == "Hello ?"


def test_refuse_too_many_files(both, receive):
    files = [(f"{number}.pdf", PDF) for number in range(7)]
    receive(reply(both, files=files).as_bytes())
    assert SpaceFile.objects.count() == 5
    assert refusal() == "- An email can have up to 5 attachments."


def test_check_no_file_for_a_full_space(both, receive, monkeypatch):
    """Checking a document takes a second."""
    monkeypatch.setattr(spaces_actions, "MAX_FILES", 1)
    receive(reply(both, files=[("a.pdf", PDF)]).as_bytes())
    monkeypatch.setattr(files, "prepare_shared", None)
    more = reply(both, files=[("b.pdf", PDF)], Message_ID="<2@mail.example>")
    assert receive(more.as_bytes()) == "Email posted in part.\n"
    assert SpaceFile.objects.count() == 1
    assert "You have reached the maximum number of files." in refusal()


def test_refuse_a_large_email(both, receive):
    raw = reply(both).as_bytes() + b"x" * LARGEST_MESSAGE
    assert receive(raw) == "Email refused.\n"
    assert refusal() == "- The email is too large."


def test_refuse_in_the_language_of_the_member(both, receive):
    User.objects.filter(pk=both.asked.pk).update(language="fr")
    receive(reply(both, text="x" * 5001).as_bytes())
    [message] = run_queue()
    assert "5000" in message.body


def test_refuse_at_most_three_times_a_day(both, receive):
    for number in range(5):
        raw = reply(both, text="", Message_ID=f"<{number}@mail.example>").as_bytes()
        assert receive(raw) == "Email refused.\n"
    assert len(run_queue()) == 3
    # Others are not affected.
    receive(reply(both, text="", by=both.asking).as_bytes())
    assert [message.to for message in run_queue()] == [[both.asking.email]]


# What is dropped without an answer


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "Auto-Generated (rejected)"},
        {"Precedence": "bulk"},
        {"Precedence": "Auto_Reply"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": ""},
        {"Return_Path": "<>"},
        {"List_Id": "<list.example.org>"},
        {"List_Unsubscribe": "<https://list.example.org>"},
        {"From": "MAILER-DAEMON@example.org"},
    ],
)
@pytest.mark.parametrize("is_refusable", [False, True])
def test_drop_automatic_emails(headers, is_refusable, both, receive):
    text = "" if is_refusable else "I am away until Monday."
    assert receive(reply(both, text=text, **headers).as_bytes()) == (
        "Email dropped: it is automatic.\n"
    )
    assert (SpaceMessage.objects.count(), run_queue()) == (0, [])


def test_drop_a_bounce(both, receive):
    raw = reply(both).as_bytes().replace(b"text/plain", b"multipart/report; boundary=b", 1)
    assert receive(raw) == "Email dropped: it is automatic.\n"


def test_drop_our_own_email(both, receive):
    """Our refusal, sent back: no loop."""
    receive(reply(both, text="").as_bytes())
    [refused] = run_queue()
    own = refused.message()
    del own["To"]
    own["To"] = address_of(both, both.asked)
    assert receive(own.as_bytes()) == "Email dropped: it is automatic.\n"


def test_manual_emails_say_no(both, receive):
    assert receive(reply(both, Auto_Submitted="no").as_bytes()) == "Email posted.\n"


@pytest.mark.parametrize("change", ["0", "", "x", "truncated", "other"])
def test_drop_a_wrong_token(change, both, receive):
    name, _at, domain = address_of(both, both.asked).partition("@")
    forged = {
        "0": f"{name[:-9]}{'a' if name[-9] != 'a' else 'b'}{name[-8:]}@{domain}",
        "": f"reply@{domain}",
        "x": f"{name}x@{domain}",
        "truncated": f"{name[:-4]}@{domain}",
        "other": f"{name}@other.example",
    }[change]
    assert receive(reply(both, To=forged).as_bytes()) == (
        "Email dropped: it is not to a valid address for replies.\n"
    )
    assert (SpaceMessage.objects.count(), run_queue(), ReceivedMail.objects.count()) == (0, [], 0)


def test_drop_after_the_account_was_closed(both, receive):
    raw = reply(both).as_bytes()
    User.objects.filter(pk=both.asked.pk).update(is_active=False)
    assert receive(raw) == "Email dropped: the account is closed.\n"


@pytest.mark.parametrize("sender", [None, "nobody", "a@example.org, b@example.org"])
def test_drop_without_a_single_sender(sender, both, receive):
    assert receive(reply(both, From=sender).as_bytes()) == (
        "Email dropped: it has no single sender.\n"
    )


def test_drop_two_from_headers(both, receive):
    raw = b"From: other@example.org\n" + reply(both).as_bytes()
    assert receive(raw) == "Email dropped: it has no single sender.\n"


# Once


def test_count_an_email_once(both, receive):
    raw = reply(both).as_bytes()
    assert receive(raw) == "Email posted.\n"
    for again in (raw, reply(both, text="Changed").as_bytes()):
        assert receive(again) == "Email dropped: it was received before.\n"
    assert [row.body for row in SpaceMessage.objects.all()] == ["Hello"]


def test_count_an_email_without_an_id_once(both, receive):
    raw = reply(both, Message_ID=None).as_bytes()
    assert [receive(raw), receive(raw)] == [
        "Email posted.\n",
        "Email dropped: it was received before.\n",
    ]
    assert receive(reply(both, text="More", Message_ID=None).as_bytes()) == "Email posted.\n"


def test_the_same_email_to_two_spaces(both, receive):
    """Each delivery counts; somebody else's use of an ID takes nothing away."""
    other = confirmed_pair()
    assert receive(reply(both).as_bytes()) == "Email posted.\n"
    assert receive(reply(other).as_bytes()) == "Email posted.\n"


@pytest.mark.django_db(transaction=True)
def test_deliver_an_email_twice_at_once():
    both = confirmed_pair()
    raw = reply(both, files=[("a.pdf", PDF)]).as_bytes()
    results = at_once(*[lambda: replies_actions.receive(raw)] * 4)
    assert sorted(results) == [*["Dropped('it was received before')"] * 3, "done"]
    assert (SpaceMessage.objects.count(), SpaceFile.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_refuse_at_once_at_most_three_times():
    both = confirmed_pair()
    raws = [reply(both, text="", Message_ID=f"<{number}@a.b>").as_bytes() for number in range(6)]
    at_once(*[lambda raw=raw: replies_actions.receive(raw) for raw in raws])
    assert len(run_queue()) == 3


def test_forget_what_was_received(both, receive):
    receive(reply(both).as_bytes())
    assert replies_actions.forget_received() == 0
    ReceivedMail.objects.update(received_at=timezone.now() - timedelta(days=31))
    assert replies_actions.forget_received() == 1


def test_store_nothing_that_identifies_the_email(both, receive):
    receive(reply(both).as_bytes())
    names = {field.name for field in ReceivedMail._meta.get_fields()}
    assert names == {"id", "digest", "received_at"}


# The mail server


def test_let_the_mail_server_try_again(both, receive, monkeypatch, caplog):
    def down(**options):
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(replies_actions, "post_reply", down)
    raw = reply(both).as_bytes()
    with pytest.raises(CommandError) as error:
        receive(raw)
    assert error.value.returncode == os.EX_TEMPFAIL == 75
    monkeypatch.undo()
    assert SpaceMessage.objects.count() == 0


def test_store_nothing_where_something_fails(both, receive, monkeypatch):
    """The email is delivered again: nothing says that it was received."""
    monkeypatch.setattr(replies_actions, "new_text", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(CommandError):
        receive(reply(both).as_bytes())
    monkeypatch.undo()
    assert ReceivedMail.objects.count() == 0


def maildir_with(folder: Path, *emails: bytes) -> Path:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    for number, raw in enumerate(emails):
        (folder / "new" / f"{number}.host").write_bytes(raw)
    return folder


def test_read_a_maildir(both, tmp_path, capsys):
    folder = maildir_with(tmp_path / "mail", reply(both).as_bytes(), b"nonsense")
    (folder / "new" / "folder").mkdir()
    call_command("receive_mail", maildir=folder)
    assert capsys.readouterr().out == "Email posted.\nEmail dropped: it has no single sender.\n"
    assert sorted(path.name for path in (folder / "cur").iterdir()) == ["0.host:2,S", "1.host:2,S"]
    call_command("receive_mail", maildir=folder)
    assert capsys.readouterr().out == ""


def test_leave_in_a_maildir_what_failed(both, tmp_path, monkeypatch):
    raws = [reply(both, text=text, Message_ID=f"<{text}@a.b>").as_bytes() for text in "ab"]
    folder = maildir_with(tmp_path / "mail", *raws)
    original = replies_actions.new_text
    monkeypatch.setattr(
        replies_actions,
        "new_text",
        lambda text, **kwargs: 1 / 0 if text[0] == "a" else original(text, **kwargs),
    )
    with pytest.raises(CommandError, match="Try again later"):
        call_command("receive_mail", maildir=folder)
    assert [path.name for path in (folder / "new").iterdir()] == ["0.host"]
    assert SpaceMessage.objects.get().body == "b"


def test_name_a_folder_that_is_no_maildir(tmp_path):
    with pytest.raises(CommandError, match="is not a Maildir"):
        call_command("receive_mail", maildir=tmp_path / "missing")


def process(command: list[str], raw: bytes, **settings: str) -> subprocess.CompletedProcess:
    """Run a command as the mail server does, in an environment of its own."""
    environment = os.environ | {
        "TESTING": "1",
        "SECRET_KEY": configured.SECRET_KEY,
        "REPLY_ADDRESS": configured.REPLY_ADDRESS,
        **settings,
    }
    return subprocess.run(
        command, input=raw, cwd=configured.BASE_DIR, env=environment, capture_output=True
    )


COMMAND = [sys.executable, "manage.py", "receive_mail"]
DOWN = "postgres://a:b@127.0.0.1:1/none"


@pytest.mark.django_db(transaction=True)
def test_pipe_an_email_to_a_process():
    both = confirmed_pair()
    raw = message_file("gmail.eml", both)
    media = str(configured.MEDIA_ROOT.parent)
    done = process(COMMAND, raw, DATABASE_URL=url_of_database(), DATA_DIR=media)
    assert (done.returncode, done.stdout) == (0, b"Email posted.\n"), done.stderr
    assert SpaceMessage.objects.get().by == both.asked


# The command waits for the database.
@pytest.mark.proof(group="no database")
def test_exit_code_while_the_database_is_down(both):
    done = process(COMMAND, reply(both).as_bytes(), DATABASE_URL=DOWN)
    assert (done.returncode, done.stderr) == (75, b"CommandError: Try again later.\n")


@pytest.mark.proof(group="no database")
@pytest.mark.parametrize(
    ("raw", "more", "code"),
    [
        (b"nonsense", {}, 0),
        # Without settings: all other failures are temporary for the mail server too.
        (b"nonsense", {"EXCHANGE_ENV": "/missing"}, 75),
        (b"nonsense", {"REPLY_ADDRESS": "wrong"}, 75),
        (None, {}, 75),
    ],
)
def test_exit_code_of_the_script_for_the_mail_server(raw, more, code, both, tmp_path):
    own = {
        "TESTING": "1",
        "SECRET_KEY": configured.SECRET_KEY,
        "REPLY_ADDRESS": configured.REPLY_ADDRESS,
        "DATABASE_URL": f"{DOWN}?application_name=a&connect_timeout=1",
    }
    lines = [f"{name}={value}\n" for name, value in (own | more).items()]
    (tmp_path / "exchange.env").write_text("".join(lines))
    user = pwd.getpwuid(os.getuid()).pw_name
    place = {"EXCHANGE_ENV": str(tmp_path / "exchange.env"), "EXCHANGE_USER": user}
    raw = reply(both).as_bytes() if raw is None else raw
    done = process(["deploy/receive-mail"], raw, **place | more)
    assert (done.returncode, done.stdout) == (code, b"")
