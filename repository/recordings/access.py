"""Access to the recordings and slides of a webinar, depending on the consent of its speakers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from repository.models import RecordingKind, Webinar, WebinarStatus
from repository.pages.addresses import address_of
from repository.people.consent import GIVEN

# Slides are shown from the start of the webinar.
SHOWN = (WebinarStatus.LIVE, WebinarStatus.HELD)


@dataclass(frozen=True)
class Material:
    """A recording or slides: its location, and the URL of this site that counts each click.

    `key` identifies it within its webinar: "slides-12".
    """

    key: str
    kind: str
    label: str
    url: str
    href: str
    is_ours: bool = False


def recordings(webinar: Webinar) -> list[Material]:
    """Return the recordings; none unless all speakers have consented."""
    if not webinar.shows_recordings:
        return []
    found, slug = [], webinar.slug
    if webinar.recording:
        label, href = _("Watch the recording"), address_of("repository:recording", slug)
        found.append(
            Material("recording", RecordingKind.VIDEO, label, webinar.recording, href),
        )
    for row in webinar.recordings.all():
        href = address_of("repository:recording_part", slug, str(row.pk))
        found.append(Material(f"recording-{row.pk}", row.kind, row.label, row.url, href))
    return found


def slides(webinar: Webinar) -> list[Material]:
    """Return joint slides if all speakers have consented, and those of each who has."""
    found, slug = [], webinar.slug
    if webinar.slides and webinar.shows_slides:
        label, href = _("Open the slides"), address_of("repository:slides", slug)
        found.append(Material("slides", "slides", label, webinar.slides, href))
    if webinar.status in SHOWN:
        for row in webinar.appearances.all():
            if row.slides and row.slides_consent in GIVEN:
                label = _("Slides of %(name)s (PDF)") % {"name": row.speaker.name}
                href = address_of("repository:webinar_slides", slug, str(row.pk))
                found.append(
                    Material(row.slides_key, "slides", label, href, href, is_ours=True),
                )
    return found


def materials(webinar: Webinar) -> list[Material]:
    """Return recordings and slides."""
    return [*recordings(webinar), *slides(webinar)]
