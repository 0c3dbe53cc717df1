"""What speakers say about themselves by their own link: who they are, and what may be shown."""

from dataclasses import dataclass, field
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from community.webinars.speakers import emails
from community.writing.attachments import files
from repository.dates import clock
from repository.models import Appearance, Consent, Speaker, WebinarStatus
from repository.workflow import ActionRefused, acting, action, lock

# What has not taken place yet can still be announced otherwise.
AHEAD = (WebinarStatus.DRAFT, WebinarStatus.ANNOUNCED)


@dataclass
class Talk:
    """What is said about one appearance. `title` is None where it was held, and stays."""

    title: str | None
    recording: Consent
    slides: Consent
    upload: UploadedFile | None = None
    removes: bool = False


@dataclass
class Word:
    """What a speaker says. `name` is None where readers know it already; talks by their number."""

    bio: str
    shows_profile: bool
    correction: str
    name: str | None = None
    photo: UploadedFile | None = None
    removes_photo: bool = False
    talks: dict[int, Talk] = field(default_factory=dict)


def talks_of(speaker: Speaker) -> list[Appearance]:
    """What is asked about: each talk but in webinars that are cancelled, the newest first."""
    rows = speaker.appearances.select_related("webinar__series")
    rows = rows.exclude(webinar__status=WebinarStatus.CANCELLED)
    return list(rows.order_by("-webinar__series__start", "-webinar__number"))


def is_ahead(appearance: Appearance) -> bool:
    return appearance.webinar.status in AHEAD


def keeps_name(speaker: Speaker) -> bool:
    """Whether a webinar of the speaker was held: then staff put the name right, not the speaker."""
    return speaker.appearances.exclude(webinar__status__in=AHEAD).exists()


@action
def send_link(*, speaker: Speaker, language: str) -> None:
    """Mail a speaker the link to their own page."""
    speaker = lock(Speaker, speaker.pk)
    if not speaker.email:
        raise ActionRefused(
            _("%(name)s has no private e-mail address here: write one down first.")
            % {"name": speaker.name}
        )
    if not talks_of(speaker):
        raise ActionRefused(
            _("%(name)s speaks in no webinar: there is nothing to ask.") % {"name": speaker.name}
        )
    emails.send(speaker, talks_of(speaker), language)


def say(*, speaker: Speaker, word: Word) -> None:
    """Keep what a speaker says; ValidationError, by field, for files that cannot be kept."""
    prepared = look_at(word)
    # The address of the page is a secret, which the history would keep for ever. Who acts is
    # known by it alone.
    with files.removed_on_error() as written, acting(url="", speaker=speaker.pk):
        gone = write(speaker, word, prepared, written)
        transaction.on_commit(partial(delete_files, gone))


def look_at(word: Word) -> dict[str, bytes]:
    """The files as they are kept, by the name of the field."""
    found, mistakes = {}, {}
    uploads = {"photo": word.photo} | {
        f"slides-{pk}": talk.upload for pk, talk in word.talks.items()
    }
    for name, upload in uploads.items():
        if upload is None:
            continue
        try:
            found[name] = photo(upload) if name == "photo" else slides(upload)
        except ValidationError as mistake:
            mistakes[name] = mistake
    if mistakes:
        raise ValidationError(mistakes)
    return found


def photo(upload: UploadedFile) -> bytes:
    content = files.content_of(upload)
    if files.is_pdf(content):
        raise ValidationError(_("Send a JPEG, PNG or WebP picture."))
    # With Pillow, which takes some MB in each worker: most never see a picture.
    from community.writing.attachments.pictures import portrait

    return portrait(content)


def slides(upload: UploadedFile) -> bytes:
    if not files.is_pdf(upload.read(len(files.PDF_HEAD))):
        raise ValidationError(_("Send the slides as a PDF file."))
    upload.seek(0)
    return files.prepare(upload).content


def write(
    speaker: Speaker, word: Word, prepared: dict[str, bytes], written: list[str]
) -> list[str]:
    """Write the rows; name new files in `written`, and return those that nothing names any more."""
    speaker = lock(Speaker, speaker.pk)
    gone: list[str] = []

    def put(file: FieldFile, name: str, removes: bool) -> None:
        if (name in prepared or removes) and file:
            gone.append(str(file.name))
            setattr(file.instance, file.field.name, "")
        if name in prepared:
            new = getattr(file.instance, file.field.name)
            new.save("", ContentFile(prepared[name]), save=False)
            written.append(str(new.name))

    put(speaker.photo, "photo", word.removes_photo)
    if word.name is not None and not keeps_name(speaker):
        speaker.name = word.name
    speaker.bio, speaker.shows_profile = word.bio, word.shows_profile
    speaker.correction = word.correction
    names = ["name", "photo", "bio", "shows_profile", "correction", "updated_at"]
    speaker.save(update_fields=names)
    rows = speaker.appearances.select_for_update(of=("self",)).select_related("webinar")
    for row in rows.filter(pk__in=word.talks):
        talk = word.talks[row.pk]
        put(row.slides, row.slides_key, talk.removes)
        if talk.title is not None and is_ahead(row):
            row.title = talk.title
        row.recording_consent, row.slides_consent = talk.recording, talk.slides
        row.answered_at = clock.now()
        row.save(
            update_fields=["title", "recording_consent", "slides_consent", "answered_at", "slides"]
        )
    return gone


def delete_files(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
