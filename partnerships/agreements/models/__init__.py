from partnerships.agreements.models.parties import (
    PartnershipKind,
    Party,
    PartyRole,
    kind_of,
)
from partnerships.agreements.models.partnerships import (
    LONGEST_SUMMARY,
    AgreementKind,
    Partnership,
    PartnershipQuerySet,
    PartnershipStatus,
    agreement_name,
)
from partnerships.agreements.models.progress import (
    REPORT_MONTHS,
    Light,
    Milestone,
    Progress,
    ProgressReport,
    ProgressReportQuerySet,
)

__all__ = [
    "LONGEST_SUMMARY",
    "REPORT_MONTHS",
    "AgreementKind",
    "Light",
    "Milestone",
    "Partnership",
    "PartnershipKind",
    "PartnershipQuerySet",
    "PartnershipStatus",
    "Party",
    "PartyRole",
    "Progress",
    "ProgressReport",
    "ProgressReportQuerySet",
    "agreement_name",
    "kind_of",
]
