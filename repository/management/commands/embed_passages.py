from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from repository.embeddings import engine, updating
from repository.models import Passage

# Texts that are split, and passages that are embedded, between two lines of progress.
TEXTS, PASSAGES = 500, 200


class Command(BaseCommand):
    help = (
        "Bring the passages of semantic search up to date at once, for example after a change of "
        "EMBEDDINGS_MODEL, and create the index of the model. The worker does so in small steps. "
        "You can interrupt and repeat it, while the site and the worker are running."
    )

    def handle(self, *, verbosity: int, **options):
        if not settings.EMBEDDINGS_URL:
            raise CommandError("There is no embedding engine. Set EMBEDDINGS_URL.")
        try:
            while updating.is_due():
                updating.update(texts=TEXTS, passages=0)
                updating.update(texts=0, passages=PASSAGES)
                if verbosity:
                    self.report()
            # Also if nothing was due: the engine must not fail unnoticed.
            engine.embed_query("ready")
        except engine.EngineUnavailable as error:
            raise CommandError(f"{error} Check EMBEDDINGS_URL and EMBEDDINGS_MODEL.") from None
        except KeyboardInterrupt:
            self.stdout.write("Interrupted. Run it again to continue.")
            raise
        updating.finish()
        if updating.needs_owner():
            self.stderr.write(
                "This role doesn’t own the tables, so there may be no index for this model. Run "
                "this again with the DATABASE_URL of the owner."
            )
        if verbosity:
            self.stdout.write(f"All passages are up to date: {Passage.objects.count():,}.")

    def report(self) -> None:
        total = Passage.objects.count()
        done = total - updating.without_vector().count()
        self.stdout.write(f"{done:,} of {total:,} passages")
        self.stdout.flush()
