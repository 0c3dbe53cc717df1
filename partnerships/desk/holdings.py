"""Personal data held by the partnership desk; see `community/privacy/holdings.py`."""

from django.apps import apps
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from community.bounces.addresses import HOLDERS
from community.models import User
from community.privacy import retention
from community.privacy.holdings import (
    ANONYMISED,
    BY_VALUE,
    DELETED,
    HELD_ELSEWHERE,
    HISTORY,
    HOLDINGS,
    Holding,
    Part,
    Past,
)

OF_THE_CITY = "Belongs to the city or the organisation: the link goes, the row stays."

DECLARED = [
    Holding(
        "partnerships.Representation",
        "member",
        DELETED,
        "A right to speak for a city or an organisation ends with the account.",
        secret=("letter",),
    ),
    Holding("partnerships.CityProfile", "confirmed_by", ANONYMISED, OF_THE_CITY, columns=()),
    Holding("partnerships.Offer", "created_by", ANONYMISED, OF_THE_CITY, secret=("rendered",)),
    Holding("partnerships.Need", "created_by", ANONYMISED, OF_THE_CITY, secret=("rendered",)),
    Holding(
        "partnerships.Suggestion",
        "decided_by",
        ANONYMISED,
        OF_THE_CITY,
        columns=("title", "status", "decided_at"),
    ),
    Holding(
        "partnerships.PartnershipRequest",
        "created_by",
        ANONYMISED,
        OF_THE_CITY,
        secret=("rendered", "endorsement", "token", "broker_note"),
    ),
    Holding(
        "partnerships.Handling",
        "owner",
        ANONYMISED,
        "What staff did stays on the record, without a name.",
        columns=("snoozed_until", "snooze_reason", "nobody_suits_at"),
    ),
    Holding(
        "partnerships.TimelineEntry",
        "by",
        ANONYMISED,
        "What staff did stays on the record, without a name.",
        columns=("kind", "follow_up_on", "created_at"),
    ),
    Holding("partnerships.SavedView", "member", DELETED, "Serves the member alone."),
    Holding(
        "partnerships.AddressCheck",
        "sent_by",
        ANONYMISED,
        "What staff did stays on the record, without a name.",
        columns=("sent_at", "confirmed_at"),
    ),
    Holding(
        "partnerships.RequestCopy",
        "member",
        DELETED,
        "Not handed in to anybody.",
        columns=("sent", "kept_at"),
    ),
    Holding(
        "partnerships.Match",
        "requester_answered_by",
        ANONYMISED,
        "The answer is the city's.",
        columns=("requester_answer", "requester_words", "requester_answered_at"),
    ),
    Holding(
        "partnerships.Match",
        "candidate_answered_by",
        ANONYMISED,
        "The answer is the city's.",
        columns=("candidate_answer", "candidate_words", "candidate_answered_at"),
    ),
    Holding(
        "partnerships.CityInvitation",
        "member",
        ANONYMISED,
        "What an office answered stays on the record, without a name. The contact was erased with "
        "the answer.",
        columns=("office", "status", "written_at", "ended_at"),
    ),
    Holding(
        "partnerships.CityInvitation",
        "created_by",
        ANONYMISED,
        "What staff did stays on the record, without a name.",
        columns=("office", "status", "written_at", "ended_at"),
    ),
    Holding("partnerships.Interest", "by", ANONYMISED, OF_THE_CITY),
    Holding(
        "partnerships.Question",
        "by",
        ANONYMISED,
        OF_THE_CITY,
        columns=("words", "created_at"),
    ),
    Holding(
        "partnerships.Question",
        "answered_by",
        ANONYMISED,
        OF_THE_CITY,
        columns=("answer", "answered_at"),
    ),
    Holding(
        "partnerships.SpaceMessage",
        "by",
        ANONYMISED,
        "The other city has read it: the words stay, without a name.",
        columns=("body", "created_at"),
    ),
    Holding(
        "partnerships.SpaceFile", "by", ANONYMISED, OF_THE_CITY, columns=("title", "created_at")
    ),
    Holding("partnerships.Meeting", "by", ANONYMISED, OF_THE_CITY),
    Holding(
        "partnerships.RecordedAgreement",
        "by",
        ANONYMISED,
        OF_THE_CITY,
        columns=("title", "summary", "agreed_on", "agreement_kind"),
    ),
    Holding(
        "partnerships.ProgressReport",
        "by",
        ANONYMISED,
        OF_THE_CITY,
        columns=("month", "light", "progress", "problems", "submitted_at"),
    ),
    Holding(
        "partnerships.ClusterApplication",
        "by",
        ANONYMISED,
        OF_THE_CITY,
        columns=("note", "status", "asked_at", "decided_at"),
    ),
    Holding("partnerships.ClusterNews", "by", ANONYMISED, OF_THE_CITY, secret=("rendered",)),
    Holding(
        "partnerships.Round",
        "created_by",
        ANONYMISED,
        "What staff did stays on the record, without a name.",
        columns=("name", "created_at"),
    ),
]

DECLARED_HISTORY = {
    "partnerships.Representation": Past(
        of="member", private=("position", "official_email", "note", "letter", "place")
    ),
    "partnerships.CityProfile": Past(),
    "partnerships.Offer": Past(),
    "partnerships.Need": Past(),
    "partnerships.Suggestion": Past(),
    "partnerships.PartnershipRequest": Past(),
    "partnerships.Handling": Past(),
    "partnerships.Match": Past(),
    "partnerships.CityInvitation": Past(),
    "partnerships.AddressCheck": Past(),
    "partnerships.Interest": Past(),
    "partnerships.Question": Past(),
    "partnerships.Meeting": Past(),
    "partnerships.RecordedAgreement": Past(),
    "partnerships.ProgressReport": Past(),
    "partnerships.ClusterApplication": Past(),
    "partnerships.ClusterNews": Past(),
    "partnerships.Round": Past(),
}


# Folders of uploaded files, with the model and field that refer to them.
FOLDERS = {
    "letters": ("partnerships.Representation", "letter"),
    "endorsements": ("partnerships.PartnershipRequest", "endorsement"),
    "agreements": ("partnerships.Partnership", "agreement"),
    "recorded": ("partnerships.RecordedAgreement", "agreement"),
    "spaces": ("partnerships.SpaceFile", "file"),
}


# Names shown to administrators before they delete an account, where the model's is unclear.
NAMES = {
    "partnerships.CityProfile": _("City profiles last confirmed by the member"),
    "partnerships.Suggestion": _("Suggestions decided by the member"),
    "partnerships.Handling": _("Requests owned by the member as a broker"),
    "partnerships.TimelineEntry": _("Calls, notes and emails of the member about requests"),
    "partnerships.SavedView": _("Saved views of requests"),
    "partnerships.AddressCheck": _("Messages the member sent to official addresses"),
    "partnerships.Match": _("Answers to proposed partners"),
    "partnerships.Question": _("Questions to other cities, and answers"),
    "partnerships.SpaceMessage": _("Messages to partner cities"),
    "partnerships.SpaceFile": _("Files shared with partner cities"),
    "partnerships.Meeting": _("Meetings proposed to partner cities"),
}
# Data by value: {model: what happens to them}.
DECLARED_BY_VALUE = {
    "partnerships.CityInvitation": "the contact of an office, who needs no account: erased with "
    "the answer, and otherwise after 60 days; the history never has it",
    "partnerships.ReceivedMail": "a keyed digest of the Message-ID of an email to a space, and "
    "when it came: deleted after 30 days",
}
# Columns with addresses to which we write.
ADDRESSES = [
    ("partnerships.CityInvitation", "email"),
    ("partnerships.Representation", "official_email"),
]
FATES = {DELETED: _("deleted"), ANONYMISED: _("kept without a name")}


def what_goes(member: User) -> list[Part]:
    """Return the rows that refer to a member, counted by kind, and what deletion does to them."""
    links: dict[str, Q] = {}
    for holding in DECLARED:
        link = Q(**{holding.field: member})
        links[holding.model] = links.get(holding.model, Q(pk__in=[])) | link
    fates = {holding.model: FATES[holding.fate] for holding in DECLARED}
    found = []
    for label, link in links.items():
        model = apps.get_model(label)
        if number := model._base_manager.filter(link).count():
            name = NAMES.get(label, capfirst(model._meta.verbose_name_plural))
            found.append(Part(str(name), number, fates[label]))
    return found


def declare() -> None:
    """Register these declarations for data export and account deletion. Idempotent."""
    retention.FOLDERS.update(FOLDERS)
    HOLDINGS.extend(holding for holding in DECLARED if holding not in HOLDINGS)
    HISTORY.update(DECLARED_HISTORY)
    BY_VALUE.update(DECLARED_BY_VALUE)
    HOLDERS.extend(holder for holder in ADDRESSES if holder not in HOLDERS)
    if what_goes not in HELD_ELSEWHERE:
        HELD_ELSEWHERE.append(what_goes)
