from .canned_text import CannedTextAdmin
from .case_study import CaseStudyAdmin
from .membership import MembershipAdmin
from .user import UserAdmin

__all__ = ["CannedTextAdmin", "CaseStudyAdmin", "MembershipAdmin", "UserAdmin"]
