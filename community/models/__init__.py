from . import links as links
from .user import User

__all__ = ["User"]
