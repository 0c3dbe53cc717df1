from . import links as links
from .canned_text import CannedText
from .claim import Claim
from .comment import Comment, HelpfulMark
from .contribution import Standing
from .decision import Appeal, AppealOutcome, Decision, Reason, Verb
from .deletion import Deletion
from .experience import Adoption, Experience
from .flag import Flag, FlagOutcome, FlagReason
from .follow import Follow
from .membership import Audience, MemberKind, Membership
from .notification import Delivery, NoticeKind, Notification
from .user import User

__all__ = [
    "Adoption",
    "Appeal",
    "AppealOutcome",
    "Audience",
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
    "HelpfulMark",
    "MemberKind",
    "Membership",
    "NoticeKind",
    "Notification",
    "Reason",
    "Standing",
    "User",
    "Verb",
]
