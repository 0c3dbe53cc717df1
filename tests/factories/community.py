import factory
from factory.django import DjangoModelFactory, Password

from community.models import User


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
