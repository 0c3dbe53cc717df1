import pghistory
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from repository.dates import days
from repository.fields import ShapedField, is_text
from repository.pages.addresses import address_of
from repository.places.models import check_language

# From the age of printing to forthcoming works.
YEARS = (1500, 2100)
# Without the URL of the resolver.
DOI = r"10\.[0-9]{4,9}/[^\s\"<>]+"
DOI_WANTED = _("Enter a DOI, like 10.1000/182.")


class ReferenceKind(models.TextChoices):
    REPORT = "report", _("Report")
    ARTICLE = "article", _("Article")
    WEB = "web", _("Web page")
    PRESS_RELEASE = "press-release", _("Press release")
    DATASET = "dataset", _("Dataset")
    BOOK = "book", _("Book")


class ReferenceQuerySet(models.QuerySet):
    def public(self):
        """All except those proposed with an unpublished case."""
        return self.filter(is_proposed=False)


def check_authors(authors) -> None:
    """Validate a list of authors; empty parts of names are allowed."""
    is_right = isinstance(authors, list) and all(
        isinstance(author, dict)
        and author.keys() <= {"family", "given", "literal"}
        and all(part in ("", None) or is_text(part) for part in author.values())
        and (author.get("family") or author.get("literal"))
        for author in authors
    )
    if not is_right:
        raise ValidationError(
            gettext(
                'Enter a list of authors, like [{"family": "Li", "given": "C."}] for people and '
                '[{"literal": "World Bank"}] for organisations.'
            ),
            code="authors",
        )


@pghistory.track()
class Reference(models.Model):
    """A published work that is cited.

    `authors` is a list of `{"family": …, "given": …}` or `{"literal": …}`, as in CSL-JSON.
    """

    key = models.SlugField(_("key"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=ReferenceKind)
    authors = ShapedField(_("authors"), default=list, blank=True, validators=[check_authors])
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(YEARS[0]), MaxValueValidator(YEARS[1])],
    )
    title = models.CharField(_("title"), max_length=400)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("web address"), max_length=500, blank=True)
    doi = models.CharField(
        _("DOI"), max_length=120, blank=True, validators=[RegexValidator(rf"^{DOI}\Z", DOI_WANTED)]
    )
    accessed = models.DateField(
        _("accessed on"), null=True, blank=True, validators=[days.check_day]
    )
    language = models.CharField(
        _("language"), max_length=10, blank=True, validators=[check_language]
    )
    note = models.CharField(_("note"), max_length=400, blank=True)
    # Proposed with an unpublished case, and not listed until then.
    is_proposed = models.BooleanField(_("proposed with a case"), default=False, editable=False)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["key"]
        constraints = [
            days.day_in_range("accessed", name="reference_accessed_in_range"),
            models.CheckConstraint(
                condition=models.Q(year__isnull=True) | models.Q(year__range=YEARS),
                name="reference_year_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(doi="") | models.Q(doi__regex=rf"^{DOI}$"),
                name="reference_doi_valid",
            ),
        ]

    def __str__(self):
        return f"{self.byline} ({self.year or _('no date')}). {self.title}".lstrip()

    def get_absolute_url(self):
        return f"{address_of('repository:reference_list')}#{self.key}"

    @property
    def short(self) -> str:
        """Return the short citation: "Li and others (2020)"."""
        families = [author.get("family") or author.get("literal", "") for author in self.authors]
        if len(families) > 2:
            name = gettext("%(first)s and others") % {"first": families[0]}
        else:
            name = (
                gettext("%(first)s and %(second)s")
                % {
                    "first": families[0],
                    "second": families[1],
                }
                if len(families) == 2
                else "".join(families)
            )
        return f"{name or self.title} ({self.year or _('no date')})"

    @property
    def year_text(self) -> str:
        """Return the year without a thousands separator."""
        return str(self.year) if self.year else ""

    @property
    def byline(self) -> str:
        """Return authors as in a list of references: "Li, C.; McElveen, R."."""
        names = [
            author.get("literal")
            or ", ".join(part for part in (author.get("family"), author.get("given")) if part)
            for author in self.authors
        ]
        return "; ".join(names)
