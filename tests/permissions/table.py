"""Who gets which answer at each address: GET and POST, by the state of what it is about.

The only list of addresses: `test_matrix.py` asks views as everyone, in every state; `test_urls.py`
opens pages in real sessions, in one state.

A line reads `state: (GET, POST)`. An answer is a status, `LOGIN`, or the place to which a redirect
leads. What a visitor may not know of is 404, an act they may not do 403, a wrong method 405. A
POST carries no words: whoever may act is sent on (302) or shown the form again (200), and what then
happens is the matter of `test_workflows.py`.
"""

from tests.permissions import agreements_table
from tests.permissions.answers import LOGIN, Answer, Answers, to

# States of which others may not know.
UNPUBLISHED = "draft|submitted|changes-requested|declined"
AWAY = "pending|hidden|declined|removed"

Row = tuple[Answers | Answer, Answers | Answer]


def same(answers: Answers) -> Row:
    return answers, answers


def signed_in(answer: Answer) -> Answers:
    return to(LOGIN, answer)


def verb(answers: Answers) -> Row:
    """Only to be posted; the session is looked at first."""
    return to(LOGIN, 405), answers


PUBLIC: Row = (200, 405)
NOWHERE: Row = same(to(404, 404))
OWN: Row = same(to(LOGIN, 200))
OWN_PAGE: Row = (to(LOGIN, 200), 405)
OWN_VERB: Row = verb(to(LOGIN, 302))
ONLY_POST: Row = (405, to(LOGIN, 302))
HIDDEN_POST: Row = (405, to(LOGIN, 404))

PASSWORD = "/accounts/password/change/"
TOTP = "/accounts/2fa/totp/"
BY_FACTOR = "/accounts/2fa/reauthenticate/"

OF_THE_AUTHOR = to(LOGIN, 404, author=200, coauthor=404)

# Acts of the authors of a case. Moderators and administrators see cases that are not public, so
# they are told that the act is not theirs; brokers do not see them.
ACT_OF_AUTHORS = {
    UNPUBLISHED: to(LOGIN, 404, author=302, moderator=403),
    "published|archived": to(LOGIN, 403, author=302),
    "foreign": to(LOGIN, 403),
    "foreign-draft": to(LOGIN, 404, moderator=403),
}
# Writing, by its authors and by editors.
WRITING = {
    UNPUBLISHED: to(LOGIN, 404, author=200, moderator=200),
    "published|archived": to(LOGIN, 403, author=200, moderator=200),
    "foreign": to(LOGIN, 403, moderator=200),
    "foreign-draft": to(LOGIN, 404, moderator=200),
}
FILES = {
    UNPUBLISHED: to(LOGIN, 404, author=302, moderator=302),
    "published|archived": to(LOGIN, 403, author=302, moderator=302),
    "foreign": to(LOGIN, 403, moderator=302),
    "foreign-draft": to(LOGIN, 404, moderator=302),
}
# Changing one's own words: the author alone. Moderators know what they may not change.
OWN_WORDS = {
    AWAY: to(LOGIN, 404, author=200, coauthor=404, moderator=403),
    "published|edited": to(LOGIN, 403, author=200, coauthor=403),
    "foreign": to(LOGIN, 403),
    "foreign-pending": to(LOGIN, 404, moderator=403),
}
OWN_REPORTS = {state.replace("|edited", ""): row for state, row in OWN_WORDS.items()}
# What stands on a page that is gone: nobody reads it there, only moderators find it.
OF_ARCHIVED = to(LOGIN, 404, moderator=403)


# What a city offers and needs: its focal points keep it, the brokers read all of it; what is of no
# city the brokers keep.
UNREAD = "pending|changes-requested|declined|closed"
LISTED = {
    "published|foreign|of-country": PUBLIC,
    UNREAD: (to(404, 404, focal_point=200, broker=200, administrator=200), 405),
    # What was replaced by a suggestion was never the city's.
    "foreign-pending|replaced": (to(404, 404, broker=200, administrator=200), 405),
}
# Where signing in leads.
STAFF_AT_THEIR_DESK = dict.fromkeys(("moderator", "broker", "administrator"), "/desk/")
STAFF_KNOW = {"broker": 403, "administrator": 403}
KEPT = {
    "published": to(LOGIN, 403, focal_point=200),
    UNREAD: to(LOGIN, 404, focal_point=200, **STAFF_KNOW),
    "foreign": to(LOGIN, 403),
    "foreign-pending|replaced": to(LOGIN, 404, **STAFF_KNOW),
    "of-country": to(LOGIN, 403, broker=200, administrator=200),
}
# Addresses of review pages at the desk before all types had the same.
MOVED: Row = (
    to(LOGIN, 403, moderator=301, broker=301),
    to(LOGIN, 403, moderator=405, broker=405),
)
# Suggested translations of a member: others do not see them, moderators what was submitted.
NOT_SEEN = {
    **dict.fromkeys(("focal_point", "author", "facilitator", "broker"), 404),
    "moderator": 200,
}
# Nobody of the cast reviews Russian.
ONLY_REVIEWER_OF_RUSSIAN: Row = (405, to(LOGIN, 403))


def translation_answers(answer: int) -> dict[str, Row]:
    """Answers to a suggested translation: by moderators and by those who review its language."""
    return {
        "claimed": (405, to(LOGIN, 403, **NOT_SEEN | {"moderator": 404})),
        "submitted": (
            405,
            to(LOGIN, 403, **NOT_SEEN | {"facilitator": answer, "moderator": answer}),
        ),
        "declined": (405, to(LOGIN, 403, **NOT_SEEN | {"moderator": answer})),
        "withdrawn|of-archived": HIDDEN_POST,
    }


# Reports of wrong translations, of which the facilitator reviews those into Spanish.
REPORT_ANSWERED: dict[str, Row] = {
    "spanish": (405, to(LOGIN, 404, moderator=302, facilitator=302)),
    "french": (405, to(LOGIN, 404, moderator=302)),
}
ALL_LISTED = f"published|replaced|foreign|foreign-pending|of-country|{UNREAD}"
# The editors' suggestions: the city adopts or declines them, brokers remove them.
SUGGESTED = {
    "open|foreign|of-country": PUBLIC,
    "adopted|declined": (to(404, 404, focal_point=200, broker=200, administrator=200), 405),
    "foreign-declined": (to(404, 404, broker=200, administrator=200), 405),
}
ADOPTED_BY_CITIES = {
    "open": to(LOGIN, 403, focal_point=200),
    "adopted|declined": to(LOGIN, 404, focal_point=200, **STAFF_KNOW),
    "foreign|of-country": to(LOGIN, 403),
    "foreign-declined": to(LOGIN, 404, **STAFF_KNOW),
}
STAFF_REMOVE = {"broker": 200, "administrator": 200}
DECLINED_BY_CITIES = {
    "open": to(LOGIN, 403, focal_point=200, **STAFF_REMOVE),
    "adopted|declined": to(LOGIN, 404, focal_point=200, **STAFF_REMOVE),
    "foreign|of-country": to(LOGIN, 403, **STAFF_REMOVE),
    "foreign-declined": to(LOGIN, 404, **STAFF_REMOVE),
}
# Offers alone are of organisations: kept by who speaks for one, by brokers where nobody does.
LISTED_OF_ORGANIZATIONS = {
    "of-organization|of-unspoken": PUBLIC,
    "of-organization-pending": (
        to(404, 404, facilitator=200, broker=200, administrator=200),
        405,
    ),
}
KEPT_BY_ORGANIZATIONS = {
    "of-organization": to(LOGIN, 403, facilitator=200),
    "of-organization-pending": to(LOGIN, 404, facilitator=200, **STAFF_KNOW),
    "of-unspoken": to(LOGIN, 403, broker=200, administrator=200),
}
ALL_OFFERED = f"{ALL_LISTED}|of-organization|of-organization-pending|of-unspoken"


def listing_pages(new: Answers, listed: dict, kept: dict[str, Answers]) -> dict:
    """The pages of offers, or of needs, by the end of their names."""
    return {
        "new": same(new),
        "detail": listed,
        "edit": pages(kept, kept),
        "close": pages(kept, posted(kept)),
    }


def posted(answers: dict[str, Answers]) -> dict[str, Answers]:
    """The same for a POST that leads on where GET shows a page."""
    return {
        state: {role: 302 if answer == 200 else answer for role, answer in row.items()}
        for state, row in answers.items()
    }


def verbs(answers: dict[str, Answers]) -> dict[str, Row]:
    return {state: verb(row) for state, row in answers.items()}


def pages(get: dict[str, Answers], post: dict[str, Answers]) -> dict[str, Row]:
    return {state: (get[state], post[state]) for state in get}


def answered_with(waiting: int, over: int) -> dict[str, Answers]:
    """Who answers a proposed change, and what they get where it waits and where that is over."""

    def row(answer: int) -> Answers:
        return to(
            LOGIN,
            403,
            focal_point=404,
            facilitator=404,
            author=answer,
            moderator=answer,
            broker=404,
        )

    return {
        "waiting": row(waiting),
        "answered|taken-back|of-archived": row(over),
        "own": to(LOGIN, 404, author=403, moderator=waiting),
        "foreign": to(LOGIN, 404, author=404, coauthor=403, moderator=waiting),
        "held": to(LOGIN, 404, moderator=waiting),
    }


DESK = {"moderator": 200, "broker": 200}
# The first page of brokers, and the only list of requests.
REQUESTS_PAGE = "/admin/partnerships/pipeline/"
# Who bring cities together.
BROKERS = ("broker", "administrator")
BROKERS_REACH = to(LOGIN, 403, **dict.fromkeys(BROKERS, 200))
# Representations of the focal point, in each status.
REPRESENTATIONS = "asked|approved|declined|withdrawn|ended"
# Requests of the focal point's city of which others may not know, and those that they may read.
OWN_REQUESTS = "draft|submitted|changes-requested|declined|matched|expired|closed|brokers-only"
REQUESTS = f"{OWN_REQUESTS}|open|members|foreign|foreign-draft"


def of_requests(own: Answer, *, anonymous: Answer = LOGIN) -> dict[str, Answers]:
    """An act for the city of a request: brokers know of all, others of what they may read."""
    refused = dict.fromkeys(BROKERS, 403)
    return {
        OWN_REQUESTS: to(anonymous, 404, focal_point=own, **refused),
        "open|members": to(anonymous, 403, focal_point=own),
        "foreign": to(anonymous, 403),
        "foreign-draft": to(anonymous, 404, **refused),
    }


def shown_where(states: str, answers: dict[str, Answers]) -> dict[str, Answers]:
    """The same, but that in other states the city is sent on to the page of the request."""
    found = {}
    for key, row in answers.items():
        for state in key.split("|"):
            is_shown = state in states.split("|")
            is_own = row["focal_point"] == 200
            found[state] = row | ({"focal_point": 302} if is_own and not is_shown else {})
    return found


def posts(answers: dict[str, Answers]) -> dict[str, Row]:
    return {state: (405, row) for state, row in answers.items()}


def both(get: dict[str, Answers], post: dict[str, Answers]) -> dict[str, Row]:
    by_state = {state: row for key, row in post.items() for state in key.split("|")}
    return {state: (row, by_state[state]) for key, row in get.items() for state in key.split("|")}


# Matches by who of Cotonou (the author) and Kisumu (the focal point) knows of them.
ASKED = "proposed|introduced|withdrawn"
UNASKED = "candidate|foreign"
MATCHES = f"{ASKED}|{UNASKED}|interest"


def of_matches(author: Answer, focal_point: Answer, *, brokers: Answer = 403) -> dict[str, Answers]:
    """Who speaks for a city that knows of a match; brokers know of all and answer for nobody."""
    known = dict.fromkeys(BROKERS, brokers)
    cities = {"author": author, "coauthor": 404, "focal_point": focal_point}
    return {
        ASKED: to(LOGIN, 404, **cities, **known),
        "interest": to(LOGIN, 404, **cities | {"author": 404}, **known),
        UNASKED: to(LOGIN, 404, **known),
    }


def of_space(cities: Answer, brokers: Answer | None = None) -> dict[str, Answers]:
    """Members of the space of two introduced cities; others may not know of it."""
    known = dict.fromkeys(BROKERS, cities if brokers is None else brokers)
    return {
        "introduced": to(LOGIN, 404, author=cities, coauthor=404, focal_point=cities, **known),
        # Of what others are introduced for, brokers know.
        "foreign": to(LOGIN, 404, **known),
        "candidate|interest|proposed|withdrawn": to(LOGIN, 404),
    }


# What staff who moderate reach at the desk; the door keeps out who is no staff.
MODERATES = to(LOGIN, 403, moderator=200)

TABLE: dict[str, Row | dict[str, Row]] = {
    # The collection.
    "repository:home": PUBLIC,
    "repository:case_list": PUBLIC,
    "repository:compare": PUBLIC,
    "repository:case_detail": {
        "published|foreign": PUBLIC,
        "archived": (410, 405),
        UNPUBLISHED: (to(404, 404, author=200, moderator=200), 405),
        "foreign-draft": (to(404, 404, moderator=200), 405),
    },
    "repository:practice_list": PUBLIC,
    "repository:practice_detail": PUBLIC,
    "repository:city_list": PUBLIC,
    "repository:city_detail": PUBLIC,
    "repository:country_detail": PUBLIC,
    "repository:webinar_list": PUBLIC,
    "repository:webinar_detail": {
        "held|announced": PUBLIC,
        "draft": (to(404, 404, moderator=200, broker=200), 405),
    },
    "repository:series_detail": {"public": PUBLIC, "of-drafts": (404, 405)},
    "repository:series_csv": {"overview": PUBLIC, "nothing|of-drafts": (404, 405)},
    # Where a link is known.
    "repository:recording": {"held": (302, 405), "announced|draft": (404, 405)},
    "repository:recording_part": {"agreed": (302, 405), "refused": (404, 405)},
    "repository:slides": {"held|announced|draft": (404, 405)},
    "repository:speaker_list": PUBLIC,
    "repository:speaker_detail": PUBLIC,
    # What everybody concerned agrees to, and only that.
    "repository:speaker_photo": {"shown": PUBLIC, "kept": (404, 405)},
    "repository:webinar_slides": {"agreed": PUBLIC, "refused": (404, 405)},
    "repository:webinar_transcript": {"agreed": PUBLIC, "refused": (404, 405)},
    "repository:webinar_subtitles": {"agreed": PUBLIC, "refused": (404, 405)},
    "repository:recommendation_list": PUBLIC,
    "repository:recommendation_detail": PUBLIC,
    "repository:reference_list": PUBLIC,
    "repository:help_translate": OWN_PAGE,
    "repository:translation_files": same(to(LOGIN, 403, moderator=200, facilitator=200)),
    "repository:translation_files_export": (
        to(LOGIN, 403, moderator=404, facilitator=404),
        to(LOGIN, 403, moderator=405, facilitator=405),
    ),
    "repository:translation_files_import": (
        to(LOGIN, 403, moderator=405, facilitator=405),
        to(LOGIN, 403, moderator=302, facilitator=302),
    ),
    "repository:landscape": PUBLIC,
    "repository:about": PUBLIC,
    "repository:accessibility": PUBLIC,
    "repository:contact": PUBLIC,
    "repository:privacy": PUBLIC,
    "repository:terms": PUBLIC,
    "repository:glossary": PUBLIC,
    "repository:search": PUBLIC,
    "repository:tag_detail": {
        "published|foreign": PUBLIC,
        f"{UNPUBLISHED}|archived|foreign-draft|blocked": (404, 405),
    },
    "repository:case_cover_image": {
        "published|foreign": PUBLIC,
        f"{UNPUBLISHED}|archived|foreign-draft": (404, 405),
    },
    "repository:case_photograph": {
        "published|foreign": PUBLIC,
        UNPUBLISHED: (to(404, 404, author=200, moderator=200), 405),
        "foreign-draft": (to(404, 404, moderator=200), 405),
        "archived": (404, 405),
    },
    "repository:case_feed": PUBLIC,
    # For programs: the same for every user.
    "api:docs": PUBLIC,
    "api:openapi": PUBLIC,
    "api:cases": PUBLIC,
    "api:case": {
        "published|foreign": PUBLIC,
        "archived": (410, 405),
        f"{UNPUBLISHED}|foreign-draft": (404, 405),
    },
    "api:cities": PUBLIC,
    "api:city": PUBLIC,
    "api:practices": PUBLIC,
    "api:practice": PUBLIC,
    "api:landscape": PUBLIC,
    "api:webinars": PUBLIC,
    "api:webinar": {"held|announced": PUBLIC, "draft": (404, 405)},
    "api:figures": PUBLIC,
    "api:figure": {"path": PUBLIC, "nothing|waiting": (404, 405)},
    "sitemap": PUBLIC,
    "sitemap_section": {"cases": PUBLIC, "none": (404, 405)},
    # Without a provider.
    "bounces": same(404),
    "healthz": PUBLIC,
    # Without its token, which no browser has.
    "metrics": (404, 405),
    "readyz": PUBLIC,
    "robots": PUBLIC,
    # It wants the path of a page.
    "seen": (405, 400),
    "security_txt": PUBLIC,
    # Writing a case.
    "community:case_new": OWN,
    "community:case_autosave": (405, to(401, 403)),
    "community:case_preview": (to(LOGIN, 405), to(LOGIN, 200)),
    # Of a published case it proposes a change, which anyone who is signed in may.
    "community:case_edit": {
        UNPUBLISHED: same(WRITING[UNPUBLISHED]),
        # Whose suggestion waits already is led to it.
        "published": (
            to(
                LOGIN,
                302,
                focal_point=200,
                facilitator=200,
                coauthor=200,
                author=302,
                moderator=200,
                broker=200,
            ),
            signed_in(200),
        ),
        "foreign": (to(LOGIN, 200, coauthor=302), signed_in(200)),
        "archived": same(to(LOGIN, 403, author=200, moderator=200)),
        "foreign-draft": same(WRITING["foreign-draft"]),
    },
    "community:case_history": {
        "published|foreign": PUBLIC,
        "archived": (410, 405),
        f"{UNPUBLISHED}|foreign-draft": (404, 405),
    },
    "community:case_history_hide": {
        # The POST names no change.
        "published|archived|foreign": (405, to(LOGIN, 403, moderator=404)),
        f"{UNPUBLISHED}|foreign-draft": HIDDEN_POST,
    },
    "community:case_confirm": verbs(ACT_OF_AUTHORS),
    "community:case_cover": pages(WRITING, FILES),
    "community:case_photograph_add": verbs(WRITING),
    "community:case_photograph_remove": verbs(FILES),
    # Proposed changes: for who made them, the authors of the case and moderators. The author's own
    # and what is proposed to others' cases are answered by moderators.
    "community:revision": {
        "waiting|answered|taken-back|of-archived": (
            to(LOGIN, 200, focal_point=404, facilitator=404, author=200, moderator=200, broker=404),
            405,
        ),
        "own": (to(LOGIN, 404, author=200, moderator=200), 405),
        "foreign": (to(LOGIN, 404, author=404, coauthor=200, moderator=200), 405),
        "held": (to(LOGIN, 404, moderator=200), 405),
    },
    "community:revision_accept": {
        state: (405, row) for state, row in answered_with(302, 302).items()
    },
    # Without a message the page comes back.
    "community:revision_decline": {
        state: (405, row) for state, row in answered_with(200, 200).items()
    },
    "community:revision_edit": {state: same(row) for state, row in answered_with(200, 302).items()},
    "community:revision_withdraw": {
        "waiting|answered|taken-back|of-archived": (
            405,
            to(LOGIN, 302, focal_point=404, facilitator=404, author=403, moderator=403, broker=404),
        ),
        "own": (405, to(LOGIN, 404, author=302, coauthor=403, moderator=403)),
        "foreign": (405, to(LOGIN, 404, author=404, coauthor=302, moderator=403)),
        "held": (405, to(LOGIN, 404, moderator=403)),
    },
    "community:case_submit": {
        state: (
            {role: 200 if answer == 302 else answer for role, answer in row.items()},
            row,
        )
        for state, row in ACT_OF_AUTHORS.items()
    },
    "community:case_withdraw": verbs(ACT_OF_AUTHORS),
    "community:case_invite": verbs(ACT_OF_AUTHORS),
    "community:case_leave": verbs(ACT_OF_AUTHORS),
    "community:attachment_add": verbs(FILES),
    "community:attachment_remove": verbs(FILES),
    "community:attachment": {
        "published|foreign": PUBLIC,
        UNPUBLISHED: (to(404, 404, author=200, moderator=200), 405),
        "foreign-draft": (to(404, 404, moderator=200), 405),
        # The files of what was taken back are gone, but for those who look after it.
        "archived": (to(404, 404, moderator=200), 405),
    },
    # The one who is invited is `member`; to the foreign draft it is `broker`.
    "community:invitation": {
        "open|answered": (
            to(LOGIN, 200, focal_point=404, facilitator=404, author=200, moderator=404, broker=404),
            to(LOGIN, 405),
        ),
        "foreign": (to(LOGIN, 404, broker=200), to(LOGIN, 405)),
    },
    "community:invitation_answer": {
        f"{word} open|answered": verb(
            to(LOGIN, 302, focal_point=404, facilitator=404, author=302, moderator=404, broker=404)
        )
        for word in ("accept", "decline", "withdraw")
    }
    | {
        f"{word} foreign": verb(to(LOGIN, 404, broker=302))
        for word in ("accept", "decline", "withdraw")
    }
    | {"burn open|answered|foreign": verb(to(LOGIN, 404))},
    # Members.
    "community:profile": OWN,
    "community:welcome": OWN,
    "community:emails_send_again": ONLY_POST,
    "community:verification_ask": OWN_VERB,
    "community:verification_withdraw": OWN_VERB,
    "community:desk": OWN_PAGE,
    "community:personal_data": OWN_PAGE,
    "community:account_export": (405, to(LOGIN, 200)),
    "community:account_delete": OWN,
    "community:member": {"author": PUBLIC, "closed|nobody": (404, 405)},
    "community:mentions": OWN_PAGE,
    "language": ("/fr/", 405),
    # Who speaks for a city or an organisation: for the member who asked, and for brokers, whose
    # acts these are not.
    "partnerships:representation_list": OWN_PAGE,
    "partnerships:representation_ask": OWN,
    **{
        f"partnerships:representation_{verb}": {
            REPRESENTATIONS: (405, to(LOGIN, 404, focal_point=302, **dict.fromkeys(BROKERS, 403))),
            "foreign": (405, to(LOGIN, 404, **dict.fromkeys(BROKERS, 403))),
            "of-organization": (
                405,
                to(LOGIN, 404, facilitator=302, **dict.fromkeys(BROKERS, 403)),
            ),
        }
        for verb in ("withdraw", "resign")
    },
    # Clusters: public ones are for everybody, the others for brokers. News is written by who speaks
    # for their cities; a broker who takes it down says why.
    "partnerships:cluster_list": PUBLIC,
    "partnerships:cluster_detail": {
        "public": PUBLIC,
        "secret": (to(404, 404, **dict.fromkeys(BROKERS, 200)), 405),
    },
    # Which city asks is in the form, see tests/partnerships/clusters/.
    "partnerships:cluster_join": {
        "public": (405, to(LOGIN, 403)),
        "secret": (405, to(LOGIN, 404, **dict.fromkeys(BROKERS, 403))),
    },
    "partnerships:cluster_application": {
        "pending|declined": (
            to(LOGIN, 404, focal_point=200, **dict.fromkeys(BROKERS, 200)),
            405,
        ),
        "foreign": (to(LOGIN, 404, **dict.fromkeys(BROKERS, 200)), 405),
    },
    "partnerships:cluster_application_withdraw": {
        "pending|declined": (
            405,
            to(LOGIN, 404, focal_point=302, **dict.fromkeys(BROKERS, 403)),
        ),
        "foreign": (405, to(LOGIN, 404, **dict.fromkeys(BROKERS, 403))),
    },
    "partnerships:cluster_news_new": {
        "public": same(to(LOGIN, 403, focal_point=200)),
        "secret": same(to(LOGIN, 404, **dict.fromkeys(BROKERS, 403))),
    },
    "partnerships:cluster_news_remove": {
        "own": (
            to(LOGIN, 403, focal_point=200, **dict.fromkeys(BROKERS, 200)),
            to(LOGIN, 403, focal_point=302, **dict.fromkeys(BROKERS, 200)),
        ),
        "taken-down": (
            to(LOGIN, 404, focal_point=200, **dict.fromkeys(BROKERS, 200)),
            to(LOGIN, 404, focal_point=302, **dict.fromkeys(BROKERS, 200)),
        ),
        "foreign": same(to(LOGIN, 403, **dict.fromkeys(BROKERS, 200))),
        "of-secret": same(to(LOGIN, 404, **dict.fromkeys(BROKERS, 200))),
    },
    # The profile of a city, which its focal point keeps.
    "partnerships:city_profile_edit": same(to(LOGIN, 403, focal_point=200)),
    "partnerships:representation_letter": {
        REPRESENTATIONS: (to(LOGIN, 404, focal_point=200, **dict.fromkeys(BROKERS, 200)), 405),
        "foreign": (to(LOGIN, 404, **dict.fromkeys(BROKERS, 200)), 405),
        "of-organization": (
            to(LOGIN, 404, facilitator=200, **dict.fromkeys(BROKERS, 200)),
            405,
        ),
    },
    # Requests.
    "partnerships:request_new": OWN,
    "partnerships:request_detail": {
        "open|foreign": PUBLIC,
        "members": (to(404, 200), 405),
        OWN_REQUESTS: (to(404, 404, focal_point=200, **dict.fromkeys(BROKERS, 200)), 405),
        "foreign-draft": (to(404, 404, **dict.fromkeys(BROKERS, 200)), 405),
    },
    "partnerships:request_edit": both(
        shown_where("draft|changes-requested", of_requests(200)), of_requests(200)
    ),
    "partnerships:request_submit": both(
        shown_where("draft|changes-requested", of_requests(200)), of_requests(302)
    ),
    "partnerships:request_close": {state: same(row) for state, row in of_requests(200).items()},
    "partnerships:request_discard": both(of_requests(200), of_requests(302)),
    **{
        f"partnerships:request_{verb}": posts(of_requests(302))
        for verb in ("withdraw", "renew", "letter_add", "letter_remove")
    },
    "partnerships:request_letter": {
        state: (
            {role: 200 if role in BROKERS else answer for role, answer in row.items()},
            405,
        )
        for state, row in of_requests(200).items()
    },
    "partnerships:request_renew_signed": {"right": (200, 200), "wrong": (404, 404)},
    # An invitation to speak for a city: anybody with the link reads it, members accept it.
    # Confirming an official address: whoever has the link of the message.
    "partnerships:address_check": {
        "asked|declined": (200, 302),
        "wrong": same(410),
    },
    "partnerships:invitation": {
        "right": (200, to(LOGIN, 200)),
        "ended": same(200),
        "wrong": same(410),
    },
    # Registrations. A visitor gets the form again, a member a seat.
    "community:registration_new": {
        "held": (200, to(200, 302)),
        "announced": (200, to(200, 302)),
        "draft": NOWHERE,
    },
    "community:registration": {"right": (200, 404), "wrong": NOWHERE},
    "community:registration_calendar": {"right": PUBLIC, "wrong": (404, 405)},
    "community:webinar_calendar": {"held|draft": (404, 405), "announced": PUBLIC},
    "community:webinar_feed": PUBLIC,
    # A speaker's own page: the link is the right.
    "community:speaking": {"right": (200, 302), "wrong": NOWHERE},
    "community:speaking_file": {"right": PUBLIC, "none|wrong": (404, 405)},
    # Surveys. The link is the right to answer; figures are there once the survey is closed.
    "community:survey": {"right": same(to(200, 200)), "wrong": NOWHERE},
    "community:survey_results": {"held": PUBLIC, "announced|draft": (404, 405)},
    "community:survey_csv": {"held": PUBLIC, "announced|draft": (404, 405)},
    # Discussion.
    "community:comment": {
        "published|edited|foreign": (302, 405),
        AWAY: (to(404, 404, author=302, coauthor=404, moderator=302), 405),
        "foreign-pending|of-archived": (to(404, 404, moderator=302), 405),
    },
    "community:comment_history": {
        "published|edited|foreign": PUBLIC,
        AWAY: (to(404, 404, author=200, coauthor=404, moderator=200), 405),
        "foreign-pending|of-archived": (to(404, 404, moderator=200), 405),
    },
    "community:comment_edit": pages(OWN_WORDS, OWN_WORDS) | {"of-archived": same(OF_ARCHIVED)},
    "community:comment_withdraw": pages(OWN_WORDS, posted(OWN_WORDS))
    | {"of-archived": same(OF_ARCHIVED)},
    "community:comment_helpful": {
        "published|edited": (405, to(LOGIN, 302, author=403, coauthor=302)),
        "foreign": ONLY_POST,
        AWAY: (405, to(LOGIN, 404, author=403, coauthor=404, moderator=302)),
        "foreign-pending|of-archived": (405, to(LOGIN, 404, moderator=302)),
    },
    # A visitor is shown how to sign in, with what they wrote.
    "community:comment_reply": {
        "published|edited|foreign": same(to(403, 200)),
        f"{AWAY}|foreign-pending": NOWHERE,
        "of-archived": same(to(404, 404, moderator=200)),
    },
    "community:comment_new": {
        "case published|foreign, practice, webinar, city": same(to(403, 200)),
        f"case {UNPUBLISHED}|archived|foreign-draft, theme, unknown": NOWHERE,
    },
    # Experiences and tags.
    "community:experience_edit": pages(OWN_REPORTS, OWN_REPORTS)
    | {"of-archived": same(to(LOGIN, 404, author=200, coauthor=404, moderator=403))},
    "community:experience_delete": pages(OWN_REPORTS, posted(OWN_REPORTS))
    | {
        "of-archived": (
            to(LOGIN, 404, author=200, coauthor=404, moderator=403),
            to(LOGIN, 404, author=302, coauthor=404, moderator=403),
        )
    },
    "community:experience_new": {
        "case published|foreign, practice": OWN,
        f"case {UNPUBLISHED}|archived|foreign-draft, webinar, unknown": same(signed_in(404)),
    },
    "community:city_suggestions": OWN_PAGE,
    "community:tag_propose": {
        "case published|foreign, webinar": OWN,
        f"case {UNPUBLISHED}|archived|foreign-draft, practice, unknown": same(signed_in(404)),
    },
    "community:tag_suggestions": OWN_PAGE,
    **{
        f"community:tag_{word}": {
            "waiting|answered|of-archived": (
                405,
                to(LOGIN, 404, author=302, moderator=302),
            ),
            "of-webinar": (405, to(LOGIN, 404, moderator=302)),
            "of-draft": (405, to(LOGIN, 404, author=302, moderator=302)),
        }
        for word in ("accept", "decline")
    },
    # Flags, appeals.
    "community:flag_new": {
        "case published|archived|foreign, comment published|foreign": OWN,
        "experience published": OWN,
        f"case {UNPUBLISHED}": same(to(LOGIN, 404, author=200, moderator=200)),
        "case foreign-draft": same(to(LOGIN, 404, moderator=200)),
        f"comment {AWAY}, experience hidden": same(
            to(LOGIN, 404, author=200, coauthor=404, moderator=200)
        ),
        "comment foreign-pending": same(to(LOGIN, 404, moderator=200)),
        "comment of-archived, experience of-archived": same(to(LOGIN, 404, moderator=200)),
        "practice, unknown": same(signed_in(404)),
    },
    "community:appeal_new": {
        "hidden|removed|appealed": same(to(LOGIN, 404, author=200, coauthor=404)),
        "declined": same(to(LOGIN, 404, author=200)),
        "foreign": same(to(LOGIN, 404)),
    },
    # Following and notices.
    "community:follow": {
        "case published|archived|foreign, practice, city, theme": ONLY_POST,
        "tag published, member author": ONLY_POST,
        f"case {UNPUBLISHED}": (405, to(LOGIN, 404, author=302, moderator=302)),
        "case foreign-draft": (405, to(LOGIN, 404, moderator=302)),
        "tag draft|blocked, member closed, webinar, unknown": HIDDEN_POST,
    },
    "community:follows": OWN_PAGE,
    # Saved pages: nobody else, not even staff, learns that they exist.
    "community:save": {
        "case published|archived|foreign, practice, webinar, city": ONLY_POST,
        f"case {UNPUBLISHED}": (405, to(LOGIN, 404, author=302, moderator=302)),
        "case foreign-draft": (405, to(LOGIN, 404, moderator=302)),
        "theme, unknown": HIDDEN_POST,
    },
    "community:collections": OWN,
    "community:saved": OWN_PAGE,
    "community:saved_print": OWN_PAGE,
    "community:saved_csv": OWN_PAGE,
    **{
        f"community:collection{page}": {"of-author": (OF_THE_AUTHOR, 405)}
        for page in ("", "_print", "_csv")
    },
    "community:collection_edit": {"of-author": same(OF_THE_AUTHOR)},
    "community:collection_delete": {
        "of-author": (OF_THE_AUTHOR, to(LOGIN, 404, author=302, coauthor=404))
    },
    "community:saved_item": {
        "foreign|archived": (OF_THE_AUTHOR, to(LOGIN, 404, author=302, coauthor=404)),
    },
    "community:saved_item_remove": {"foreign|archived": ONLY_POST},
    # Translations of what is public, by members; the facilitator reviews Spanish.
    "community:translation_languages": {
        "published": OWN_PAGE,
        "draft|archived|unknown": (to(LOGIN, 404), 405),
    },
    "community:translation": {
        "published": (to(LOGIN, 200), to(LOGIN, 302)),
        "english|draft|archived|unknown": same(to(LOGIN, 404)),
    },
    "community:translation_changes": {
        "published": (
            to(LOGIN, 403, author=200, moderator=200),
            to(LOGIN, 403, author=302, moderator=302),
        ),
        "draft|archived|unknown": same(to(LOGIN, 404)),
    },
    "community:translation_reviewed": {
        "published": ONLY_REVIEWER_OF_RUSSIAN,
        "english|draft|archived|unknown": HIDDEN_POST,
    },
    "community:translation_proposal": {
        "claimed": (to(LOGIN, 200, **NOT_SEEN | {"moderator": 404}), 405),
        "submitted": (to(LOGIN, 200, **NOT_SEEN | {"facilitator": 200}), 405),
        "declined": (to(LOGIN, 200, **NOT_SEEN), 405),
        "withdrawn|of-archived": (to(LOGIN, 404), 405),
    },
    "community:translation_accept": translation_answers(302),
    # Without a reason and a message the page comes back.
    "community:translation_decline": translation_answers(200),
    "community:translation_undo": translation_answers(404),
    "community:translation_withdraw": {
        "claimed": (405, to(LOGIN, 302, **NOT_SEEN | {"moderator": 404})),
        "submitted": (405, to(LOGIN, 302, **NOT_SEEN | {"facilitator": 403, "moderator": 403})),
        "declined": (405, to(LOGIN, 302, **NOT_SEEN | {"moderator": 403})),
        "withdrawn|of-archived": HIDDEN_POST,
    },
    "community:feedback": same(200),
    # English is the original: its readers are sent to the feedback form.
    "community:translation_report": same("/feedback/"),
    "community:translation_reports": (to(LOGIN, 403, moderator=200, facilitator=200), 405),
    "community:translation_report_done": REPORT_ANSWERED,
    "community:translation_report_reopen": REPORT_ANSWERED,
    "community:notices": OWN_PAGE,
    "community:notice_read": ONLY_POST,
    "community:notice_settings": OWN,
    # The signature is the proof: no session is asked for.
    "community:notice_stop": {"right": (200, 200), "wrong": (404, 404)},
    # Accounts. Signed in, the doors lead on.
    "account_login": same(to(200, "/", **STAFF_AT_THEIR_DESK)),
    "account_signup": same(to(200, "/", **STAFF_AT_THEIR_DESK)),
    "account_logout": (to("/", 200), "/"),
    "account_inactive": PUBLIC,
    "account_email_verification_sent": PUBLIC,
    "account_confirm_email": (200, 200),
    "account_confirm_login_code": same(to("/accounts/login/", "/", **STAFF_AT_THEIR_DESK)),
    "account_reset_password": (200, 200),
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": PUBLIC,
    "account_email": (to(LOGIN, 200), to(LOGIN, 302)),
    # The cast has no passwords, and staff have an authenticator app.
    "account_change_password": same(signed_in("/accounts/password/set/")),
    "account_set_password": OWN,
    "account_reauthenticate": same(to(LOGIN, 403, moderator=BY_FACTOR, broker=BY_FACTOR)),
    "usersessions_list": (to(LOGIN, 200), to(LOGIN, 302)),
    "mfa_index": (to(LOGIN, 200), to(LOGIN, 405)),
    "mfa_authenticate": same(to("/accounts/login/", "/", **STAFF_AT_THEIR_DESK)),
    "mfa_login_webauthn": same(to("/accounts/login/", "/", **STAFF_AT_THEIR_DESK)),
    "mfa_reauthenticate": same(to(LOGIN, 403, **DESK)),
    "mfa_reauthenticate_webauthn": same(to(LOGIN, 403, moderator=BY_FACTOR, broker=BY_FACTOR)),
    "mfa_activate_totp": same(
        to(LOGIN, 200, moderator=f"{TOTP}deactivate/", broker=f"{TOTP}deactivate/")
    ),
    "mfa_deactivate_totp": (
        to(LOGIN, 404, **DESK),
        to(LOGIN, 404, moderator=302, broker=302),
    ),
    "mfa_view_recovery_codes": (to(LOGIN, 404), to(LOGIN, 405)),
    "mfa_generate_recovery_codes": (
        to(LOGIN, 200),
        to(LOGIN, 200, moderator=302, broker=302),
    ),
    "mfa_download_recovery_codes": same(signed_in(404)),
    "mfa_list_webauthn": (to(LOGIN, 200), to(LOGIN, 405)),
    "mfa_add_webauthn": OWN,
    "mfa_edit_webauthn": same(signed_in(404)),
    "mfa_remove_webauthn": same(signed_in(404)),
    # The desk: nobody gets in who is no staff. Pages of its models stand below.
    # The partnership desk.
    "partnerships:board": PUBLIC,
    **{
        f"partnerships:need_{page}": rows
        for page, rows in listing_pages(
            to(LOGIN, 302, focal_point=200, author=200, coauthor=302), LISTED, KEPT
        ).items()
    },
    **{
        f"partnerships:offer_{page}": rows
        for page, rows in listing_pages(
            to(LOGIN, 302, focal_point=200, author=200, coauthor=302, facilitator=200),
            LISTED | LISTED_OF_ORGANIZATIONS,
            KEPT | KEPT_BY_ORGANIZATIONS,
        ).items()
    },
    "partnerships:suggestion_list": PUBLIC,
    "partnerships:suggestion_detail": SUGGESTED,
    "partnerships:suggestion_adopt": pages(ADOPTED_BY_CITIES, ADOPTED_BY_CITIES),
    "partnerships:suggestion_decline": pages(DECLINED_BY_CITIES, posted(DECLINED_BY_CITIES)),
    # Matches.
    "partnerships:interest_new": {
        # Members who represent no city are led to asking for it.
        "open": same(to(LOGIN, 302, focal_point=200, author=403, coauthor=302)),
        "narrow": same(to(LOGIN, 404, author=403, coauthor=404, **dict.fromkeys(BROKERS, 302))),
    },
    "partnerships:match_detail": {
        state: (row, 405) for state, row in of_matches(200, 200, brokers=200).items()
    },
    # Without words the page comes back.
    **{
        f"partnerships:match_{verb}": {
            state: (405, row) for state, row in of_matches(answer, answer).items()
        }
        for verb, answer in (("answer", 200), ("question", 200), ("withdraw", 302))
    },
    # The question of the city that asks is for the other one to answer.
    "partnerships:match_reply": {state: (405, row) for state, row in of_matches(403, 200).items()},
    **{
        f"partnerships:space_{verb}": {state: (405, row) for state, row in of_space(answer).items()}
        for verb, answer in (
            ("say", 200),
            ("file_add", 200),
            ("file_remove", 302),
            ("meeting_add", 200),
            ("meeting_cancel", 302),
            ("plan", 200),
        )
    },
    # Who has noted the date may change it.
    "partnerships:space_meeting_edit": {
        "introduced": same(
            to(
                LOGIN,
                404,
                author=200,
                coauthor=404,
                focal_point=403,
                **dict.fromkeys(BROKERS, 200),
            )
        ),
        "foreign": same(to(LOGIN, 404, **dict.fromkeys(BROKERS, 200))),
        "candidate|interest|proposed|withdrawn": same(to(LOGIN, 404)),
    },
    # Brokers are in the space and agree to nothing.
    "partnerships:space_agree": {state: (405, row) for state, row in of_space(302, 403).items()},
    **{
        f"partnerships:space_{page}": {state: (row, 405) for state, row in of_space(200).items()}
        for page in ("file", "calendar", "memorandum")
    },
    "partnerships:to_answer": OWN_PAGE,
    "admin:candidates": {
        REQUESTS: (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    },
    # A draft is still the city's alone.
    "admin:request": {
        "draft|foreign-draft": same(to(LOGIN, 403, **dict.fromkeys(BROKERS, 404))),
        REQUESTS.replace("draft|", "", 1).replace("|foreign-draft", ""): same(BROKERS_REACH),
    },
    "admin:propose": {
        "draft|foreign-draft": same(to(LOGIN, 403, **dict.fromkeys(BROKERS, 404))),
        REQUESTS.replace("draft|", "", 1).replace("|foreign-draft", ""): same(BROKERS_REACH),
    },
    "admin:city_record": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 405))),
    "admin:follow_up": {
        "open": (
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
        ),
    },
    "admin:propose_in_bulk": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    "admin:figures": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 405))),
    "admin:figures_csv": {
        "path|unmatched": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 405))),
        "nothing": (
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 404)),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
        ),
    },
    "admin:pipeline": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    # Saved views are of one broker; of others a broker does not know.
    "admin:pipeline_view_save": (
        to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
        to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
    ),
    "admin:pipeline_view": {
        "broker": (
            to(LOGIN, 403, broker=302, administrator=404),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
        ),
    },
    "admin:pipeline_view_rename": {
        "broker": (
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
            to(LOGIN, 403, broker=302, administrator=404),
        ),
    },
    # A second click finds none either.
    "admin:pipeline_view_delete": {
        "broker": (
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
        ),
    },
    **{
        f"admin:pipeline_{extension}": (
            BROKERS_REACH,
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
        )
        for extension in ("csv", "xlsx")
    },
    **{
        f"admin:candidates_{extension}": {
            REQUESTS: (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)))
        }
        for extension in ("csv", "xlsx")
    },
    "admin:invitation_new": {REQUESTS: same(BROKERS_REACH)},
    "admin:invitation": {
        "written|ended": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    },
    "admin:partnerships_round_result": {
        "draft|done": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    },
    "admin:partnerships_round_cities": {"draft|done": same(BROKERS_REACH)},
    "admin:partnerships_round_timetable": {
        "draft|done": (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    },
    "admin:partnerships_round_call": {"planned": same(BROKERS_REACH)},
    "admin:match": {
        MATCHES: (BROKERS_REACH, to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    },
    "admin:broker_appeal": {"waiting": MOVED},
    "admin:offer_review": {ALL_OFFERED: MOVED},
    "admin:need_review": {ALL_LISTED: MOVED},
    "admin:cluster-application_review": {"pending|declined|foreign": MOVED},
    **agreements_table.TABLE,
    "admin:index": same(to(LOGIN, 403, **(DESK | {"broker": REQUESTS_PAGE}))),
    "admin:login": same(signed_in("/admin/")),
    "admin:logout": (
        to(LOGIN, 403, moderator=405, broker=405),
        to(LOGIN, 403, moderator=302, broker=302),
    ),
    "admin:password_change": same(to(LOGIN, 403, moderator=PASSWORD, broker=PASSWORD)),
    "admin:password_change_done": same(to(LOGIN, 403, moderator=PASSWORD, broker=PASSWORD)),
    "admin:autocomplete": (to(LOGIN, 403), to(LOGIN, 403, moderator=405, broker=405)),
    "admin:jsi18n": (to(LOGIN, 403, **DESK), to(LOGIN, 403, moderator=405, broker=405)),
    # Earlier addresses of what is among the feedback.
    "admin:reported_translations": same(to(LOGIN, 403, moderator=302, broker=302)),
    "admin:reported_text": same(to(LOGIN, 403, moderator=302, broker=302)),
    "admin:view_on_site": {
        "case draft": same(to(LOGIN, 403, moderator=302, broker=404)),
        "city": same(to(LOGIN, 403, moderator="/cities/kisumu/", broker="/cities/kisumu/")),
        "member": same(to(LOGIN, 403, moderator="/members/author/", broker="/members/author/")),
        "copy": same(to(LOGIN, 403, moderator=404, broker=404)),
    },
    "admin:app_list": {
        "repository": same(to(LOGIN, 403, **DESK)),
        "community": same(to(LOGIN, 403, **DESK)),
        "auth": same(to(LOGIN, 403, moderator=404, broker=404, administrator=200)),
    },
    "admin:review": {
        "case draft|published|foreign-draft, comment pending|removed": same(MODERATES),
        "experience hidden, appeal waiting, member author": same(MODERATES),
        "revision waiting|own, practice waiting, tag waiting, words waiting, "
        "translation submitted": same(MODERATES),
        "member closed": same(to(LOGIN, 403, moderator=404)),
        "theme, unknown": same(to(LOGIN, 403, moderator=404, broker=404)),
        f"offer {ALL_OFFERED}, need {ALL_LISTED}, appeal of-brokers, "
        "cluster-application pending|declined|foreign, "
        f"request {REQUESTS}, "
        f"representation {REPRESENTATIONS}|foreign|of-organization": same(BROKERS_REACH),
        "match interest": same(to(LOGIN, 403, **dict.fromkeys(BROKERS, 302))),
    },
    "admin:review_claim": {
        "case draft|published|foreign-draft, comment pending|removed, experience hidden, "
        "appeal waiting, member author|closed, revision waiting|own, practice waiting, "
        "tag waiting, words waiting, translation submitted": (
            to(LOGIN, 403, moderator=405, broker=405),
            to(LOGIN, 403, moderator=302),
        ),
        "theme, unknown": (
            to(LOGIN, 403, moderator=405, broker=405),
            to(LOGIN, 403, moderator=404, broker=404),
        ),
        f"request {REQUESTS}, representation {REPRESENTATIONS}|foreign|of-organization, "
        f"offer {ALL_OFFERED}, need {ALL_LISTED}, "
        "cluster-application pending|declined|foreign, match interest, appeal of-brokers": (
            to(LOGIN, 403, moderator=405, broker=405),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
        ),
    },
    "admin:decisions": (
        to(LOGIN, 403, moderator=200),
        to(LOGIN, 403, moderator=405),
    ),
    "admin:decision_undo": {
        "hidden|removed|declined|appealed|foreign": (
            to(LOGIN, 403, moderator=405, broker=405),
            to(LOGIN, 403, moderator=302),
        ),
        "request-of-brokers|representation-of-brokers": (
            to(LOGIN, 403, moderator=405, broker=405),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
        ),
    },
    "admin:survey_figures": (
        to(LOGIN, 403, moderator=200, administrator=200),
        to(LOGIN, 403, moderator=405, broker=405, administrator=405),
    ),
    "admin:survey_export": (
        to(LOGIN, 403, moderator=200, administrator=200),
        to(LOGIN, 403, moderator=405, broker=405, administrator=405),
    ),
    "admin:translations": (to(LOGIN, 403, **DESK), to(LOGIN, 403, moderator=405, broker=405)),
    "admin:translations_csv": (to(LOGIN, 403, **DESK), to(LOGIN, 403, moderator=405, broker=405)),
    "admin:translations_import": same(to(LOGIN, 403, moderator=200)),
    **{
        f"admin:translations_{verb}": (to(LOGIN, 403, moderator=405), to(LOGIN, 403, moderator=302))
        for verb in ("export", "import_confirm", "drafts")
    },
    "admin:record": (
        to(LOGIN, 403, administrator=200),
        to(LOGIN, 403, administrator=405),
    ),
    "admin:record_export": (
        to(LOGIN, 403, administrator=200),
        to(LOGIN, 403, administrator=405),
    ),
    # With nothing chosen there is nothing to take a step with.
    "admin:repository_casestudy_step": {
        "publish|archive|restore|mark_verified": same(to(LOGIN, 403, moderator=404)),
        "burn": same(to(LOGIN, 403, moderator=404, broker=404)),
    },
    "admin:repository_tag_step": {
        "merge|rename|block|unblock": same(to(LOGIN, 403, moderator=404)),
        "burn": same(to(LOGIN, 403, moderator=404, broker=404)),
    },
    "admin:repository_speaker_links": same(to(LOGIN, 403, moderator=404)),
    "admin:repository_webinar_step": {
        "announce|go_live|hold|cancel": same(to(LOGIN, 403, moderator=404)),
        "burn": same(to(LOGIN, 403, moderator=404, broker=404)),
    },
    "admin:repository_city_gazetteer": (
        to(LOGIN, 403, **DESK),
        to(LOGIN, 403, moderator=302, broker=302),
    ),
    "admin:community_user_erase": {
        "stranger": same(to(LOGIN, 403, administrator=200)),
        # Their own account they delete as all members do.
        "administrator": same(to(LOGIN, 403)),
    },
    "admin:django_tasks_database_dbtaskresult_retry": (
        to(LOGIN, 403, moderator=405, broker=405, administrator=405),
        to(LOGIN, 403, administrator=302),
    ),
    "admin:community_membership_verify": (MODERATES, to(LOGIN, 403, moderator=302)),
    "admin:community_membership_withdraw": (MODERATES, MODERATES),
    "admin:request_review": {REQUESTS: MOVED},
    "admin:partnerships_partnershiprequest_note": {
        REQUESTS: (
            to(LOGIN, 403, moderator=405, **dict.fromkeys(BROKERS, 405)),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
        )
    },
    "admin:partnerships_representation_check_address": {
        f"{REPRESENTATIONS}|foreign|of-organization": (
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 405)),
            to(LOGIN, 403, **dict.fromkeys(BROKERS, 302)),
        ),
    },
    "admin:representation_review": {f"{REPRESENTATIONS}|foreign|of-organization": MOVED},
    "admin/(?P<url>.*)$": same(to(LOGIN, 403, moderator=404, broker=404)),
}

# What staff may do with each model at the desk: v(iew), a(dd), c(hange), d(elete), i(mport),
# e(xport). By moderators, by brokers, and by administrators.
EDITED = ("vacd", "v", "vacd")
MODELS: dict[str, tuple[str, str, str]] = {
    "repository_casestudy": ("vacdie", "ve", "vacdie"),
    "repository_city": ("vacdie", "vacie", "vacdie"),
    "repository_speaker": ("vacdie", "ve", "vacdie"),
    "repository_organization": ("vacd", "vac", "vacd"),
    "repository_evidence": EDITED,
    "repository_externalfigure": EDITED,
    "repository_dailycount": ("v", "v", "v"),
    "repository_glossaryterm": EDITED,
    "repository_practice": EDITED,
    "repository_recommendation": EDITED,
    "repository_interfacereview": EDITED,
    "repository_landscapesection": EDITED,
    "repository_reference": EDITED,
    "repository_series": EDITED,
    "repository_sitepage": EDITED,
    "repository_tag": EDITED,
    "repository_theme": EDITED,
    "repository_webinar": EDITED,
    "repository_country": ("v", "v", "vacd"),
    "repository_goal": ("v", "v", "v"),
    "partnerships_partnershiprequest": ("", "v", "v"),
    "partnerships_representation": ("", "v", "v"),
    "partnerships_cityinvitation": ("", "v", "v"),
    "partnerships_cluster": ("", "vacd", "vacd"),
    "partnerships_clusterapplication": ("", "v", "v"),
    "partnerships_round": ("", "vacd", "vacd"),
    "partnerships_brokering": ("", "vc", "vc"),
    "community_bounce": ("", "", "vd"),
    "community_cannedtext": ("vacd", "vacd", "vacd"),
    "community_membership": ("v", "", "v"),
    "community_pagefeedback": ("vd", "", "vd"),
    "community_registration": ("v", "", "v"),
    "community_survey": ("v", "", "v"),
    "community_surveyanswer": ("v", "", "v"),
    "community_surveyquestion": ("vac", "", "vac"),
    "community_user": ("", "", "vc"),
    "partnerships_offer": ("", "va", "va"),
    "partnerships_need": ("", "v", "v"),
    "partnerships_suggestion": ("", "v", "v"),
    "partnerships_partnership": ("", "v", "v"),
    "auth_group": ("", "", "vacd"),
    "community_languagereviewer": ("", "", "vacd"),
    "django_tasks_database_dbtaskresult": ("", "", "v"),
}
# Which right each page asks for, for GET and for POST, and what who has it gets.
MODEL_PAGES: dict[str, tuple[tuple[str, Answer], tuple[str, Answer]]] = {
    "changelist": (("v", 200), ("v", 200)),
    "add": (("a", 200), ("a", 200)),
    "change": (("v", 200), ("c", 200)),
    "delete": (("d", 200), ("d", 200)),
    "history": (("v", 200), ("v", 200)),
    "import": (("i", 200), ("i", 200)),
    "process_import": (("ie", 405), ("i", 302)),
    "export": (("e", 200), ("e", 200)),
}
# There is nothing to fill in: nothing is wrong with a form that comes empty.
SAVED_EMPTY = {"repository_tag_change"}
# The first row of these belongs to a draft, which for brokers is not there.
HIDDEN = {
    f"repository_{noun}_{kind}"
    for noun in ("casestudy", "evidence", "tag")
    for kind in ("change", "history")
}


def of_model(label: str, kind: str) -> Row:
    """The answers at a page of a registered model."""
    (see, shown), (act, done) = MODEL_PAGES[kind]
    done = 302 if f"{label}_{kind}" in SAVED_EMPTY else done
    if f"{label}_{kind}" == "partnerships_partnershiprequest_changelist":
        shown = done = REQUESTS_PAGE
    rights = dict(zip(("moderator", "broker", "administrator"), MODELS[label], strict=True))

    def answers(right: str, answer: Answer) -> Answers:
        allowed = {role: answer if set(right) & set(held) else 403 for role, held in rights.items()}
        if f"{label}_{kind}" in HIDDEN:
            allowed["broker"] = 302
        return to(LOGIN, 403, **allowed)

    return answers(see, shown), answers(act, done)


def of_old_address() -> Row:
    """`…/<id>/` leads on to `…/<id>/change/`, which looks at rights."""
    return same(to(LOGIN, 403, moderator="change/", broker="change/"))
