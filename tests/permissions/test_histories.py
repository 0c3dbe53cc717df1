"""Two thousand histories of a few random steps each, against the database: none ends, or passes, in
a state that must not be.

A step is any act by anybody on anything that is there, allowed or not. After each that was not
refused one statement asks the database for all that is wrong; a refused one writes nothing by
`test_workflows.py`. Each history is a transaction of its own, which is rolled back.
"""

from functools import cache

import pghistory
import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from community.discussion import actions as comments
from community.experiences import actions as experiences
from community.feedback import actions as feedback
from community.models import (
    Appeal,
    AppealOutcome,
    Collection,
    Comment,
    Decision,
    Experience,
    FlagReason,
    LanguageReviewer,
    PageFeedback,
    Revision,
    SavedItem,
    TranslationProposal,
    Verb,
)
from community.moderation.appeals import actions as appeals
from community.moderation.claims import actions as claims
from community.moderation.decisions import actions as decisions_actions
from community.moderation.decisions import undo as decisions_undo
from community.moderation.flags import case_flags
from community.moderation.flags.actions import flag
from community.moderation.reviews import case_review
from community.saved import actions as saved
from community.translating import actions as translating
from community.translating.originals import fingerprint
from community.writing.coauthors import actions as invitations
from community.writing.drafts import actions as drafts_actions
from community.writing.drafts import documents as drafts_documents
from community.writing.revisions import actions as revisions
from repository.cases import actions as editing
from repository.models import CaseStudy
from repository.translations.kinds import kinds
from repository.workflow import ActionRefused
from tests.community.writing.revisions.revisions import changed
from tests.conftest import staff
from tests.factories import (
    CaseStudyFactory,
    CityFactory,
    CommentFactory,
    ExperienceFactory,
    ThemeFactory,
    UserFactory,
)
from tests.sampling import examples

pytestmark = pytest.mark.slow(20)

STEPS = 5
REASONED = {"reason": "spam", "message": "This is advertising."}
MEMBERS = ["author", "newcomer", "first", "second", "third"]
STAFF = ["moderator", "another", "administrator"]


@pytest.fixture(scope="module")
def cast(scratch, django_db_blocker):
    """Who acts, and what there is at the beginning of each history."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            people = {name: UserFactory(handle=name) for name in MEMBERS}
            people |= {name: staff("Moderators", name) for name in ("moderator", "another")}
            people["administrator"] = UserFactory(superuser=True, handle="administrator")
            LanguageReviewer.objects.create(user=people["third"], language="es")
            city, theme = CityFactory(slug="kisumu"), ThemeFactory()
            common = {"authors": [people["author"]], "cities": [city], "themes": [theme]}
            case = CaseStudyFactory(slug="published", published=True, **common)
            CaseStudyFactory(slug="submitted", status="submitted", **common)
            CommentFactory(subject=case, author=people["author"])
            with pghistory.context(user=people["newcomer"].pk):
                CommentFactory(subject=case, author=people["newcomer"], pending=True)
            ExperienceFactory(subject=case, author=people["author"], city=city)
        with connection.cursor() as cursor:
            # Planned once: there are thousands of times to ask.
            cursor.execute(f"PREPARE wrong AS {wrong()}")
        words = [*Comment.objects.order_by("pk"), *Experience.objects.order_by("pk")]
        yield people, list(CaseStudy.objects.order_by("pk")), words


# Each statement finds rows that must not be.
@cache
def wrong() -> str:
    """One statement for all of it: the names of what is broken."""
    numbers = {
        model: ContentType.objects.get_for_model(model).pk
        for model in (Comment, Experience, CaseStudy, Revision, TranslationProposal)
    }
    stands = " UNION ALL ".join(
        f"SELECT {pk} AS kind, id, author_id, standing FROM {model._meta.db_table}"  # noqa: S608
        for model, pk in numbers.items()
        if model in (Comment, Experience)
    )
    about = "content_type_id = stands.kind AND object_id = stands.id"
    names = {
        "about": about,
        "comments": numbers[Comment],
        "cases": numbers[CaseStudy],
        "edit": f"content_type_id = {numbers[Revision]} AND object_id = r.id",
        "translation": f"content_type_id = {numbers[TranslationProposal]} AND object_id = t.id",
        "unknown": unknown(),
    }
    rules = {
        "public in the search without being published, or the other way round": """
            SELECT 1 FROM repository_casestudy c FULL JOIN
                (SELECT * FROM repository_searchentry WHERE kind = 'case') s
                ON s.object_id = c.id::text
            WHERE (s.id IS NOT NULL) IS DISTINCT FROM (coalesce(c.status, '') = 'published')""",
        "published with flags enough to hide it": """
            SELECT 1 FROM stands WHERE standing = 'published' AND (
                SELECT count(*) FROM community_flag WHERE outcome = '' AND {about}) >= 3""",
        "hidden or declined by no decision that stands": """
            SELECT 1 FROM stands WHERE standing IN ('hidden', 'declined') AND NOT EXISTS (
                SELECT 1 FROM community_decision WHERE {about} AND undone_at IS NULL
                AND verb IN ('hide', 'decline'))""",
        "removed neither by a moderator nor by its author": """
            SELECT 1 FROM stands WHERE standing = 'removed' AND NOT EXISTS (
                SELECT 1 FROM community_decision WHERE {about} AND undone_at IS NULL
                AND verb = 'remove') AND NOT EXISTS (
                SELECT 1 FROM community_commentevent e JOIN pghistory_context x
                    ON x.id = e.pgh_context_id
                WHERE e.pgh_obj_id = stands.id AND e.standing = 'removed'
                AND (x.metadata ->> 'user')::int = stands.author_id)""",
        "decided about by whom it concerns": """
            SELECT 1 FROM community_decision WHERE by_id = concerns_id""",
        "a decision without its row in the history": """
            SELECT 1 FROM community_decision d WHERE (
                SELECT count(*) FROM community_decisionevent e
                WHERE e.pgh_obj_id = d.id AND pgh_label = 'insert') <> 1""",
        "a decision of which the history says that another took it": """
            SELECT 1 FROM community_decision d WHERE by_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM community_decisionevent e JOIN pghistory_context x
                    ON x.id = e.pgh_context_id
                WHERE e.pgh_obj_id = d.id AND (x.metadata ->> 'user')::int = d.by_id)""",
        "a standing changed by staff without a decision": """
            SELECT 1 FROM stands WHERE kind = {comments} AND (
                SELECT count(*) FROM (
                    SELECT standing, lag(standing) OVER (ORDER BY pgh_id) AS was, pgh_context_id
                    FROM community_commentevent WHERE pgh_obj_id = stands.id) e
                JOIN pghistory_context x ON x.id = e.pgh_context_id
                JOIN community_user u ON u.id = (x.metadata ->> 'user')::int
                WHERE u.is_staff AND e.was <> e.standing
            ) > (SELECT count(*) FROM community_decision WHERE by_id IS NOT NULL AND {about})""",
        "undone, and nothing that undid it": """
            SELECT 1 FROM community_decision WHERE undone_at IS NOT NULL
            GROUP BY content_type_id, object_id HAVING count(*) <> (
                SELECT count(*) FROM community_decision u WHERE u.verb = 'undo'
                AND u.content_type_id = community_decision.content_type_id
                AND u.object_id = community_decision.object_id)""",
        "a flag answered by no decision that stands, or open with one": """
            SELECT 1 FROM community_flag f LEFT JOIN community_decision d ON d.id = f.decision_id
            WHERE (f.outcome = '') <> (f.decision_id IS NULL) OR d.undone_at IS NOT NULL""",
        "flagged or called helpful by its author": """
            SELECT 1 FROM stands JOIN community_flag ON {about} WHERE by_id = author_id
            UNION ALL SELECT 1 FROM community_helpfulmark m
                JOIN community_comment c ON c.id = m.comment_id WHERE m.member_id = c.author_id""",
        "an appeal decided by whoever decided first or appealed": """
            SELECT 1 FROM community_appeal a JOIN community_decision d ON d.id = a.decision_id
            WHERE a.decided_by_id IN (d.by_id, a.by_id)
            OR (a.by_id <> d.concerns_id AND d.content_type_id <> {cases})""",
        "an appeal that waits against what no longer holds": """
            SELECT 1 FROM community_appeal a JOIN community_decision d ON d.id = a.decision_id
            JOIN stands ON kind = d.content_type_id AND stands.id = d.object_id
            WHERE a.outcome = '' AND (d.undone_at IS NOT NULL
                OR standing = 'published' OR standing = 'pending')""",
        "first words of a newcomer read by others before a moderator read them": """
            SELECT 1 FROM community_commentevent e WHERE e.standing = 'published' AND pgh_id = (
                SELECT min(f.pgh_id) FROM community_commentevent f
                JOIN community_user u ON u.id = f.author_id
                WHERE u.handle IN ('newcomer', 'first', 'second', 'third')
                AND f.standing = 'published' AND f.author_id = e.author_id)
            AND NOT EXISTS (SELECT 1 FROM community_decision d WHERE d.object_id = e.pgh_obj_id
                AND d.verb IN ('approve', 'restore'))
            AND NOT EXISTS (SELECT 1 FROM community_revisionevent r
                WHERE r.by_id = e.author_id AND r.status = 'accepted')""",
        "a suggested edit answered by staff without a decision that stands": """
            SELECT 1 FROM community_revision r JOIN community_user u ON u.id = r.decided_by_id
            WHERE u.is_staff AND NOT EXISTS (
                SELECT 1 FROM community_decision WHERE {edit} AND undone_at IS NULL
                AND verb = CASE r.status WHEN 'accepted' THEN 'approve' ELSE 'decline' END)""",
        "a suggested edit answered by whoever proposed it": """
            SELECT 1 FROM community_revision WHERE by_id = decided_by_id
            AND status IN ('accepted', 'declined')""",
        "a suggested edit that authors heard of before a moderator let them": """
            SELECT 1 FROM community_revision r
            JOIN community_notification n ON n.details ->> 'revision' = r.id::text
            JOIN repository_casestudy_authors a
                ON a.user_id = n.member_id AND a.casestudy_id = r.case_id
            WHERE r.status = 'held' AND NOT EXISTS (
                SELECT 1 FROM community_decision WHERE {edit} AND verb = 'pass-on')""",
        "an appeal that waits about a suggested edit that is not declined": """
            SELECT 1 FROM community_appeal p JOIN community_decision d ON d.id = p.decision_id
            JOIN community_revision r ON {edit}
            WHERE p.outcome = '' AND (d.undone_at IS NOT NULL OR r.status <> 'declined')""",
        "a case declined or sent back by no decision that stands": """
            SELECT 1 FROM repository_casestudy c WHERE status IN ('declined', 'changes-requested')
            AND NOT EXISTS (SELECT 1 FROM community_decision WHERE content_type_id =
                {cases} AND object_id = c.id AND undone_at IS NULL
                AND verb IN ('decline', 'request-changes'))""",
        "two notices of one decision to one member": """
            SELECT 1 FROM community_notification GROUP BY member_id, key HAVING count(*) > 1""",
        "a case without an author, or with one who declined": """
            SELECT 1 FROM repository_casestudy c WHERE NOT EXISTS (
                SELECT 1 FROM repository_casestudy_authors a WHERE a.casestudy_id = c.id)
            UNION ALL SELECT 1 FROM community_invitation i JOIN repository_casestudy_authors a
                ON a.casestudy_id = i.case_id AND a.user_id = i.member_id
            WHERE i.answer <> 'accepted' AND NOT EXISTS (
                SELECT 1 FROM community_invitation j WHERE j.case_id = i.case_id
                AND j.member_id = i.member_id AND j.answer = 'accepted')""",
        "saved in a collection of another member, or twice by one": """
            SELECT 1 FROM community_saveditem s JOIN community_collection c
                ON c.id = s.collection_id WHERE c.member_id <> s.member_id
            UNION ALL SELECT 1 FROM community_saveditem
                GROUP BY member_id, content_type_id, object_id HAVING count(*) > 1""",
        "a translation answered by its translator": """
            SELECT 1 FROM community_translationproposal WHERE by_id = decided_by_id""",
        "a translation answered without a decision that stands": """
            SELECT 1 FROM community_translationproposal t WHERE decided_by_id IS NOT NULL
            AND NOT EXISTS (
                SELECT 1 FROM community_decision WHERE {translation} AND undone_at IS NULL
                AND verb = CASE t.status WHEN 'accepted' THEN 'approve' ELSE 'decline' END)""",
        "a public translation by a member of whom none was accepted": """
            SELECT 1 FROM repository_translatedparagraph p WHERE by_id IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM community_translationproposal t
                WHERE t.by_id = p.by_id AND t.status = 'accepted')""",
        "a text whose reports differ": """
            SELECT 1 FROM community_pagefeedback WHERE kind = 'translation'
            GROUP BY language, is_message, context, text HAVING min(status) <> max(status)""",
        "changed by nobody knows whom": """
            SELECT 1 FROM ({unknown}) e WHERE e.pgh_context_id IS NULL""",
    }
    found = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS ({rows.format(**names)})" for name, rows in rules.items()
    )
    return f"WITH stands AS ({stands}) {found}"


def unknown() -> str:
    """Events of this history: those of the beginning were written by no action."""
    tables = ["casestudy", "commentevent", "experienceevent", "decisionevent", "flagevent"]
    tables += ["revisionevent", "pagefeedbackevent", "translationproposalevent"]
    models = [
        apps.get_model("repository" if name.startswith("case") else "community", event)
        for name in tables
        for event in [name if name.endswith("event") else f"{name}event"]
    ]
    return " UNION ALL ".join(
        f"SELECT pgh_context_id FROM {model._meta.db_table} "  # noqa: S608
        "WHERE pgh_created_at >= transaction_timestamp()"
        for model in models
    )


class Histories(RuleBasedStateMachine):
    """Anyone takes any step on any object."""

    people: dict
    beginning: tuple[list, list]

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cases, self.words = list(self.beginning[0]), list(self.beginning[1])

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def attempt(self, act, *args, **kwargs):
        try:
            done = act(*args, **kwargs)
        except ActionRefused:
            return None
        with connection.cursor() as cursor:
            # What waits for the end of the transaction: the search, the edition.
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED; EXECUTE wrong"
            )
            while cursor.nextset():
                pass
            assert cursor.fetchall() == []
        return done

    def thing(self, number: int):
        return self.words[number % len(self.words)]

    @rule(
        who=st.sampled_from(MEMBERS),
        number=st.integers(0, 4),
        body=st.sampled_from(["Yes.", "See www.example.org"]),
    )
    def speak(self, who, number, body):
        answered = self.thing(number)
        answered = answered if isinstance(answered, Comment) and number else None
        found = self.attempt(
            comments.post, subject=self.cases[0], body=body, by=self.people[who], answered=answered
        )
        if found is not None and found not in self.words:
            self.words.append(found)

    @rule(
        number=st.integers(0, 4),
        who=st.sampled_from(MEMBERS),
        verb=st.sampled_from(["edit", "take back", "helpful"]),
    )
    def change(self, number, who, verb):
        subject, by = self.thing(number), self.people[who]
        if isinstance(subject, Comment):
            if verb == "edit":
                self.attempt(comments.edit, comment=subject, body="Look: www.example.org", by=by)
            elif verb == "take back":
                self.attempt(comments.withdraw, comment=subject, by=by)
            else:
                self.attempt(comments.mark_helpful, comment=subject, by=by, is_helpful=True)
        elif verb == "edit":
            told = {"status": "adopted", "worked": "Look: www.example.org", "language": "en"}
            self.attempt(
                experiences.revise,
                experience=subject,
                place=subject.city,
                year=2020,
                tags=[],
                by=by,
                **told,
            )
        elif verb == "take back":
            self.attempt(experiences.delete, experience=subject, by=by)

    @rule(
        number=st.integers(0, 1),
        who=st.sampled_from(MEMBERS[:2]),
        verb=st.sampled_from(["save", "collect", "edit", "move", "remove", "delete"]),
    )
    def keep(self, number, who, verb):
        """Pages that members save, and collections, their own or of others."""
        by = self.people[who]
        item = SavedItem.objects.order_by("pk")[number : number + 1].first()
        collection = Collection.objects.order_by("pk")[number : number + 1].first()
        if verb == "save":
            self.attempt(saved.save, subject=self.cases[number], by=by)
        elif verb == "collect":
            self.attempt(saved.create, name=f"Collection {number}", by=by)
        elif verb == "edit" and item is not None:
            self.attempt(saved.edit, item=item, note="Yes.", collection=None, new_name="New", by=by)
        elif verb == "move" and item is not None:
            self.attempt(saved.edit, item=item, note="", collection=collection, by=by)
        elif verb == "remove" and item is not None:
            self.attempt(saved.remove, item=item, by=by)
        elif verb == "delete" and collection is not None:
            self.attempt(saved.delete, collection=collection, by=by)

    @rule(
        number=st.integers(0, 2),
        who=st.sampled_from([*MEMBERS[:2], *STAFF]),
        verb=st.sampled_from(["report", "report", "finish", "reopen"]),
    )
    def improve(self, number, who, verb):
        """Wrong translations: a text of the interface, and words that are no part of it."""
        report = PageFeedback.objects.reports().order_by("pk")[number : number + 1].first()
        if verb == "report":
            quoted = ["Enregistrer", "Nul part dans le site", " "][number]
            by = self.people[who]
            self.attempt(feedback.report_translation, language="fr", quoted=quoted, by=by)
        elif report is not None:
            self.attempt(getattr(feedback, verb), report=report, by=self.people[who])

    @rule(number=st.integers(0, 4), who=st.sampled_from(MEMBERS[1:]))
    def flag(self, number, who):
        subject = (self.words + self.cases[:1])[number % (len(self.words) + 1)]
        self.attempt(flag, subject=subject, by=self.people[who], reason=FlagReason.SPAM)

    @rule(number=st.integers(0, 4))
    def crowd(self, number):
        """Three at once, so that few steps go far."""
        for who in ("first", "second", "third"):
            self.attempt(
                flag, subject=self.thing(number), by=self.people[who], reason=FlagReason.ABUSE
            )

    @rule(
        number=st.integers(0, 4),
        who=st.sampled_from(STAFF),
        verb=st.sampled_from([*decisions_actions.STEPS]),
    )
    def decide(self, number, who, verb):
        self.attempt(
            decisions_actions.decide,
            subject=self.thing(number),
            verb=verb,
            by=self.people[who],
            **REASONED,
        )

    @rule(who=st.sampled_from(STAFF), number=st.integers(0, 2))
    def undo(self, who, number):
        decisions = list(Decision.objects.all()[number : number + 1])
        for decision in decisions:
            self.attempt(decisions_undo.undo, decision=decision, by=self.people[who])

    @rule(who=st.sampled_from(MEMBERS[:2]))
    def appeal(self, who):
        for decision in Decision.objects.exclude(verb=Verb.UNDO)[:1]:
            self.attempt(appeals.appeal, decision=decision, by=self.people[who], words="Again.")

    @rule(who=st.sampled_from(STAFF), outcome=st.sampled_from(AppealOutcome))
    def answer_appeal(self, who, outcome):
        for appeal in Appeal.objects.all()[:1]:
            self.attempt(
                appeals.decide_appeal,
                appeal=appeal,
                by=self.people[who],
                outcome=outcome,
                answer="We looked again.",
            )

    @rule(number=st.integers(0, 1), verb=st.sampled_from(["submit", "withdraw", *editing.STEPS]))
    def edit_case(self, number, verb):
        case = self.cases[number]
        by = {"by": self.people["author" if verb in ("submit", "withdraw") else "moderator"]}
        acts = {
            "submit": (drafts_actions.submit, {}),
            "withdraw": (drafts_actions.withdraw, {}),
            "publish": (editing.publish, {}),
            "archive": (editing.archive, {"reason": "It has ended."}),
            "restore": (editing.restore, {}),
            "mark_verified": (editing.mark_verified, {"on": case.created_at.date()}),
        }
        act, more = acts[verb]
        self.attempt(act, case=case, **by, **more)

    @rule(
        number=st.integers(0, 1),
        who=st.sampled_from(STAFF),
        verb=st.sampled_from([*case_review.STEPS, *case_flags.VERBS]),
    )
    def decide_case(self, number, who, verb):
        act = case_review.decide if verb in case_review.STEPS else case_flags.answer_flags
        self.attempt(act, case=self.cases[number], verb=verb, by=self.people[who], **REASONED)

    @rule(
        who=st.sampled_from(["author", "second"]),
        verb=st.sampled_from(["invite", "accept", "decline", "withdraw", "leave"]),
    )
    def team(self, who, verb):
        case, by = self.cases[1], self.people[who]
        if verb == "invite":
            by = self.people["author"]
            self.attempt(invitations.invite, case=case, handle="second", by=by)
        elif verb == "leave":
            self.attempt(invitations.leave, case=case, by=by)
        else:
            act = getattr(invitations, verb)
            for invitation in case.invitations.all()[:1]:
                self.attempt(act, invitation=invitation, by=by)

    @rule(
        who=st.sampled_from(MEMBERS[:3]),
        words=st.sampled_from(["Three days.", "See www.example.org"]),
        text=st.sampled_from(["results", "lessons"]),
    )
    def suggest(self, who, words, text):
        case = self.cases[0]
        now = changed(case)
        self.attempt(
            revisions.propose,
            case=case,
            document=now | {text: words},
            base=drafts_documents.digest(now),
            why="A report says so.",
            by=self.people[who],
        )

    @rule(
        number=st.integers(0, 1),
        who=st.sampled_from([*MEMBERS[:3], *STAFF]),
        verb=st.sampled_from(["accept", "decline", "withdraw", "forward"]),
    )
    def answer_suggestion(self, number, who, verb):
        for revision in Revision.objects.all()[number : number + 1]:
            act = getattr(revisions, verb)
            words = REASONED if verb == "decline" else {}
            self.attempt(act, revision=revision, by=self.people[who], **words)

    @rule(who=st.sampled_from(MEMBERS), words=st.sampled_from(["Una ventanilla", "La ventanilla"]))
    def translate(self, who, words):
        case, by, kind = self.cases[0], self.people[who], kinds["case"]
        title = next(kind.units(case)).key
        proposal = self.attempt(translating.claim, kind=kind, row=case, language="es", by=by)
        if proposal is not None:
            self.attempt(translating.save, proposal=proposal, texts={title: words}, by=by)
            seen = fingerprint(kind, case, "es")
            self.attempt(translating.submit, proposal=proposal, seen=seen, by=by)

    @rule(
        number=st.integers(0, 1),
        # The third member reviews Spanish.
        who=st.sampled_from([*MEMBERS, *STAFF]),
        verb=st.sampled_from(["accept", "decline", "withdraw"]),
    )
    def answer_translation(self, number, who, verb):
        for proposal in TranslationProposal.objects.all()[number : number + 1]:
            words = REASONED if verb == "decline" else {}
            act = getattr(translating, verb)
            self.attempt(act, proposal=proposal, by=self.people[who], **words)

    @rule(number=st.integers(0, 4), who=st.sampled_from(STAFF))
    def claim(self, number, who):
        self.attempt(claims.claim, subject=self.thing(number), by=self.people[who])


@pytest.mark.proof
def test_reach_no_invalid_state(cast, django_db_blocker):
    Histories.people, *Histories.beginning = cast
    chosen = examples(
        10,
        stateful_step_count=STEPS,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    with django_db_blocker.unblock():
        run_state_machine_as_test(Histories, settings=chosen)
