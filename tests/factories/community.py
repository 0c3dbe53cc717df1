import factory
from factory.django import DjangoModelFactory, Password

from community.models import (
    Adoption,
    Collection,
    Comment,
    Experience,
    PageFeedback,
    SavedItem,
    Standing,
    User,
)

from .repository import CaseStudyFactory, CityFactory, related


class UserFactory(DjangoModelFactory):
    """A member. Without `password` there is none that works: tests mostly `force_login`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)
        superuser = factory.Trait(is_staff=True, is_superuser=True)

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    handle = factory.Sequence(lambda n: f"person-{n}")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    password = Password(None)

    @factory.post_generation
    def groups(self, create, extracted, **kwargs):
        if create and extracted:
            self.groups.set(extracted)


class ContributionFactory(DjangoModelFactory):
    """Something published about a published case; `pending=True` makes it wait."""

    class Meta:
        abstract = True

    class Params:
        pending = factory.Trait(standing=Standing.PENDING)

    subject = factory.SubFactory(CaseStudyFactory, published=True)
    author = factory.SubFactory(UserFactory)
    standing = Standing.PUBLISHED


class CommentFactory(ContributionFactory):
    class Meta:
        model = Comment

    body = factory.Sequence(lambda n: f"We see the same in our port, {n} times a week.")
    language = "en"


class ExperienceFactory(ContributionFactory):
    class Meta:
        model = Experience
        skip_postgeneration_save = True

    city = factory.SubFactory(CityFactory)
    year = 2023
    status = Adoption.ADOPTED
    worked = "One form instead of seven."
    language = "en"
    tags = related("tags")


class CollectionFactory(DjangoModelFactory):
    class Meta:
        model = Collection

    member = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Collection {n}")


class SavedItemFactory(DjangoModelFactory):
    class Meta:
        model = SavedItem

    member = factory.SubFactory(UserFactory)
    subject = factory.SubFactory(CaseStudyFactory, published=True)


class TranslationReportFactory(DjangoModelFactory):
    class Meta:
        model = PageFeedback

    kind = "translation"
    by = factory.SubFactory(UserFactory)
    language = "fr"
    is_message = True
    text = factory.Sequence(lambda n: f"Text {n}")
    quoted = "Le texte"
    message = "Un autre texte"
    page = "/fr/cases/"
    status = "open"
