"""Who gets which answer about a partnership; read as `table.py`."""

from tests.permissions.answers import LOGIN, Answers, to


def acted(city: int, broker: int) -> dict[str, Answers]:
    """What a party of it and the brokers get; others may know of a public one alone."""
    staff = {"broker": broker, "administrator": broker}
    return {
        "private": to(LOGIN, 404, focal_point=city, **staff),
        "public": to(LOGIN, 403, focal_point=city, **staff),
        "foreign": to(LOGIN, 404, **staff),
        "facilitated": to(LOGIN, 404, facilitator=city, **staff),
    }


def verbs(answers: dict[str, Answers]) -> dict:
    return {state: (to(LOGIN, 405), row) for state, row in answers.items()}


def form(answers: dict[str, Answers]) -> dict:
    return {state: (row, row) for state, row in answers.items()}


FORM = form(acted(200, 200))
ACT = verbs(acted(302, 302))
READ = {"broker": 200, "administrator": 200}
TABLE = {
    "partnerships:monitoring": (200, 405),
    "partnerships:monitoring_csv": {"path": (200, 405), "nothing": (404, 405)},
    "partnerships:partnership_new": form(
        {
            "introduced": to(LOGIN, 404, focal_point=200, **READ),
            "foreign": to(LOGIN, 404, **READ),
        }
    ),
    # Nothing is recorded.
    "partnerships:agreement_confirm": verbs(
        {
            "introduced": to(LOGIN, 404, focal_point=302, broker=403, administrator=403),
            "foreign": to(LOGIN, 404, broker=403, administrator=403),
        }
    ),
    "partnerships:agreement_withdraw": verbs(
        {
            "introduced": to(LOGIN, 404, focal_point=302, broker=302, administrator=302),
            "foreign": to(LOGIN, 404, broker=302, administrator=302),
        }
    ),
    "partnerships:agreement_file": {
        "introduced|foreign": (to(LOGIN, 404), 405),
    },
    "partnerships:partnership_detail": {
        "private": (to(404, 404, focal_point=200, **READ), 405),
        "public": (200, 405),
        "foreign": (to(404, 404, **READ), 405),
        "facilitated": (to(404, 404, facilitator=200, **READ), 405),
    },
    "partnerships:partnership_edit": FORM,
    "partnerships:partnership_agreement": {
        state: (row, 405) for state, row in acted(200, 200).items()
    },
    "partnerships:partnership_publicity": ACT,
    # Words are the parties': brokers write no case for them.
    "partnerships:partnership_case": verbs(acted(302, 403)),
    "partnerships:facilitator_add": verbs(acted(403, 302)),
    "partnerships:facilitator_remove": verbs(acted(403, 302)),
    "partnerships:milestone_add": ACT,
    "partnerships:milestone_mark": ACT,
    "partnerships:milestone_remove": ACT,
    "partnerships:report": FORM,
    "partnerships:report_signed": {"right": (200, 200), "wrong": (410, 410)},
    "partnerships:partnership_step": {f"resume {state}": row for state, row in ACT.items()}
    | {f"burn {state}": row for state, row in verbs(acted(404, 404)).items()},
}
