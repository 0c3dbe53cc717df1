from django.conf import settings
from django.core.mail import mail_admins
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config import problems

HELP = "What to do: docs/operations.md, under “What to do at 03:00”."


class Command(BaseCommand):
    help = (
        "Look for problems of the site and its machine: no answer, a full disk, an old backup, a "
        "certificate that ends, tasks that fail. Email new ones to ADMINS, and all of them once a "
        "day, and show them at the staff desk."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--without-backups", action="store_true", help="they are made by other means"
        )

    def handle(self, *, without_backups: bool, verbosity: int, **options):
        found = problems.find(with_backups=not without_backups)
        report = problems.report(found)
        text = "".join(f"{problem}\n" for problem in found)
        if verbosity:
            self.stdout.write(text or "No problems.\n", ending="")
        error = ""
        if settings.ADMINS and report.is_news():
            try:
                mail_admins(self.subject(found), f"{text}\n{HELP}\n")
            except OSError as reason:
                error = f"The administrators could not be emailed: {type(reason).__name__}."
            else:
                report.told = [problem.key for problem in found]
                report.told_at = timezone.now().isoformat()
        try:
            problems.store(report)
        except OSError as reason:
            error = error or f"The problems can’t be stored for the desk: {reason.strerror}."
        if error:
            raise CommandError(error)

    def subject(self, found: list[problems.Problem]) -> str:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return f"{found[0]}{more}"
