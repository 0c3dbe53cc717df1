"""A database that migrations have made, by whichever way, is the one that the models speak of."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from config.migrating import few_classes

# The tables of pairs as well.
MODELS = [
    model
    for model in apps.get_models(include_auto_created=True)
    if model._meta.can_migrate("default") and not model._meta.proxy
]


@pytest.fixture
def cursor(db):
    with connection.cursor() as cursor:
        yield cursor


def test_make_each_column(cursor):
    def columns(model) -> set[str]:
        table = model._meta.db_table
        return {row.name for row in connection.introspection.get_table_description(cursor, table)}

    wanted = {
        model: {field.column for field in model._meta.local_concrete_fields} for model in MODELS
    }
    assert len(wanted) > 80
    assert {model: columns(model) for model in MODELS} == wanted


def test_make_each_constraint_and_index(cursor):
    def missing(model) -> set[str]:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        wanted = [*model._meta.constraints, *model._meta.indexes]
        # PostgreSQL cuts what is longer.
        return {each.name[:63] for each in wanted} - found.keys()

    assert {model: names for model in MODELS if (names := missing(model))} == {}


def test_make_each_trigger(db):
    with_triggers = pgtrigger.registered()
    assert len(with_triggers) > 100
    assert [
        (model._meta.label, trigger.name)
        for model, trigger in with_triggers
        if trigger.get_installation_status(model) != ("INSTALLED", True)
    ] == []


# What happens to the classes meanwhile


def points_to(name: str, **options) -> models.ForeignKey:
    return models.ForeignKey(f"kennel.{name}", models.CASCADE, **options)


@pytest.fixture
def kennel() -> ProjectState:
    """Bones of dogs of owners, as the state of no database."""
    key = [("id", models.BigAutoField(primary_key=True))]
    state = ProjectState()
    for operation in [
        migrations.CreateModel("Owner", [*key, ("age", models.IntegerField())]),
        migrations.CreateModel("Dog", [*key, ("owner", points_to("Owner"))]),
        migrations.CreateModel("Bone", [*key, ("dog", points_to("Dog"))]),
    ]:
        operation.state_forwards("kennel", state)
    return state


def made_anew(state: ProjectState, operation) -> set[str]:
    before = dict(state.apps.all_models["kennel"])
    with few_classes():
        operation.state_forwards("kennel", state)
    after = state.apps.all_models["kennel"]
    return {name for name in after if after[name] is not before.get(name)}


ADD_NAME = migrations.AddField("owner", "name", models.TextField(default=""))


@pytest.mark.parametrize(
    "operation",
    [
        ADD_NAME,
        migrations.AddField("owner", "bone", points_to("Bone", null=True)),
        migrations.AlterField("owner", "age", models.BigIntegerField()),
        migrations.AddIndex("owner", models.Index(fields=["age"], name="by_age")),
        migrations.AddConstraint(
            "owner", models.CheckConstraint(condition=models.Q(age__gt=0), name="born")
        ),
    ],
    ids=lambda operation: operation.describe(),
)
def test_make_one_class_anew(operation, kennel):
    assert made_anew(kennel, operation) == {"owner"}


def test_make_a_model_without_the_others(kennel):
    cat = migrations.CreateModel("Cat", [("owner", points_to("Owner", primary_key=True))])
    assert made_anew(kennel, cat) == {"cat"}


def test_make_tables_of_pairs_anew_with_their_model(kennel):
    made_anew(kennel, migrations.AddField("owner", "walks", models.ManyToManyField("kennel.Dog")))
    assert made_anew(kennel, ADD_NAME) == {"owner", "owner_walks"}


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AlterField("dog", "owner", points_to("Owner", null=True)),
        migrations.RemoveField("dog", "owner"),
        migrations.RemoveField("owner", "age"),
        migrations.RenameField("owner", "age", "years"),
    ],
    ids=lambda operation: operation.describe(),
)
def test_make_all_anew_where_a_relation_changes_or_something_goes(operation, kennel):
    """That is Django's own way."""
    assert made_anew(kennel, operation) >= {"owner", "dog"}


def test_python_finds_what_was_added_from_everywhere(kennel):
    made_anew(kennel, ADD_NAME)
    found = []

    def look(apps, schema_editor):
        bones = apps.get_model("kennel", "Bone").objects
        found.append(str(bones.filter(dog__owner__name="Ada").query))

    with few_classes(), connection.schema_editor(atomic=False) as editor:
        migrations.RunPython(look).database_forwards("kennel", editor, kennel, kennel)
    assert "name" in found[0]
