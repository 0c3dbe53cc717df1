import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


def review_paragraphs(apps, schema_editor):
    """Mark the paragraphs of translations that are reviewed as a whole."""
    paragraphs = apps.get_model("repository", "TranslatedParagraph").objects
    paragraphs.filter(translation__is_reviewed=True).update(is_reviewed=True)


class Migration(migrations.Migration):

    dependencies = [
        ('repository', '0017_machine_drafts'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='translatedparagraph',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='translatedparagraph',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='translatedparagraph',
            name='delete_delete',
        ),
        migrations.AddField(
            model_name='translatedparagraph',
            name='is_reviewed',
            field=models.BooleanField(db_default=False, default=False, verbose_name='reviewed'),
        ),
        migrations.AddField(
            model_name='translatedparagraphevent',
            name='is_reviewed',
            field=models.BooleanField(db_default=False, default=False, verbose_name='reviewed'),
        ),
        migrations.AlterField(
            model_name='translation',
            name='is_reviewed',
            field=models.BooleanField(default=False, editable=False, help_text='By someone who speaks the language well.', verbose_name='reviewed'),
        ),
        migrations.AlterField(
            model_name='translationevent',
            name='is_reviewed',
            field=models.BooleanField(default=False, editable=False, help_text='By someone who speaks the language well.', verbose_name='reviewed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='translatedparagraph',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_translatedparagraphevent" ("by_id", "field", "id", "is_reviewed", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "text", "translation_id") VALUES (NEW."by_id", NEW."field", NEW."id", NEW."is_reviewed", NEW."origin", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."source", NEW."text", NEW."translation_id"); RETURN NULL;', hash='450c1fb32891698799879110176ed0e6ba94a848', operation='INSERT', pgid='pgtrigger_insert_insert_73f61', table='repository_translatedparagraph', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='translatedparagraph',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "repository_translatedparagraphevent" ("by_id", "field", "id", "is_reviewed", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "text", "translation_id") VALUES (NEW."by_id", NEW."field", NEW."id", NEW."is_reviewed", NEW."origin", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."source", NEW."text", NEW."translation_id"); RETURN NULL;', hash='5741e782b16c6fea68bfc83c7f49c398e8dce79b', operation='UPDATE', pgid='pgtrigger_update_update_cb85d', table='repository_translatedparagraph', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='translatedparagraph',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "repository_translatedparagraphevent" ("by_id", "field", "id", "is_reviewed", "origin", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "text", "translation_id") VALUES (OLD."by_id", OLD."field", OLD."id", OLD."is_reviewed", OLD."origin", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."source", OLD."text", OLD."translation_id"); RETURN NULL;', hash='8342ed165a270b53ae09ec7a326d68097e5a4c7a', operation='DELETE', pgid='pgtrigger_delete_delete_4e3d0', table='repository_translatedparagraph', when='AFTER')),
        ),
        # Last: its rows have triggers that are deferred.
        migrations.RunPython(review_paragraphs, migrations.RunPython.noop),
    ]
