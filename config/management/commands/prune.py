from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand

from community.accounts import address_changes
from community.bounces import addresses as bounces
from community.feedback.actions import forget_feedback
from community.privacy import retention
from community.webinars.surveys import actions as surveys_actions
from partnerships.desk import daily as partnerships
from partnerships.invitations import actions as invitations
from partnerships.matches.answers import expire_due, remind_due
from partnerships.replies import actions as replies_actions
from partnerships.requests import expiry


class Command(BaseCommand):
    help = (
        "Delete old data: ended sessions, sent messages, expired rows of the cache, accounts not "
        "confirmed for a week, email changes not confirmed for three days, text not saved for "
        "three months, old handles, letters to brokers answered a month ago, names and comments "
        "of webinar guests after half a year, addresses of speakers and page feedback after a "
        "year, digests of emails received a month ago, and what is stored about returned emails to "
        "addresses of nobody. Close surveys that are due. Notify "
        "people whose representation of a city has ended. End partnership requests, matches and "
        "invitations that are due, and remind cities of those that will be due soon. Run it once "
        "a day."
    )

    def handle(self, *, verbosity: int, **options):
        call_command("clearsessions")
        sessions = retention.forget_ended_sessions()
        # Failed tasks are kept longer, so that operators can see the reason.
        call_command(
            "prune_db_task_results",
            min_age_days=1,
            failed_min_age_days=30,
            queue_name="*",
            verbosity=0,
        )
        rows = cache.sweep()
        accounts = retention.remove_unconfirmed_accounts()
        changes = address_changes.end_old_changes()
        copies = retention.forget_old_copies()
        handles, guests = retention.forget_old_handles(), retention.forget_guests()
        bounced = bounces.forget()
        speakers, feedback = retention.forget_speakers(), forget_feedback()
        # Normally closed by a queued task; this catches missed ones.
        surveys_actions.close_due()
        surveys_actions.forget_words()
        partnerships.warn_ending()
        ended, letters = partnerships.end_lapsed(), partnerships.forget_letters()
        copies += expiry.forget_old_copies()
        # Expire first: expired objects need no warning.
        expired, warned = expiry.expire_due(), expiry.warn_due()
        unanswered = expire_due()
        remind_due()
        received = replies_actions.forget_received()
        # End first: an invitation whose time is over needs no reminder.
        lapsed, reminded = invitations.lapse_due(), invitations.remind_due()
        if verbosity:
            self.stdout.write(
                f"Deleted: unconfirmed accounts: {accounts}, unconfirmed email changes: {changes}, "
                f"traces of ended sessions: {sessions}, expired cache rows: {rows}, unsaved "
                f"texts: {copies}, old handles: {handles}, letters: {letters}, webinar guests: "
                f"{guests}, addresses of speakers: {speakers}, page feedback: {feedback}, digests "
                f"of received emails: {received}, returned emails: {bounced}. Ended: "
                f"representations: {ended}, matches without an answer in time: {unanswered}."
            )
            self.stdout.write(f"Partnership requests: {expired} expired, {warned} warned.")
            self.stdout.write(
                f"Invitations: {reminded} reminded, {lapsed} ended without an answer."
            )
