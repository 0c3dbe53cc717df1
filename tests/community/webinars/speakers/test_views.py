"""Speakers on their own pages, and what the desk and readers see of it."""

import re
import warnings
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pghistory.models import Context
from PIL import Image

from community.accounts import rate_limits
from community.privacy import retention
from community.webinars.speakers import actions as speakers_actions
from community.webinars.speakers import links as speakers_links
from repository.history.object_history import History
from repository.models import Appearance, Consent, Edition, Speaker, Webinar, WebinarStatus
from repository.pages.signed_links import address_mark
from repository.workflow import ActionRefused
from tests.community.conftest import link_in, run_queue
from tests.desk_client import DeskClient
from tests.factories import AppearanceFactory, SpeakerFactory, WebinarFactory
from tests.files import PDF, picture

EMAIL = "ana@example.org"


@pytest.fixture(autouse=True)
def _at_ease(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def speaker():
    return SpeakerFactory(slug="ana-sol", name="Ana Sol", email=EMAIL)


@pytest.fixture
def talk(speaker):
    webinar = WebinarFactory(announced=True, slug="parcels", title="Parcels by rail")
    return AppearanceFactory(
        webinar=webinar,
        speaker=speaker,
        title="Director",
        recording_consent=Consent.UNSAID,
        slides_consent=Consent.UNSAID,
    )


def page_of(speaker) -> str:
    return speakers_links.path(speaker)


def word(talk, **changed) -> dict:
    pk = talk.pk
    return {
        "name": "Ana Sol",
        "bio": "She runs trains.",
        "correction": "",
        f"title-{pk}": "Director of rail",
        f"recording-{pk}": "yes",
        f"publication-{pk}": "yes",
    } | changed


def upload(content: bytes, name="x.html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def held(talk) -> None:
    Webinar.objects.filter(pk=talk.webinar_id).update(
        status=WebinarStatus.HELD, recording="https://example.org/film"
    )


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def seen(client, path: str):
    response = client.get(path)
    body(response)
    return response


def kept() -> list[str]:
    found = []
    for folder in ("speakers", "slides"):
        with suppress(FileNotFoundError):
            found += [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    return found


# What speakers say


def test_say_who_one_is_and_what_may_be_shown(client, speaker, talk):
    sent = word(talk, photo=upload(picture("PNG")), shows_profile="on")
    sent |= {f"slides-{talk.pk}": upload(PDF)}
    answer = client.post(page_of(speaker), sent, follow=True)

    assert "It is saved" in answer.text
    speaker.refresh_from_db()
    talk.refresh_from_db()
    assert (speaker.bio, speaker.shows_profile) == ("She runs trains.", True)
    assert (talk.title, talk.recording_consent, talk.slides_consent) == (
        "Director of rail",
        Consent.YES,
        Consent.YES,
    )
    assert talk.answered_at is not None
    assert sorted(kept()) == sorted([speaker.photo.name, talk.slides.name])
    page = client.get("/speakers/ana-sol/").text
    assert "She runs trains." in page
    photo = client.get("/speakers/ana-sol/photo/")
    with Image.open(BytesIO(body(photo))) as image:
        assert (image.format, image.size) == ("JPEG", (40, 30))
    # Slides of what is still to come are nobody's to read.
    path = f"/webinars/parcels/slides/{talk.pk}/"
    assert client.get(path).status_code == 404
    held(talk)
    assert path in client.get("/webinars/parcels/").text
    slides = client.get(path)
    assert body(slides) == PDF
    assert slides.headers["Content-Disposition"].startswith("attachment;")
    assert slides.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in slides.headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_is_gone_in_the_next_request(client, speaker, talk):
    Edition.objects.get_or_create(pk=1)
    sent = word(talk, photo=upload(picture()), shows_profile="on")
    client.post(page_of(speaker), sent | {f"slides-{talk.pk}": upload(PDF)}, follow=True)
    held(talk)
    paths = ["/webinars/parcels/", "/speakers/ana-sol/"]
    etags = [client.get(path).headers["ETag"] for path in paths]
    assert "example.org/film" in client.get(paths[0]).text
    photo, slides = "/speakers/ana-sol/photo/", f"/webinars/parcels/slides/{talk.pk}/"
    tags = {path: seen(client, path).headers["ETag"] for path in (photo, slides)}

    no = {f"recording-{talk.pk}": "no", f"publication-{talk.pk}": "no"}
    client.post(page_of(speaker), word(talk, **no), follow=True)

    for path, etag in zip(paths, etags, strict=True):
        text = client.get(path, headers={"if-none-match": etag}).text
        assert "She runs trains." not in text
        assert "example.org/film" not in text
        assert "/slides/" not in text
    for path, etag in tags.items():
        assert client.get(path, headers={"if-none-match": etag}).status_code == 404
    # What was sent is still there for the speaker, who may change their mind.
    assert seen(client, f"{page_of(speaker)}files/photo/").status_code == 200


def test_nothing_is_shown_without_an_answer(client, speaker, talk):
    client.post(page_of(speaker), {"name": "Ana Sol", "bio": "She runs trains.", "correction": ""})
    held(talk)

    talk.refresh_from_db()
    assert (talk.recording_consent, talk.slides_consent) == ("", "")
    assert "She runs trains." not in client.get("/speakers/ana-sol/").text
    page = client.get("/webinars/parcels/").text
    assert "example.org/film" not in page
    assert "none is published" in page


def test_a_name_that_is_known_and_a_title_once_held_are_for_staff(client, speaker, talk):
    held(talk)
    page = client.get(page_of(speaker)).text
    assert 'name="name"' not in page
    assert f'name="title-{talk.pk}"' not in page

    client.post(page_of(speaker), word(talk, name="Somebody", correction="It is Ana Sól."))

    speaker.refresh_from_db()
    talk.refresh_from_db()
    assert (speaker.name, talk.title) == ("Ana Sol", "Director")
    assert speaker.correction == "It is Ana Sól."
    assert "Ana Sól" not in client.get("/speakers/ana-sol/").text


def test_a_name_can_be_put_right_before(client, speaker, talk):
    client.post(page_of(speaker), word(talk, name=" Ana  Sól "))

    speaker.refresh_from_db()
    assert speaker.name == "Ana Sól"


def test_files_are_replaced_and_deleted(client, speaker, talk, django_capture_on_commit_callbacks):
    sent = word(talk, photo=upload(picture())) | {f"slides-{talk.pk}": upload(PDF)}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(speaker), sent)
    before = kept()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(speaker), word(talk, photo=upload(picture("WEBP"))))
    assert len(kept()) == 2
    assert kept() != before
    away = {"removes_photo": "on", f"removes-{talk.pk}": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page_of(speaker), word(talk, **away))
    assert kept() == []
    speaker.refresh_from_db()
    assert not speaker.photo


def bomb() -> bytes:
    """A PNG of 100 million pixels in some kilobytes."""
    out = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo", b"", "up to 8 MB"),
        ("photo", b"x" * (8 * 1024 * 1024 + 1), "up to 8 MB"),
        ("photo", bomb(), "cannot be read"),
        ("photo", PDF, "Send a JPEG, PNG or WebP picture."),
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Send a JPEG"),
        ("photo", b"GIF89a/*<script>alert(1)</script>*/", "Send a JPEG"),
        ("slides", b"", "as a PDF file"),
        ("slides", b"%PDF-1.4 cut off", "not whole"),
        ("slides", b"<html><script>alert(1)</script>%PDF-1.4 %%EOF", "as a PDF file"),
        ("slides", b"PK\x03\x04" + PDF, "as a PDF file"),
        ("slides", picture(), "as a PDF file"),
        ("slides", b"%PDF-" + b"x" * (8 * 1024 * 1024), "up to 8 MB"),
    ],
)
def test_files_that_cannot_be_kept_are_refused_with_words(
    name, content, words, client, speaker, talk
):
    field = name if name == "photo" else f"slides-{talk.pk}"
    answer = client.post(page_of(speaker), word(talk) | {field: upload(content)})

    assert answer.status_code == 200
    assert words in answer.text
    assert "She runs trains." in answer.text
    assert kept() == []
    assert Speaker.objects.get().bio == ""


def test_a_picture_that_is_a_program_too_is_a_picture_alone(client, speaker, talk):
    script = b"<script>alert(1)</script>PK\x03\x04"
    place = Image.Exif()
    place[0x010F] = "A camera"
    client.post(
        page_of(speaker), word(talk, photo=upload(picture(exif=place, comment=script) + script))
    )

    with Speaker.objects.get().photo.open() as file:
        content = file.read()
    assert not any(part in content for part in (b"script", b"PK", b"camera"))


# The link


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "_", lambda token: "0" + token])
def test_a_link_that_was_altered_opens_nothing(change, client, speaker, talk):
    token = change(speakers_links.token_of(speaker))

    for path in (f"/speaking/{token}/", f"/speaking/{token}/files/photo/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/speaking/{token}/", word(talk)).status_code == 404


def test_a_link_ends(client, speaker, talk, monkeypatch):
    path = page_of(speaker)
    assert client.get(path).status_code == 200
    over = replace(speakers_links.LINK, lasts=timedelta(seconds=-1))
    monkeypatch.setattr(speakers_links, "LINK", over)
    assert client.get(path).status_code == 404


def test_a_link_is_good_for_one_speaker_one_address_and_this_page(client, speaker, talk):
    old = page_of(speaker)
    other = SpeakerFactory(slug="other", email="")
    forged = speakers_links.LINK.sign(other.pk, address_mark(""))
    assert client.get(f"/speaking/{forged}/").status_code == 404
    salted = signing.dumps([speaker.pk, address_mark(EMAIL)], salt="community.registration")
    assert client.get(f"/speaking/{salted}/").status_code == 404
    Speaker.objects.filter(pk=speaker.pk).update(email="new@example.org")
    assert client.get(old).status_code == 404


def test_a_link_ends_with_the_last_talk(client, speaker, talk):
    path = page_of(speaker)
    Webinar.objects.update(status=WebinarStatus.CANCELLED, cancelled_because="Ill.")
    assert client.get(path).status_code == 200
    talk.delete()

    assert client.get(path).status_code == 404
    assert client.get(f"{path}files/photo/").status_code == 404
    assert client.post(path, {"name": "Somebody", "bio": "", "correction": ""}).status_code == 404
    speaker.refresh_from_db()
    assert speaker.name == "Ana Sol"


def test_a_speaker_changes_no_talk_of_another(client, speaker, talk):
    other = AppearanceFactory(webinar=talk.webinar, recording_consent=Consent.NO)
    sent = word(talk) | {f"recording-{other.pk}": "yes", f"title-{other.pk}": "Nobody"}
    client.post(page_of(speaker), sent)

    other.refresh_from_db()
    assert (other.recording_consent, other.title) == (Consent.NO, "Director, Bureau of Commerce")


def test_no_history_keeps_the_link(client, speaker, talk):
    client.post(page_of(speaker), word(talk))

    assert not Context.objects.filter(metadata__url__contains="/speaking/").exists()
    assert EMAIL not in str(list(Speaker.pgh_event_model.objects.values()))


def test_the_history_tells_that_the_speaker_did_it(client, member, moderator, speaker, talk):
    client.post(page_of(speaker), word(talk))
    client.force_login(member)
    client.post(page_of(speaker), word(talk, **{f"title-{talk.pk}": "Head of rail"}))
    by_link = "Ana Sol, by the speaker’s own link"
    titles = {
        change.by: [each.new for each in change.differences if "Title" in each.label]
        for change in History(talk.webinar)[0:5]
    }
    assert titles == {
        "": [],
        by_link: ["Director of rail"],
        "Member, by the link of Ana Sol": ["Head of rail"],
    }
    desk = DeskClient()
    desk.force_login(moderator)
    page = desk.get(f"/admin/repository/speaker/{speaker.pk}/history/")
    assert by_link in page.text

    talk.delete()
    speaker.delete()
    people = {change.by for change in History(talk.webinar)[0:5]}
    assert "a speaker since deleted, by the speaker’s own link" in people


def test_a_robot_cannot_send_files_for_ever(client, speaker, talk, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "speaking", "2/h/ip")
    codes = [client.post(page_of(speaker), word(talk)).status_code for _ in range(3)]

    assert codes == [302, 302, 429]


# The desk


def test_staff_send_the_link_from_the_webinar(client, moderator, speaker, talk):
    silent = AppearanceFactory(webinar=talk.webinar, speaker__name="Sun Qi")
    client.force_login(moderator)
    desk = client.get(f"/admin/repository/webinar/{talk.webinar_id}/change/").text
    [path] = re.findall(r'href="(/admin/repository/speaker/links/[^"]+)"', desk)
    page = client.get(path).text
    assert "has no private e-mail address yet" in page
    sent = {"speaker": [speaker.pk, silent.speaker_id], "language": "en"}

    answer = client.post(path, sent, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "Sun Qi has no private e-mail address here: write one down first.",
        "1 link was sent.",
    ]
    [message] = run_queue()
    assert message.to == [EMAIL]
    assert "Parcels by rail" in message.body
    client.logout()
    page = client.get(link_in(message))
    assert "Thank you for speaking with us" in page.text


def test_staff_send_the_link_from_the_speaker_in_french(client, moderator, speaker, talk):
    client.force_login(moderator)
    assert (
        "speaker/links/?speaker="
        in client.get(f"/admin/repository/speaker/{speaker.pk}/change/").text
    )
    path = f"/admin/repository/speaker/links/?speaker={speaker.pk}"
    client.post(path, {"speaker": speaker.pk, "language": "fr"})

    [message] = run_queue()
    assert message.body.startswith("Bonjour Ana Sol")


def test_who_may_only_look_neither_sends_nor_reads_the_address(client, broker, speaker, talk):
    client.force_login(broker)

    assert client.get(f"/admin/repository/speaker/links/?speaker={speaker.pk}").status_code == 403
    page = client.get(f"/admin/repository/speaker/{speaker.pk}/change/")
    assert page.status_code == 200
    assert EMAIL not in page.text


def test_nothing_to_ask_whoever_speaks_nowhere(speaker):
    with pytest.raises(ActionRefused, match="nothing to ask"):
        speakers_actions.send_link(speaker=speaker, language="en")


def at_desk(client, talk, of="speaker", **changed):
    """Send the form of the speaker, or of the webinar, with one appearance in it."""
    row = Appearance.objects.select_related("speaker", "webinar").get(pk=talk.pk)
    if of == "speaker":
        form = {"name": row.speaker.name, "slug": row.speaker.slug, "email": EMAIL}
    else:
        names = ("series_id", "number", "title", "slug", "time_zone", "minutes")
        form = {name.removesuffix("_id"): getattr(row.webinar, name) or "" for name in names}
        start = row.webinar.local_start
        form |= {"date": start.date(), "local_time": f"{start:%H:%M}"}
        form |= {
            f"{name}-{count}_FORMS": 0
            for name in ("recordings", "chapters", "transcript")
            for count in ("TOTAL", "INITIAL")
        }
    form |= {"appearances-TOTAL_FORMS": 1, "appearances-INITIAL_FORMS": 1}
    names = ("recording_consent", "slides_consent", "title", "position")
    kept = {name: getattr(row, name) for name in names}
    kept |= {"id": row.pk, "speaker": row.speaker_id, "webinar": row.webinar_id}
    form |= {f"appearances-0-{name}": value for name, value in (kept | changed).items()}
    return client.post(f"/admin/repository/{of}/{getattr(row, f'{of}_id')}/change/", form)


@pytest.mark.parametrize(("of", "changes"), [("speaker", "webinar"), ("webinar", "speaker")])
def test_a_word_is_not_taken_for_that_of_another(of, changes, client, moderator, speaker, talk):
    other = AppearanceFactory(
        webinar__announced=True,
        recording_consent=Consent.UNSAID,
        slides_consent=Consent.UNSAID,
    )
    wanted = {changes: getattr(other, f"{changes}_id")}
    client.post(page_of(speaker), word(talk))
    client.force_login(moderator)

    refused = at_desk(client, talk, of, **wanted)

    assert "was said by this speaker about this webinar" in refused.text
    talk.refresh_from_db()
    assert (talk.speaker, talk.webinar.slug) == (speaker, "parcels")
    assert at_desk(client, talk, of, title="Head").status_code == 302
    # Who has said nothing may have been entered by mistake.
    Appearance.objects.filter(pk=talk.pk).update(
        answered_at=None, recording_consent="", slides_consent=""
    )
    assert at_desk(client, talk, of, **wanted).status_code == 302
    talk.refresh_from_db()
    assert getattr(talk, f"{changes}_id") == wanted[changes]


@pytest.mark.parametrize("of", ["speaker", "webinar"])
@pytest.mark.parametrize("says", ["no", "yes"])
def test_a_word_is_not_deleted_once_it_counts(of, says, client, moderator, speaker, talk):
    client.post(page_of(speaker), word(talk) | {f"recording-{talk.pk}": says})
    held(talk)
    client.force_login(moderator)

    refused = at_desk(client, talk, of, DELETE="on")

    assert "Ana Sol has said what may be shown of “Parcels by rail”" in refused.text
    assert Appearance.objects.get() == talk
    # A no that staff entered by mistake is emptied before, which the history shows.
    Appearance.objects.update(answered_at=None, recording_consent="no")
    assert at_desk(client, talk, of, DELETE="on").status_code == 200
    assert at_desk(client, talk, of, recording_consent="").status_code == 302
    assert at_desk(client, talk, of, DELETE="on").status_code == 302
    assert not Appearance.objects.exists()


def test_who_leaves_before_the_webinar_is_taken_out(client, moderator, speaker, talk):
    client.post(page_of(speaker), word(talk) | {f"recording-{talk.pk}": "no"})
    client.force_login(moderator)

    assert at_desk(client, talk, DELETE="on").status_code == 302
    assert not Appearance.objects.exists()


def test_the_desk_takes_a_yes_back_and_gives_none(client, moderator, speaker, talk):
    client.post(page_of(speaker), word(talk) | {f"recording-{talk.pk}": "no"})
    client.force_login(moderator)

    refused = at_desk(client, talk, recording_consent="yes", slides_consent="yes")
    assert "The speaker answered this" in refused.text
    done = at_desk(client, talk, recording_consent="no", slides_consent="no")
    assert done.status_code == 302
    talk.refresh_from_db()
    assert (talk.recording_consent, talk.slides_consent) == (Consent.NO, Consent.NO)


# The address is shown nowhere, and files without a row go


def test_the_private_address_is_on_no_page(client, speaker, talk):
    held(talk)
    for path in ("/speakers/ana-sol/", "/speakers/", "/webinars/parcels/", "/search/?q=ana"):
        assert EMAIL not in client.get(path).text
    assert EMAIL not in client.get(page_of(speaker)).text


def test_files_that_no_row_names_are_removed(client, speaker, talk, monkeypatch):
    client.post(page_of(speaker), word(talk, photo=upload(picture())))
    monkeypatch.setattr(retention, "FILES_WITHOUT_ROW_FOR", timedelta(0))
    assert retention.set_orphans_aside() == 0
    Speaker.objects.update(photo="")
    assert retention.set_orphans_aside() == 1


def test_addresses_go_a_year_after_the_last_talk(speaker, talk):
    assert retention.forget_speakers() == 0
    long_ago = timezone.now() - timedelta(days=366)
    Webinar.objects.update(starts_at=long_ago)
    assert retention.forget_speakers() == 0
    Speaker.objects.update(updated_at=long_ago)
    assert retention.forget_speakers() == 1
    speaker.refresh_from_db()
    assert (speaker.email, speaker.correction) == ("", "")
