from django.contrib.postgres.functions import RandomUUID
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from repository.pages.addresses import without_language


class Edition(models.Model):
    """The edition of the public collection: a single row, incremented by database triggers.

    The number increases in the same transaction as any change to what the public pages show, so a
    page is unchanged for as long as the number is. `transaction` is the one that last increased
    it: a transaction increases the number once, however many rows it writes.

    Numbers repeat after a restore. A trigger therefore also stores a random token whenever the
    number changes; ETags and caches identify a state of the collection by the token. What has
    changed is stored as the parts of the edition.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(_("number"), default=1)
    token = models.UUIDField(_("token"), db_default=RandomUUID(), editable=False)
    transaction = models.BigIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now_add=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="edition_single_row"),
        ]

    def __str__(self):
        return str(self.number)


class EditionPart(models.Model):
    """A part of the edition, such as "cases", or the texts of one case: "case:7".

    A part gets a new token in the same transaction as any change to it, so a page is unchanged for
    as long as the tokens of the parts that it shows are (`repository.pages.editions.Part`). A part
    that has never changed has no row. Only triggers write these rows, after locking the edition.
    """

    name = models.CharField(max_length=40, primary_key=True)
    token = models.UUIDField(editable=False)
    transaction = models.BigIntegerField(editable=False)
    changed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.name


class CaseChange(models.Model):
    """A case that changed when the part "cases" of the edition got a certain token.

    With these rows, processes bring their index of cases up to date instead of building it again.
    Only a trigger writes them, after locking the edition, so that they are in the order of the
    commits. It keeps the last thousands. The case may have been deleted since.
    """

    token = models.UUIDField(editable=False)
    case_id = models.BigIntegerField(editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["token", "case_id"], name="case_change_once_a_token"),
        ]

    def __str__(self):
        return f"case:{self.case_id}"


class PageStampManager(models.Manager):
    def touch(self, *paths: str) -> None:
        """Record that members' content on the pages at `paths` has changed; ignore fragments.

        Paths are stored without the prefix of the language, so that a page changes in all of them.
        Rows are locked in a fixed order to avoid deadlocks.
        """
        pages = sorted({without_language(path.partition("#")[0]) for path in paths})
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO repository_pagestamp AS s (path, version) "
                "SELECT path, 1 FROM unnest(%s::text[]) AS path "
                "ON CONFLICT (path) DO UPDATE SET version = s.version + 1",
                [pages],
            )


class PageStamp(models.Model):
    """The version of members' content on one public page, part of the page's ETag.

    Discussions do not change the edition, which would invalidate every page. As for the edition, a
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
