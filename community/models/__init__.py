from community.accounts.models import OldHandle, User
from community.bounces.models import Bounce, BounceKind
from community.discussion.contributions import Standing
from community.discussion.models import Comment, HelpfulMark
from community.experiences.models import Adoption, Experience
from community.feedback.models import Answer, FeedbackKind, PageFeedback, ReportStatus
from community.moderation.canned_texts.models import CannedText, UsedBy
from community.moderation.claims.models import Claim
from community.moderation.decisions.models import (
    WITHOUT_WORDS,
    Appeal,
    AppealOutcome,
    Decision,
    Reason,
    Verb,
)
from community.moderation.flags.models import Flag, FlagOutcome, FlagReason
from community.notices.models import Delivery, Follow, NoticeKind, NoticeSetting, Notification
from community.privacy.models import Deletion
from community.profiles.models import Audience, Mark, MemberKind, Membership
from community.saved.models import Collection, SavedItem
from community.tagging.models import ProposalStatus, TagProposal
from community.tasks.models import TaskLease, TaskStep
from community.translating.models import (
    LanguageReviewer,
    ProposalState,
    PublicTranslation,
    TranslationProposal,
)
from community.webinars.registrations.models import Gender, Registration, RegistrationStatus
from community.webinars.surveys.models import (
    Attendance,
    Brokered,
    Growth,
    QuestionKind,
    Survey,
    SurveyAnswer,
    SurveyQuestion,
    Will,
    Words,
)
from community.writing.attachments.models import Attachment, AttachmentKind, OfficeKind
from community.writing.coauthors.models import Invitation, InvitationAnswer
from community.writing.drafts.models import SavedText, Submission, WorkingCopy
from community.writing.proposed_practices.models import ProposalOutcome, ProposedPractice
from community.writing.revisions.models import HiddenChange, Revision, RevisionStatus

__all__ = [
    "WITHOUT_WORDS",
    "Adoption",
    "Answer",
    "Appeal",
    "AppealOutcome",
    "Attachment",
    "AttachmentKind",
    "Attendance",
    "Audience",
    "Bounce",
    "BounceKind",
    "Brokered",
    "CannedText",
    "Claim",
    "Collection",
    "Comment",
    "Decision",
    "Deletion",
    "Delivery",
    "Experience",
    "FeedbackKind",
    "Flag",
    "FlagOutcome",
    "FlagReason",
    "Follow",
    "Gender",
    "Growth",
    "HelpfulMark",
    "HiddenChange",
    "Invitation",
    "InvitationAnswer",
    "LanguageReviewer",
    "Mark",
    "MemberKind",
    "Membership",
    "NoticeKind",
    "NoticeSetting",
    "Notification",
    "OfficeKind",
    "OldHandle",
    "PageFeedback",
    "ProposalOutcome",
    "ProposalState",
    "ProposalStatus",
    "ProposedPractice",
    "PublicTranslation",
    "QuestionKind",
    "Reason",
    "Registration",
    "RegistrationStatus",
    "ReportStatus",
    "Revision",
    "RevisionStatus",
    "SavedItem",
    "SavedText",
    "Standing",
    "Submission",
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "TagProposal",
    "TaskLease",
    "TaskStep",
    "TranslationProposal",
    "UsedBy",
    "User",
    "Verb",
    "Will",
    "Words",
    "WorkingCopy",
]
