"""A message written in a browser, answered by email, and read in the other browser."""

import io
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from partnerships.models import Representation
from repository.models import City
from tests.browser.steps import press
from tests.collection import signed_in
from tests.community.conftest import run_queue
from tests.factories import (
    MatchFactory,
    PartnershipRequestFactory,
    RepresentationFactory,
    UserFactory,
)
from tests.files import PDF


def speaker(name: str, city: City):
    member = UserFactory(
        handle=name, display_name=name.capitalize(), email=f"{name}@{city.slug}.example"
    )
    member.emailaddress_set.create(email=member.email, verified=True, primary=True)
    RepresentationFactory(member=member, city=city)
    return member


@pytest.fixture
def enter(open_page, site):
    def enter(user):
        page = open_page(base_url=site)
        session = signed_in(user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return enter


def reply_to(sent, text: str, *, number: int, attached: bytes = b"") -> bytes:
    """What a mail program sends when its user answers an email of the site."""
    original = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    reply = EmailMessage()
    reply["From"] = f"Amina <{original['To']}>"
    reply["To"] = original["Reply-To"]
    reply["Subject"] = f"Re: {original['Subject']}"
    reply["Message-ID"] = f"<{number}@mail.example>"
    reply["In-Reply-To"] = original["Message-ID"]
    reply["References"] = f"{original['References']} {original['Message-ID']}"
    body = original.get_content().rstrip().split("\n")
    quoted = "\n".join(f"> {line}".rstrip() for line in body)
    reply.set_content(f"{text}\n\nLe 27/11/2026 à 10:30, {original['From']} a écrit :\n{quoted}\n")
    if attached:
        reply.add_attachment(
            attached, maintype="application", subtype="pdf", filename="Programme.pdf"
        )
    return reply.as_bytes()


def test_answer_a_message_by_email(enter, collection, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    settings.REPLY_ADDRESS = "reply@exchange.example"
    zhengzhou, pretoria = (City.objects.get(slug=slug) for slug in ("zhengzhou", "pretoria"))
    li, amina = speaker("li", zhengzhou), speaker("amina", pretoria)
    partnership_request = PartnershipRequestFactory(opened=True, city=pretoria, status="matched")
    match = MatchFactory(introduced=True, request=partnership_request, city=zhengzhou)

    def receive(raw: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("receive_mail")

    page = enter(li)
    page.goto(match.get_absolute_url())
    page.get_by_label("Your message").fill("When can you come?")
    press(page, "Send message")
    [sent] = run_queue()
    assert sent.to == [amina.email]
    receive(reply_to(sent, "We come in *March*.", number=1, attached=PDF))

    page.goto(match.get_absolute_url())
    message = page.locator(".comments > *", has_text="We come in March.")
    expect(message).to_contain_text("Amina")
    expect(page.get_by_role("main")).not_to_contain_text("Reply above")
    expect(page.get_by_role("main")).not_to_contain_text("a écrit")
    assert [(file.by, file.title) for file in match.files.all()] == [(amina, "Programme")]

    # The address of an old email is of no use once the right has ended.
    run_queue()
    Representation.objects.filter(member=amina).update(status="ended")
    receive(reply_to(sent, "One more thing.", number=2))
    [refused] = run_queue()
    assert (refused.to, refused.subject) == ([amina.email], "Your reply wasn’t posted")
    page.goto(match.get_absolute_url())
    expect(page.get_by_role("main")).not_to_contain_text("One more thing.")
