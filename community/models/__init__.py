from . import links as links
from .canned_text import CannedText
from .claim import Claim
from .comment import Comment, HelpfulMark
from .contribution import Standing
from .decision import Appeal, AppealOutcome, Decision, Reason, Verb
from .experience import Adoption, Experience
from .flag import Flag, FlagOutcome, FlagReason
from .follow import Follow
from .notification import Delivery, NoticeKind, Notification
from .user import User

__all__ = [
    "Adoption",
    "Appeal",
    "AppealOutcome",
    "CannedText",
    "Claim",
    "Comment",
    "Decision",
    "Delivery",
    "Experience",
    "Flag",
    "FlagOutcome",
    "FlagReason",
    "Follow",
    "HelpfulMark",
    "NoticeKind",
    "Notification",
    "Reason",
    "Standing",
    "User",
    "Verb",
]
