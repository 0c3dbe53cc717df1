from .canned_text import CannedTextAdmin
from .case_study import CaseStudyAdmin
from .membership import MembershipAdmin
from .registration import RegistrationAdmin
from .speaker import SpeakerAdmin, WebinarAdmin
from .survey import SurveyAdmin, SurveyAnswerAdmin, SurveyQuestionAdmin
from .task import TaskAdmin
from .user import UserAdmin

__all__ = [
    "CannedTextAdmin",
    "CaseStudyAdmin",
    "MembershipAdmin",
    "RegistrationAdmin",
    "SpeakerAdmin",
    "SurveyAdmin",
    "SurveyAnswerAdmin",
    "SurveyQuestionAdmin",
    "TaskAdmin",
    "UserAdmin",
    "WebinarAdmin",
]
