"""Who may do what in the community. Which state allows it is the matter of `actions/`."""

from community.models import Comment, User


def can_moderate(user) -> bool:
    """May decide about what members contribute."""
    return user.has_perm("community.moderate")


def can_read_record(user) -> bool:
    """May read all that staff did, with the addresses of members in it."""
    return user.has_perm("community.read_history")


# Comments


def can_comment(user) -> bool:
    """May say something. A session exists only for confirmed addresses."""
    return user.is_authenticated


def can_edit_comment(user: User, comment: Comment) -> bool:
    """May change or withdraw these words: whoever wrote them."""
    return user.is_authenticated and comment.author_id == user.pk


def can_mark_helpful(user: User, comment: Comment) -> bool:
    """May call a comment helpful: all but its author."""
    return user.is_authenticated and comment.author_id != user.pk


# Cases


def can_write(user, case) -> bool:
    """May change the text of a case that is not public: its authors, and the editors."""
    if not user.is_authenticated:
        return False
    if user.has_perm("repository.change_casestudy"):
        return True
    return case.authors.filter(pk=user.pk).exists()
