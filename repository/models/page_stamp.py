from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models


class PageStampManager(models.Manager):
    def touch(self, *paths: str) -> None:
        """Note that what members add to the pages at `paths` has changed; what follows # is left.

        They are locked in one order: nobody waits in a circle.
        """
        pages = sorted({path.partition("#")[0] for path in paths})
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO repository_pagestamp AS s (path, version) "
                "SELECT path, 1 FROM unnest(%s::text[]) AS path "
                "ON CONFLICT (path) DO UPDATE SET version = s.version + 1",
                [pages],
            )


class PageStamp(models.Model):
    """How often that which members add to one public page has changed: part of its ETag.

    Discussions do not raise the edition, which would make every page new. As with the edition, a
    trigger stores a random token with each version, because versions repeat after a restore.
    """

    path = models.CharField(max_length=200, unique=True)
    version = models.PositiveBigIntegerField(default=1)
    token = models.UUIDField(db_default=RandomUUID(), editable=False)

    objects = PageStampManager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.path} {self.version}"
