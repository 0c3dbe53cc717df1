from .canned_text import CannedTextAdmin
from .user import UserAdmin

__all__ = ["CannedTextAdmin", "UserAdmin"]
