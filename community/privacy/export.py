"""Export all data held on one member: one archive, for machines and for reading.

Based on the declarations in `holdings`. Links to other people are left out, and so are secrets,
which even the member's own session does not see: `LEFT_OUT` names them in the archive.
"""

import json
import shutil
import zipfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pghistory.models import Context

from community.discussion.contributions import Contribution
from community.models import Decision, SavedItem, User
from community.privacy import holdings
from community.saved.items import is_public

LEFT_OUT = [
    gettext_lazy("Your password. We store only a hash of it."),
    gettext_lazy("The secret keys for two-step verification, and your recovery codes."),
    gettext_lazy("Your session keys, because they give access to your account."),
    gettext_lazy(
        "Emails waiting to be sent to you, because their links can give access to your account."
    ),
    gettext_lazy("Other people’s names and what they wrote."),
]
# Technical columns without meaning for the reader.
INNER = {"id", "pgh_id", "pgh_obj", "pgh_context", "content_type", "object_id"}
ACCOUNT = (
    "id",
    "email",
    "handle",
    "display_name",
    "language",
    "is_staff",
    "is_superuser",
    "date_joined",
    "last_login",
)


def archive_of(member: User) -> IO[bytes]:
    """A zip archive with `data.json`, `index.html` and the uploaded files, open at its beginning.

    An unnamed temporary file: it is deleted when it is closed.
    """
    sections = list(sections_of(member))
    data = {
        "made": timezone.now(),
        "account": {name: getattr(member, name) for name in ACCOUNT},
        "left_out": [str(text) for text in LEFT_OUT],
    } | {section["key"]: [dict(row["values"]) for row in section["rows"]] for section in sections}
    page = render_to_string(
        "community/privacy/export.html",
        {
            "member": member,
            "made": data["made"],
            "account": account_in_words(member),
            "sections": sections,
            "left_out": LEFT_OUT,
        },
    )
    file = TemporaryFile()  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(data, cls=Encoder, ensure_ascii=False, indent=1))
        archive.writestr("index.html", page)
        for stored in files_of(sections):
            if stored.storage.exists(stored.name):
                # Pictures and PDF files are compressed already.
                kept = zipfile.ZipInfo(f"files/{stored.name}", timezone.now().timetuple()[:6])
                with stored.open("rb") as content, archive.open(kept, "w") as copy:
                    shutil.copyfileobj(content, copy)
    file.seek(0)
    return file


class Encoder(DjangoJSONEncoder):
    """Encodes an uploaded file as its name; the content is in the archive."""

    def default(self, o):
        return o.name if isinstance(o, FieldFile) else super().default(o)


def files_of(sections: list[dict]) -> list[FieldFile]:
    """The files a member has uploaded, without those that only the history mentions."""
    return [
        value
        for section in sections
        if not section["key"].startswith("history.")
        for row in section["rows"]
        for _name, value in row["values"]
        if isinstance(value, FieldFile) and value
    ]


def account_in_words(member: User) -> list[tuple[str, Any]]:
    labels = {"id": _("Number"), "is_superuser": _("Administrator"), "last_login": _("Last seen")}
    return [
        (labels.get(name) or capfirst(str(User._meta.get_field(name).verbose_name)), value)
        for name in ACCOUNT
        for value in [getattr(member, name)]
    ]


def sections_of(member: User) -> Iterator[dict]:
    """Each kind of data as `{"key", "title", "rows"}`; empty ones are left out."""
    for holding in holdings.HOLDINGS:
        if holding.columns == ():
            continue
        model, rows = rows_of(holding, member)
        title = capfirst(str(model._meta.verbose_name_plural))
        yield from section(
            f"{model._meta.model_name}.{holding.field}",
            title,
            (described(row, holding.columns, holding.secret) for row in rows),
        )
    for label, past in holdings.HISTORY.items():
        if past.of:
            event = holdings.event_model(label)
            rows = event._base_manager.filter(**{past.of: member.pk}).order_by("pgh_id")
            noun = event.pgh_tracked_model._meta.verbose_name_plural
            yield from section(
                f"history.{event.pgh_tracked_model._meta.model_name}",
                _("Earlier versions: %(noun)s") % {"noun": noun},
                (described(row, None, ()) for row in rows),
            )
    acts = Context.objects.filter(metadata__user=member.pk).order_by("created_at")
    yield from section(
        "acts",
        _("Your changes: time and page"),
        (
            [
                ("at", _("Time"), act.created_at),
                ("address", _("Address"), act.metadata.get("url", "")),
            ]
            for act in acts
        ),
    )


def section(key: str, title: str, rows: Iterator[list[tuple[str, str, Any]]]) -> Iterator[dict]:
    listed = [
        {
            "values": [(name, value) for name, _label, value in row],
            "lines": [(label, in_words(value)) for _name, label, value in row if value != ""],
        }
        for row in rows
    ]
    if listed:
        yield {"key": key, "title": title, "rows": listed}


def rows_of(holding: holdings.Holding, member: User) -> tuple[type[models.Model], Any]:
    """The rows of one holding, with what they are about."""
    model = holding.rows
    field = model._meta.get_field(holding.field)
    if model is User:
        model = field.related_model
        return model, getattr(member, holding.field).order_by("pk")
    is_about_member = model is Decision and holding.field == "concerns"
    known = Decision.objects.for_authors() if is_about_member else model._base_manager
    rows = known.filter(**{holding.field: member}).order_by("pk")
    if any(each.name == "subject" for each in model._meta.private_fields):
        rows = rows.prefetch_related("subject")
    return model, rows


def described(
    row: models.Model, columns: tuple[str, ...] | None, secret: tuple[str, ...]
) -> list[tuple[str, str, Any]]:
    """One row as (name, label, value): no links to people, and no secrets."""
    fields = []
    subject = getattr(row, "subject", None)
    if isinstance(row, SavedItem) and (subject is None or not is_public(subject)):
        fields.append(("about", _("About"), _("No longer available")))
    elif isinstance(subject, models.Model) and not isinstance(subject, User):
        fields.append(("about", _("About"), name_of(subject)))
        fields.append(("address", _("Address"), subject.get_absolute_url()))
    for field in row._meta.concrete_fields:
        is_person = field.is_relation and field.related_model is User
        if field.name in INNER or field.name in secret or is_person:
            continue
        if columns is not None and field.name not in columns:
            continue
        value = getattr(row, field.attname)
        if field.is_relation and value is not None:
            value = related_name(row, field)
        fields.append((field.name, capfirst(str(field.verbose_name)), value))
    if columns is None:
        for field in row._meta.many_to_many:
            if field.related_model is not User:
                names = ", ".join(str(each) for each in getattr(row, field.name).all())
                fields.append((field.name, capfirst(str(field.verbose_name)), names))
    return fields


def related_name(row: models.Model, field: models.Field) -> str:
    """The name of a related object; its key if it was deleted, as in the history."""
    try:
        return name_of(getattr(row, field.name))
    except field.related_model.DoesNotExist:
        return str(getattr(row, field.attname))


def name_of(thing: models.Model) -> str:
    """A name; for another person's text only its type."""
    return str(thing._meta.verbose_name if isinstance(thing, Contribution) else thing)


def in_words(value: Any) -> Any:
    if value is None or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value
