"""Speakers on their own pages, and what staff and visitors see of it."""

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
from community.webinars import links as webinars_links
from community.webinars.speakers import actions as speakers_actions
from repository.history.object_history import History
from repository.models import Appearance, Consent, Edition, Speaker, Webinar, WebinarStatus
from repository.pages.signed_links import address_mark
from repository.workflow import ActionRefused
from tests.community.conftest import link_in, run_queue
from tests.desk_client import DeskClient
from tests.factories import AppearanceFactory, SpeakerFactory, WebinarFactory
from tests.files import PDF, picture
from tests.page import page_of

EMAIL = "ana@example.org"
FILM = "https://example.org/film"


@pytest.fixture(autouse=True)
def _files(db, settings, tmp_path):
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


def path_of(speaker) -> str:
    return webinars_links.speaker_path(speaker)


def form_data(talk, **changed) -> dict:
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
    Webinar.objects.filter(pk=talk.webinar_id).update(status=WebinarStatus.HELD, recording=FILM)


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


# The page of the speaker


def test_save_the_profile_and_consent(client, speaker, talk):
    sent = form_data(talk, photo=upload(picture("PNG")), shows_profile="on")
    sent |= {f"slides-{talk.pk}": upload(PDF)}
    answer = client.post(path_of(speaker), sent, follow=True)

    assert page_of(answer).outcomes == ["success"]
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
    page = page_of(client.get("/speakers/ana-sol/"))
    assert "She runs trains." in page.main.lines
    photo = client.get("/speakers/ana-sol/photo/")
    with Image.open(BytesIO(body(photo))) as image:
        assert (image.format, image.size) == ("JPEG", (40, 30))
    failed = client.get("/speakers/ana-sol/photo/", headers={"if-match": '"other"'})
    assert (failed.status_code, {"ETag", "Cache-Control"} & set(failed.headers)) == (412, set())
    # Slides are public once the webinar was held.
    path = f"/webinars/parcels/slides/{talk.pk}/"
    assert client.get(path).status_code == 404
    held(talk)
    webinar_page = page_of(client.get("/webinars/parcels/"))
    assert path in [href for _text, href in webinar_page.links]
    slides = client.get(path)
    assert body(slides) == PDF
    assert slides.headers["Content-Disposition"].startswith("attachment;")
    assert slides.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in slides.headers["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_withdrawn_consent_holds_from_the_next_request(client, speaker, talk):
    Edition.objects.get_or_create(pk=1)
    sent = form_data(talk, photo=upload(picture()), shows_profile="on")
    client.post(path_of(speaker), sent | {f"slides-{talk.pk}": upload(PDF)}, follow=True)
    held(talk)
    paths = ["/webinars/parcels/", "/speakers/ana-sol/"]
    etags = [client.get(path).headers["ETag"] for path in paths]
    page = page_of(client.get(paths[0]))
    assert page.link("Watch the recording") == "/webinars/parcels/recording/"
    assert FILM in page.html
    photo, slides = "/speakers/ana-sol/photo/", f"/webinars/parcels/slides/{talk.pk}/"
    tags = {path: seen(client, path).headers["ETag"] for path in (photo, slides)}

    no = {f"recording-{talk.pk}": "no", f"publication-{talk.pk}": "no"}
    client.post(path_of(speaker), form_data(talk, **no), follow=True)

    for path, etag in zip(paths, etags, strict=True):
        page = page_of(client.get(path, headers={"if-none-match": etag}))
        assert page.status == 200
        for secret in ("She runs trains.", FILM, "/recording/", "/slides/"):
            assert secret not in page.html
    for path, etag in tags.items():
        assert client.get(path, headers={"if-none-match": etag}).status_code == 404
    # The speaker keeps the files, and may change their mind.
    assert seen(client, f"{path_of(speaker)}files/photo/").status_code == 200


def test_show_nothing_without_an_answer(client, speaker, talk):
    client.post(path_of(speaker), {"name": "Ana Sol", "bio": "She runs trains.", "correction": ""})
    held(talk)

    talk.refresh_from_db()
    assert (talk.recording_consent, talk.slides_consent) == ("", "")
    assert "She runs trains." not in page_of(client.get("/speakers/ana-sol/")).html
    page = page_of(client.get("/webinars/parcels/"))
    assert FILM not in page.html
    assert "none published" in [fact.text for fact in page.select(".glance dd")]


def test_only_staff_change_names_and_titles_after_the_webinar(client, speaker, talk):
    held(talk)
    path = path_of(speaker)
    fields = page_of(client.get(path)).form(path).fields
    assert fields.keys().isdisjoint({"name", f"title-{talk.pk}"})

    client.post(path, form_data(talk, name="Somebody", correction="It is Ana Sól."))

    speaker.refresh_from_db()
    talk.refresh_from_db()
    assert (speaker.name, talk.title) == ("Ana Sol", "Director")
    assert speaker.correction == "It is Ana Sól."
    assert "Ana Sól" not in page_of(client.get("/speakers/ana-sol/")).html


def test_change_the_name_before_the_webinar(client, speaker, talk):
    client.post(path_of(speaker), form_data(talk, name=" Ana  Sól "))

    speaker.refresh_from_db()
    assert speaker.name == "Ana Sól"


def test_replace_and_delete_files(client, speaker, talk, django_capture_on_commit_callbacks):
    sent = form_data(talk, photo=upload(picture())) | {f"slides-{talk.pk}": upload(PDF)}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path_of(speaker), sent)
    before = kept()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path_of(speaker), form_data(talk, photo=upload(picture("WEBP"))))
    assert len(kept()) == 2
    assert kept() != before
    away = {"removes_photo": "on", f"removes-{talk.pk}": "on"}
    with django_capture_on_commit_callbacks(execute=True):
        client.post(path_of(speaker), form_data(talk, **away))
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
        ("photo", bomb(), "can’t be read"),
        ("photo", PDF, "Upload a JPEG, PNG or WebP image."),
        (
            "photo",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "JPEG, PNG or WebP",
        ),
        ("photo", b"GIF89a/*<script>alert(1)</script>*/", "JPEG, PNG or WebP"),
        ("slides", b"", "Upload the slides as a PDF."),
        ("slides", b"%PDF-1.4 cut off", "incomplete"),
        ("slides", b"<html><script>alert(1)</script>%PDF-1.4 %%EOF", "Upload the slides as a PDF."),
        ("slides", b"PK\x03\x04" + PDF, "Upload the slides as a PDF."),
        ("slides", picture(), "Upload the slides as a PDF."),
        ("slides", b"%PDF-" + b"x" * (8 * 1024 * 1024), "up to 8 MB"),
    ],
)
def test_refuse_invalid_files(name, content, words, client, speaker, talk):
    field = name if name == "photo" else f"slides-{talk.pk}"
    path = path_of(speaker)
    page = page_of(client.post(path, form_data(talk) | {field: upload(content)}))

    assert page.status == 200
    form = page.form(path)
    assert len([error for error in form.errors if words in error]) == 1
    assert form.fields["bio"] == "She runs trains."
    assert kept() == []
    assert Speaker.objects.get().bio == ""


def test_remove_everything_but_pixels_from_pictures(client, speaker, talk):
    script = b"<script>alert(1)</script>PK\x03\x04"
    place = Image.Exif()
    place[0x010F] = "A camera"
    client.post(
        path_of(speaker),
        form_data(talk, photo=upload(picture(exif=place, comment=script) + script)),
    )

    with Speaker.objects.get().photo.open() as file:
        content = file.read()
    assert not any(part in content for part in (b"script", b"PK", b"camera"))


# The link


@pytest.mark.parametrize("change", [lambda token: token[:-1] + "_", lambda token: "0" + token])
def test_refuse_an_altered_link(change, client, speaker, talk):
    token = change(webinars_links.speaker_token(speaker))

    for path in (f"/speaking/{token}/", f"/speaking/{token}/files/photo/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/speaking/{token}/", form_data(talk)).status_code == 404


def test_links_expire(client, speaker, talk, monkeypatch):
    path = path_of(speaker)
    assert client.get(path).status_code == 200
    over = replace(webinars_links.SPEAKER, lasts=timedelta(seconds=-1))
    monkeypatch.setattr(webinars_links, "SPEAKER", over)
    assert client.get(path).status_code == 404


def test_links_are_for_one_speaker_one_address_and_one_page(client, speaker, talk):
    old = path_of(speaker)
    other = SpeakerFactory(slug="other", email="")
    forged = webinars_links.SPEAKER.sign(other.pk, address_mark(""))
    assert client.get(f"/speaking/{forged}/").status_code == 404
    salted = signing.dumps([speaker.pk, address_mark(EMAIL)], salt="community.registration")
    assert client.get(f"/speaking/{salted}/").status_code == 404
    Speaker.objects.filter(pk=speaker.pk).update(email="new@example.org")
    assert client.get(old).status_code == 404


def test_links_end_with_the_last_talk(client, speaker, talk):
    path = path_of(speaker)
    Webinar.objects.update(status=WebinarStatus.CANCELLED, cancelled_because="Ill.")
    assert client.get(path).status_code == 200
    talk.delete()

    assert client.get(path).status_code == 404
    assert client.get(f"{path}files/photo/").status_code == 404
    assert client.post(path, {"name": "Somebody", "bio": "", "correction": ""}).status_code == 404
    speaker.refresh_from_db()
    assert speaker.name == "Ana Sol"


def test_speakers_cannot_change_talks_of_others(client, speaker, talk):
    other = AppearanceFactory(webinar=talk.webinar, recording_consent=Consent.NO)
    sent = form_data(talk) | {f"recording-{other.pk}": "yes", f"title-{other.pk}": "Nobody"}
    client.post(path_of(speaker), sent)

    other.refresh_from_db()
    assert (other.recording_consent, other.title) == (Consent.NO, "Director, Bureau of Commerce")


def test_the_history_does_not_contain_the_link(client, speaker, talk):
    client.post(path_of(speaker), form_data(talk))

    assert not Context.objects.filter(metadata__url__contains="/speaking/").exists()
    assert EMAIL not in str(list(Speaker.pgh_event_model.objects.values()))


def test_the_history_names_the_speaker(client, member, moderator, speaker, talk):
    client.post(path_of(speaker), form_data(talk))
    client.force_login(member)
    client.post(path_of(speaker), form_data(talk, **{f"title-{talk.pk}": "Head of rail"}))
    by_link = "Ana Sol, using the speaker’s own link"
    titles = {
        change.by: [each.new for each in change.differences if "Job title" in each.label]
        for change in History(talk.webinar)[0:5]
    }
    assert titles == {
        "": [],
        by_link: ["Director of rail"],
        "Member, using Ana Sol’s link": ["Head of rail"],
    }
    desk = DeskClient()
    desk.force_login(moderator)
    page = page_of(desk.get(f"/admin/repository/speaker/{speaker.pk}/history/"))
    assert by_link in [each.text for each in page.select(".changes .by")]

    talk.delete()
    speaker.delete()
    people = {change.by for change in History(talk.webinar)[0:5]}
    assert "a deleted speaker, using the speaker’s own link" in people


def test_rate_limit_by_ip_address(client, speaker, talk, monkeypatch):
    monkeypatch.setitem(rate_limits.LIMITS, "speaking", "2/h/ip")
    codes = [client.post(path_of(speaker), form_data(talk)).status_code for _ in range(3)]

    assert codes == [302, 302, 429]


# The admin


def test_staff_send_the_link_from_the_webinar(client, moderator, speaker, talk):
    silent = AppearanceFactory(webinar=talk.webinar, speaker__name="Sun Qi")
    client.force_login(moderator)
    change = page_of(client.get(f"/admin/repository/webinar/{talk.webinar_id}/change/"))
    [path] = [href for _text, href in change.links if "/speaker/links/" in href]
    page = page_of(client.get(path))
    without_address = f"/admin/repository/speaker/{silent.speaker_id}/change/"
    assert without_address in [href for _text, href in page.links]
    sent = {"speaker": [speaker.pk, silent.speaker_id], "language": "en"}

    answer = client.post(path, sent, follow=True)

    assert page_of(answer).outcomes == ["warning", "success"]
    [message] = run_queue()
    assert message.to == [EMAIL]
    assert "Parcels by rail" in message.body
    client.logout()
    assert page_of(client.get(link_in(message))).headings[0] == "Ana Sol"


def test_staff_send_the_link_from_the_speaker_in_french(client, moderator, speaker, talk):
    client.force_login(moderator)
    path = f"/admin/repository/speaker/links/?speaker={speaker.pk}"
    change = page_of(client.get(f"/admin/repository/speaker/{speaker.pk}/change/"))
    assert path in [href for _text, href in change.links]
    client.post(path, {"speaker": speaker.pk, "language": "fr"})

    [message] = run_queue()
    assert message.body.startswith("Bonjour Ana Sol")


def test_brokers_neither_send_the_link_nor_see_the_address(client, broker, speaker, talk):
    client.force_login(broker)

    assert client.get(f"/admin/repository/speaker/links/?speaker={speaker.pk}").status_code == 403
    page = page_of(client.get(f"/admin/repository/speaker/{speaker.pk}/change/"))
    assert page.status == 200
    assert EMAIL not in page.html


def test_send_link_is_refused_without_a_talk(speaker):
    with pytest.raises(ActionRefused, match="isn’t listed as a speaker at any webinar"):
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
def test_consent_cannot_be_moved_to_another_talk(of, changes, client, moderator, speaker, talk):
    other = AppearanceFactory(
        webinar__announced=True,
        recording_consent=Consent.UNSAID,
        slides_consent=Consent.UNSAID,
    )
    wanted = {changes: getattr(other, f"{changes}_id")}
    client.post(path_of(speaker), form_data(talk))
    client.force_login(moderator)

    refused = page_of(at_desk(client, talk, of, **wanted))

    assert len(refused.wrong_fields) == 1
    talk.refresh_from_db()
    assert (talk.speaker, talk.webinar.slug) == (speaker, "parcels")
    assert at_desk(client, talk, of, title="Head").status_code == 302
    # A talk without an answer may have been entered by mistake.
    Appearance.objects.filter(pk=talk.pk).update(
        answered_at=None, recording_consent="", slides_consent=""
    )
    assert at_desk(client, talk, of, **wanted).status_code == 302
    talk.refresh_from_db()
    assert getattr(talk, f"{changes}_id") == wanted[changes]


@pytest.mark.parametrize("of", ["speaker", "webinar"])
@pytest.mark.parametrize("says", ["no", "yes"])
def test_consent_for_a_webinar_that_was_held_cannot_be_deleted(
    of, says, client, moderator, speaker, talk
):
    client.post(path_of(speaker), form_data(talk) | {f"recording-{talk.pk}": says})
    held(talk)
    client.force_login(moderator)

    refused = page_of(at_desk(client, talk, of, DELETE="on"))

    assert len(refused.wrong_fields) == 1
    assert Appearance.objects.get() == talk
    # A refusal entered by mistake by staff is emptied first, which the history shows.
    Appearance.objects.update(answered_at=None, recording_consent="no")
    assert at_desk(client, talk, of, DELETE="on").status_code == 200
    assert at_desk(client, talk, of, recording_consent="").status_code == 302
    assert at_desk(client, talk, of, DELETE="on").status_code == 302
    assert not Appearance.objects.exists()


def test_delete_a_talk_before_the_webinar(client, moderator, speaker, talk):
    client.post(path_of(speaker), form_data(talk) | {f"recording-{talk.pk}": "no"})
    client.force_login(moderator)

    assert at_desk(client, talk, DELETE="on").status_code == 302
    assert not Appearance.objects.exists()


def test_staff_withdraw_consent_but_cannot_give_it(client, moderator, speaker, talk):
    client.post(path_of(speaker), form_data(talk) | {f"recording-{talk.pk}": "no"})
    client.force_login(moderator)

    refused = page_of(at_desk(client, talk, recording_consent="yes", slides_consent="yes"))
    assert len(refused.wrong_fields) == 1
    done = at_desk(client, talk, recording_consent="no", slides_consent="no")
    assert done.status_code == 302
    talk.refresh_from_db()
    assert (talk.recording_consent, talk.slides_consent) == (Consent.NO, Consent.NO)


# Privacy and retention


def test_no_page_shows_the_private_address(client, speaker, talk):
    held(talk)
    for path in ("/speakers/ana-sol/", "/speakers/", "/webinars/parcels/", "/search/?q=ana"):
        assert EMAIL not in page_of(client.get(path)).html
    assert EMAIL not in page_of(client.get(path_of(speaker))).html


def test_remove_files_without_a_row(client, speaker, talk, monkeypatch):
    client.post(path_of(speaker), form_data(talk, photo=upload(picture())))
    monkeypatch.setattr(retention, "FILES_WITHOUT_ROW_FOR", timedelta(0))
    assert retention.quarantine_orphans() == 0
    Speaker.objects.update(photo="")
    assert retention.quarantine_orphans() == 1


def test_erase_addresses_a_year_after_the_last_talk(speaker, talk):
    assert retention.forget_speakers() == 0
    long_ago = timezone.now() - timedelta(days=366)
    Webinar.objects.update(starts_at=long_ago)
    assert retention.forget_speakers() == 0
    Speaker.objects.update(updated_at=long_ago)
    assert retention.forget_speakers() == 1
    speaker.refresh_from_db()
    assert (speaker.email, speaker.correction) == ("", "")
