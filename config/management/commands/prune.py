from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import BaseCommand

from community import address_changes, upkeep
from community.actions import survey
from config.cache import TableCache
from partnerships.actions import request_upkeep
from partnerships.actions import upkeep as partnerships
from partnerships.actions.match_answer import expire_due, remind_due


class Command(BaseCommand):
    help = (
        "Remove what has served its time: ended sessions, sent messages, expired rows of the "
        "cache, accounts that nobody confirmed for a week, changes of e-mail addresses that nobody "
        "confirmed for three days, text typed and not saved for three "
        "months, handles given up long ago, letters to brokers that "
        "were answered a month ago, names and words of guests of webinars of half a year ago, "
        "addresses of speakers of a year ago. Surveys whose time is over are closed. Whoever no "
        "longer speaks for a city hears of it. Partnership requests whose time is over end, and "
        "the cities of those that come next are warned. Matches that were not answered in time "
        "end; cities with three days left to answer are reminded. Run it once a day."
    )

    def handle(self, *, verbosity: int, **options):
        call_command("clearsessions")
        sessions = upkeep.forget_ended_sessions()
        # What could not be sent is kept longer, for the operator to see why.
        call_command(
            "prune_db_task_results",
            min_age_days=1,
            failed_min_age_days=30,
            queue_name="*",
            verbosity=0,
        )
        rows = sum(cache.sweep() for cache in caches.all() if isinstance(cache, TableCache))
        accounts = upkeep.remove_unconfirmed_accounts()
        changes = address_changes.end_old_changes()
        copies = upkeep.forget_old_copies()
        handles, guests = upkeep.forget_old_handles(), upkeep.forget_guests()
        speakers = upkeep.forget_speakers()
        # Closed by the queue when it is time; here, where that was missed.
        survey.close_due()
        survey.forget_words()
        partnerships.warn_ending()
        partnerships.show_ended()
        ended, letters = partnerships.end_lapsed(), partnerships.forget_letters()
        copies += request_upkeep.forget_old_copies()
        # What is over needs no warning any more.
        expired, warned = request_upkeep.expire_due(), request_upkeep.warn_due()
        unanswered = expire_due()
        remind_due()
        if verbosity:
            self.stdout.write(
                f"Removed: accounts never confirmed: {accounts}, changes of address never "
                f"confirmed: {changes}, traces of ended sessions: "
                f"{sessions}, expired rows of the cache: {rows}, text never saved: {copies}, "
                f"old handles: {handles}, letters: {letters}, "
                f"guests of webinars: {guests}, addresses of speakers: {speakers}. "
                f"Representations ended: {ended}, matches not answered in time: {unanswered}."
            )
            self.stdout.write(f"Partnership requests: expired: {expired}, warned: {warned}.")
