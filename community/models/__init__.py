from . import links as links
from .attachment import Attachment, AttachmentKind
from .canned_text import CannedText, UsedBy
from .claim import Claim
from .comment import Comment, HelpfulMark
from .contribution import Standing
from .decision import WITHOUT_WORDS, Appeal, AppealOutcome, Decision, Reason, Verb
from .deletion import Deletion
from .experience import Adoption, Experience
from .flag import Flag, FlagOutcome, FlagReason
from .follow import Follow
from .hidden_change import HiddenChange
from .invitation import Invitation, InvitationAnswer
from .membership import Audience, Mark, MemberKind, Membership
from .notice_setting import NoticeSetting
from .notification import Delivery, NoticeKind, Notification
from .old_handle import OldHandle
from .proposed_practice import ProposalOutcome, ProposedPractice
from .registration import Gender, Registration, RegistrationStatus
from .revision import Revision, RevisionStatus
from .submission import Submission
from .survey import (
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
from .tag_proposal import ProposalStatus, TagProposal
from .task import TaskLease, TaskStep
from .user import User
from .working_copy import SavedText, WorkingCopy

__all__ = [
    "WITHOUT_WORDS",
    "Adoption",
    "Appeal",
    "AppealOutcome",
    "Attachment",
    "AttachmentKind",
    "Attendance",
    "Audience",
    "Brokered",
    "CannedText",
    "Claim",
    "Comment",
    "Decision",
    "Deletion",
    "Delivery",
    "Experience",
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
    "Mark",
    "MemberKind",
    "Membership",
    "NoticeKind",
    "NoticeSetting",
    "Notification",
    "OldHandle",
    "ProposalOutcome",
    "ProposalStatus",
    "ProposedPractice",
    "QuestionKind",
    "Reason",
    "Registration",
    "RegistrationStatus",
    "Revision",
    "RevisionStatus",
    "SavedText",
    "Standing",
    "Submission",
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "TagProposal",
    "TaskLease",
    "TaskStep",
    "UsedBy",
    "User",
    "Verb",
    "Will",
    "Words",
    "WorkingCopy",
]
