from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import BaseCommand

from community.accounts import address_changes
from community.feedback.actions import forget_feedback
from community.privacy import retention
from community.webinars.surveys import actions as surveys_actions
from config.cache import TableCache
from partnerships.desk import daily as partnerships
from partnerships.invitations import actions as invitations
from partnerships.matches.answers import expire_due, remind_due
from partnerships.replies import actions as replies_actions
from partnerships.requests import expiry


class Command(BaseCommand):
    help = (
        "Remove what has served its time: ended sessions, sent messages, expired rows of the "
        "cache, accounts that nobody confirmed for a week, changes of e-mail addresses that nobody "
        "confirmed for three days, text typed and not saved for three "
        "months, handles given up long ago, letters to brokers that "
        "were answered a month ago, names and words of guests of webinars of half a year ago, "
        "addresses of speakers and feedback on pages of a year ago, "
        "digests of emails received a month ago. Surveys "
        "whose time is over are closed. Whoever no "
        "longer speaks for a city hears of it. Partnership requests whose time is over end, and "
        "the cities of those that come next are warned. Matches that were not answered in time "
        "end; cities with three days left to answer are reminded. Invitations of cities are "
        "repeated once, and end after 60 days with the contact. Run it once a day."
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
        rows = sum(cache.sweep() for cache in caches.all() if isinstance(cache, TableCache))
        accounts = retention.remove_unconfirmed_accounts()
        changes = address_changes.end_old_changes()
        copies = retention.forget_old_copies()
        handles, guests = retention.forget_old_handles(), retention.forget_guests()
        speakers, feedback = retention.forget_speakers(), forget_feedback()
        # Normally closed by a queued task; this catches missed ones.
        surveys_actions.close_due()
        surveys_actions.forget_words()
        partnerships.warn_ending()
        partnerships.show_ended()
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
                f"Removed: accounts never confirmed: {accounts}, changes of address never "
                f"confirmed: {changes}, traces of ended sessions: "
                f"{sessions}, expired rows of the cache: {rows}, text never saved: {copies}, "
                f"old handles: {handles}, letters: {letters}, "
                f"guests of webinars: {guests}, addresses of speakers: {speakers}, "
                f"feedback on pages: {feedback}, "
                f"digests of received emails: {received}. "
                f"Representations ended: {ended}, matches not answered in time: {unanswered}."
            )
            self.stdout.write(f"Partnership requests: expired: {expired}, warned: {warned}.")
            self.stdout.write(f"Invitations: reminded: {reminded}, not answered: {lapsed}.")
