"""The message to a speaker with the link to their own page."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from community.notices.digests import one_line
from community.notices.emails import absolute, post
from community.webinars.speakers import links
from repository.models import Appearance, Speaker
from repository.translations.reading import names_in


def send(speaker: Speaker, talks: Sequence[Appearance], language: str) -> None:
    """Queue the message, in the transaction of the caller."""
    originals = [talk.webinar.title for talk in talks]
    translated = names_in("webinar", originals, language)
    with override(language):
        context = {
            "name": one_line(speaker.name),
            "titles": [one_line(translated.get(title, title)) for title in originals],
            "url": absolute(links.path(speaker)),
            "days": links.HOLDS_FOR.days,
        }
        subject = _("Your talk: a few questions")
        body = render_to_string("community/webinars/email/speaker_link.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    post(EmailMessage(subject, body.strip() + "\n", to=[speaker.email], headers=headers))
