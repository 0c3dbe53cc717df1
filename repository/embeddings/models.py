"""Passages of texts, each with the vector of an embedding model."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from repository.embeddings.fields import HalfVectorField
from repository.embeddings.passages import with_title


class EmbeddingModelQuerySet(models.QuerySet):
    def in_use(self):
        """Return the model in the settings; None before its first vector."""
        name, _at, version = settings.EMBEDDINGS_MODEL.partition("@")
        return self.filter(name=name, version=version).first()

    def of_vectors(self, dimensions: int):
        """Return the model in the settings, which makes vectors of this length.

        Raises ValueError if its vectors were of another length before.
        """
        name, _at, version = settings.EMBEDDINGS_MODEL.partition("@")
        model, _is_new = self.get_or_create(
            name=name, version=version, defaults={"dimensions": dimensions}
        )
        if model.dimensions != dimensions:
            raise ValueError(f"{dimensions} dimensions instead of {model.dimensions}")
        return model


class EmbeddingModel(models.Model):
    """An embedding model. Vectors of different models, or versions of one, are never compared."""

    name = models.CharField(_("name"), max_length=200)
    version = models.CharField(_("version"), max_length=50, blank=True)
    dimensions = models.PositiveSmallIntegerField(_("dimensions"))

    objects = EmbeddingModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("embedding model")
        verbose_name_plural = _("embedding models")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "version"],
                name="embedding_model_unique",
                violation_error_message=_("This embedding model already exists."),
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.version} ({self.dimensions})"


# The parts of the passages that are searched apart, each with its own index.
PARTS = {
    "texts": models.Q(is_collection=True, is_question=False),
    "questions": models.Q(is_collection=True, is_question=True),
    "others": models.Q(is_collection=False),
}


class Passage(models.Model):
    """A part of a text, with its vector: the summary, or a sentence or two.

    A text is identified by `kind` and `object_id`, and `source_digest` is the digest of the whole
    text. A passage is valid only while its text still has this digest, which every query checks:
    passages are written by a background task, some time after the text has changed. `digest`
    identifies the passage, so that an unchanged sentence of a changed text keeps its vector.
    `is_collection`: everybody may see the text, once it exists. `is_question`: it is not a part of
    the text, but a question that the text answers. Position 0 is the summary. The vector has unit
    length and is that of the text after its title, without which a sentence would often say too
    little; until it is computed, it is null, like the model.
    """

    kind = models.CharField(max_length=20)
    object_id = models.CharField(max_length=20)
    source_digest = models.CharField(max_length=32)
    position = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=10)
    title = models.TextField()
    text = models.TextField()
    is_question = models.BooleanField(default=False, db_default=False)
    is_collection = models.BooleanField(default=True, db_default=True)
    digest = models.CharField(max_length=32)
    model = models.ForeignKey(EmbeddingModel, models.DB_SET_NULL, null=True, related_name="+")
    vector = HalfVectorField(null=True)

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "digest"], name="passage_unique"),
            models.CheckConstraint(
                condition=models.Q(model__isnull=True, vector__isnull=True)
                | models.Q(model__isnull=False, vector__isnull=False),
                name="passage_vector_with_model",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.object_id}: {self.text[:60]}"

    @property
    def with_title(self) -> str:
        """What is embedded."""
        return self.text if self.is_question else with_title(self.title, self.text)
