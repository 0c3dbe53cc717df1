from .canned_text import CannedTextAdmin
from .membership import MembershipAdmin
from .user import UserAdmin

__all__ = ["CannedTextAdmin", "MembershipAdmin", "UserAdmin"]
