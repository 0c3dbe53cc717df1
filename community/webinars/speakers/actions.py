"""Changes by speakers through their signed link: their profile, and their consent."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.core.mail import EmailMessage
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.notices.digests import one_line
from community.notices.emails import absolute, post
from community.webinars import links
from community.writing.attachments import files
from repository.dates import clock
from repository.models import Appearance, Consent, Speaker, WebinarStatus
from repository.translations.reading import names_in
from repository.workflow import ActionRefused, acting, action, lock

# Webinars not yet held: the titles of their talks can be changed.
AHEAD = (WebinarStatus.DRAFT, WebinarStatus.ANNOUNCED)


@dataclass
class Talk:
    """The input about one appearance. `title` is None if it was held and cannot change."""

    title: str | None
    recording: Consent
    slides: Consent
    upload: UploadedFile | None = None
    removes: bool = False


@dataclass
class SpeakerInput:
    """A speaker's input. `name` is None if it is public already; talks by primary key."""

    bio: str
    shows_profile: bool
    correction: str
    name: str | None = None
    photo: UploadedFile | None = None
    removes_photo: bool = False
    talks: dict[int, Talk] = field(default_factory=dict)


def talks_of(speaker: Speaker) -> list[Appearance]:
    """The talks asked about, newest first; those of cancelled webinars are left out."""
    rows = speaker.appearances.select_related("webinar__series")
    rows = rows.exclude(webinar__status=WebinarStatus.CANCELLED)
    return list(rows.order_by("-webinar__series__start", "-webinar__number"))


def is_ahead(appearance: Appearance) -> bool:
    return appearance.webinar.status in AHEAD


def keeps_name(speaker: Speaker) -> bool:
    """Whether a webinar of the speaker was held: then only staff can correct the name."""
    return speaker.appearances.exclude(webinar__status__in=AHEAD).exists()


@action
def send_link(*, speaker: Speaker, language: str) -> None:
    """Mail a speaker the signed link to their own page."""
    speaker = lock(Speaker, speaker.pk)
    if not speaker.email:
        raise ActionRefused(
            _("%(name)s has no private email address. Add one first.") % {"name": speaker.name}
        )
    if not talks_of(speaker):
        raise ActionRefused(
            _("%(name)s isn’t listed as a speaker at any webinar. Add a talk first.")
            % {"name": speaker.name}
        )
    email_link(speaker, talks_of(speaker), language)


def save_input(*, speaker: Speaker, data: SpeakerInput) -> None:
    """Save a speaker's input; ValidationError, by field, for files that are not accepted."""
    prepared = prepare_files(data)
    # The URL contains the secret link, which the append-only history would keep. The speaker's
    # primary key identifies the actor.
    with files.removed_on_error() as written, acting(url="", speaker=speaker.pk):
        files.delete_on_commit(*write(speaker, data, prepared, written))


def prepare_files(data: SpeakerInput) -> dict[str, bytes]:
    """The files as they will be stored, by field name."""
    found, mistakes = {}, {}
    uploads = {"photo": data.photo} | {
        f"slides-{pk}": talk.upload for pk, talk in data.talks.items()
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
        raise ValidationError(_("Upload a JPEG, PNG or WebP image."))
    # Imported here because Pillow takes several MB in each worker and few requests need it.
    from community.writing.attachments.pictures import portrait

    return portrait(content)


def slides(upload: UploadedFile) -> bytes:
    if not files.is_pdf(upload.read(len(files.PDF_HEAD))):
        raise ValidationError(_("Upload the slides as a PDF."))
    upload.seek(0)
    return files.prepare(upload).content


def write(
    speaker: Speaker, data: SpeakerInput, prepared: dict[str, bytes], written: list[str]
) -> list[str]:
    """Write the rows; add new files to `written`, and return those no longer referred to."""
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

    put(speaker.photo, "photo", data.removes_photo)
    if data.name is not None and not keeps_name(speaker):
        speaker.name = data.name
    speaker.bio, speaker.shows_profile = data.bio, data.shows_profile
    speaker.correction = data.correction
    names = ["name", "photo", "bio", "shows_profile", "correction", "updated_at"]
    speaker.save(update_fields=names)
    rows = speaker.appearances.select_for_update(of=("self",)).select_related("webinar")
    for row in rows.filter(pk__in=data.talks):
        talk = data.talks[row.pk]
        put(row.slides, row.slides_key, talk.removes)
        if talk.title is not None and is_ahead(row):
            row.title = talk.title
        row.recording_consent, row.slides_consent = talk.recording, talk.slides
        row.answered_at = clock.now()
        row.save(
            update_fields=["title", "recording_consent", "slides_consent", "answered_at", "slides"]
        )
    return gone


def email_link(speaker: Speaker, talks: Sequence[Appearance], language: str) -> None:
    """Queue the message, in the transaction of the caller."""
    originals = [talk.webinar.title for talk in talks]
    translated = names_in("webinar", originals, language)
    with override(language):
        context = {
            "name": one_line(speaker.name),
            "titles": [one_line(translated.get(title, title)) for title in originals],
            "url": absolute(links.speaker_path(speaker)),
            "days": links.SPEAKER_FOR.days,
        }
        subject = _("Your talk: a few questions")
        body = render_to_string("community/webinars/email/speaker_link.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    post(EmailMessage(subject, body.strip() + "\n", to=[speaker.email], headers=headers))
