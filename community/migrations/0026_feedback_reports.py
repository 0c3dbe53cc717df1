"""Reports of wrong translations become a kind of feedback, one row for each."""

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
import repository.translations.languages
from django.conf import settings
from django.db import migrations, models

COPY = """
INSERT INTO community_pagefeedback (kind, page, answer, message, created_at, by_id, language, quoted,
    is_message, context, text, status, done_by_id, done_at)
SELECT 'translation', r.page, '', r.suggestion, r.created_at, r.by_id, t.language, r.quoted,
    t.is_message, t.context, t.text, t.status, t.done_by_id, t.done_at
FROM community_translationreport r JOIN community_reportedtext t ON t.id = r.text_id
ORDER BY r.created_at, r.id;

INSERT INTO community_pagefeedbackevent (pgh_created_at, pgh_label, pgh_context_id, pgh_obj_id, id,
    kind, language, is_message, context, status, done_by_id, done_at)
SELECT e.pgh_created_at, e.pgh_label, e.pgh_context_id, f.id, f.id,
    f.kind, e.language, e.is_message, e.context, e.status, e.done_by_id, e.done_at
FROM community_pagefeedback f
JOIN community_reportedtext t ON (t.language, t.is_message, t.context, t.text)
    = (f.language, f.is_message, f.context, f.text)
JOIN community_reportedtextevent e ON e.pgh_obj_id = t.id
WHERE f.kind = 'translation'
ORDER BY e.pgh_id, f.id;

-- Tables with rows to check cannot be altered.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def move_rights(apps, schema_editor):
    """Staff with the right to see reports of translations get the right to see feedback."""
    permissions = apps.get_model("auth", "Permission").objects
    old = permissions.filter(content_type__app_label="community", codename="view_reportedtext")
    for right in old:
        kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
            app_label="community", model="pagefeedback"
        )
        new, _made = permissions.get_or_create(
            content_type=kind, codename="view_pagefeedback", defaults={"name": "Can view feedback"}
        )
        new.group_set.add(*right.group_set.all())
        new.user_set.add(*right.user_set.all())
        right.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("community", "0025_no_page_versions"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name='PageFeedbackEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('page', 'About a page'), ('translation', 'Reported translation')], default='page', max_length=11, verbose_name='type')),
                ('language', models.CharField(blank=True, choices=repository.translations.languages.site_languages, max_length=10, verbose_name='language')),
                ('is_message', models.BooleanField(default=False, help_text='Otherwise it is a text that a reader quoted.', verbose_name='part of the interface')),
                ('context', models.CharField(blank=True, max_length=200, verbose_name='context')),
                ('status', models.CharField(blank=True, choices=[('open', 'Open'), ('done', 'Done')], max_length=4, verbose_name='status')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done on')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='translation_reports', to=settings.AUTH_USER_MODEL, verbose_name='reported by'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='context',
            field=models.CharField(blank=True, max_length=200, verbose_name='context'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='done_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='done on'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='done_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='is_message',
            field=models.BooleanField(default=False, help_text='Otherwise it is a text that a reader quoted.', verbose_name='part of the interface'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='kind',
            field=models.CharField(choices=[('page', 'About a page'), ('translation', 'Reported translation')], default='page', max_length=11, verbose_name='type'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='language',
            field=models.CharField(blank=True, choices=repository.translations.languages.site_languages, max_length=10, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='quoted',
            field=models.TextField(blank=True, max_length=500, verbose_name='wrong text'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='status',
            field=models.CharField(blank=True, choices=[('open', 'Open'), ('done', 'Done')], max_length=4, verbose_name='status'),
        ),
        migrations.AddField(
            model_name='pagefeedback',
            name='text',
            field=models.TextField(blank=True, verbose_name='text'),
        ),
        migrations.AlterField(
            model_name='pagefeedback',
            name='answer',
            field=models.CharField(blank=True, choices=[('yes', 'Yes'), ('partly', 'Partly'), ('no', 'No')], max_length=6, verbose_name='useful'),
        ),
        migrations.AddField(
            model_name='pagefeedbackevent',
            name='done_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by'),
        ),
        migrations.AddField(
            model_name='pagefeedbackevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='pagefeedbackevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='community.pagefeedback'),
        ),
        # The reports, and the history of the texts that they are about.
        migrations.RunSQL(COPY, migrations.RunSQL.noop),
        migrations.RunPython(move_rights, migrations.RunPython.noop),
        pgtrigger.migrations.AddTrigger(
            model_name='pagefeedback',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" = \'translation\')', func='INSERT INTO "community_pagefeedbackevent" ("context", "done_at", "done_by_id", "id", "is_message", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."context", NEW."done_at", NEW."done_by_id", NEW."id", NEW."is_message", NEW."kind", NEW."language", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."status"); RETURN NULL;', hash='fde07ce0bcb53a1725c2ecef7225dfbd303c6bfb', operation='INSERT', pgid='pgtrigger_insert_insert_043d5', table='community_pagefeedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pagefeedback',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."context" IS DISTINCT FROM (NEW."context") OR OLD."done_at" IS DISTINCT FROM (NEW."done_at") OR OLD."done_by_id" IS DISTINCT FROM (NEW."done_by_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_message" IS DISTINCT FROM (NEW."is_message") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."status" IS DISTINCT FROM (NEW."status"))', func='INSERT INTO "community_pagefeedbackevent" ("context", "done_at", "done_by_id", "id", "is_message", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (NEW."context", NEW."done_at", NEW."done_by_id", NEW."id", NEW."is_message", NEW."kind", NEW."language", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."status"); RETURN NULL;', hash='b50708b47b886950ef628baf5f0bfa3eb8a1bef1', operation='UPDATE', pgid='pgtrigger_update_update_94560', table='community_pagefeedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pagefeedback',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."kind" = \'translation\')', func='INSERT INTO "community_pagefeedbackevent" ("context", "done_at", "done_by_id", "id", "is_message", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status") VALUES (OLD."context", OLD."done_at", OLD."done_by_id", OLD."id", OLD."is_message", OLD."kind", OLD."language", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."status"); RETURN NULL;', hash='f1c13f19073b228b0cff73d589dbe24ad245c6e7', operation='DELETE', pgid='pgtrigger_delete_delete_72de0', table='community_pagefeedback', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pagefeedbackevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d66641eb0c534b209d7b444af91c95f58d2f95b8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_63d27', table='community_pagefeedbackevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='pagefeedback',
            constraint=models.UniqueConstraint(models.F('by'), models.F('language'), models.F('is_message'), models.F('context'), django.db.models.functions.text.MD5('text'), condition=models.Q(('kind', 'translation')), name='feedback_translation_once'),
        ),
        migrations.AddConstraint(
            model_name='pagefeedback',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'translation'), models.Q(('answer__in', ['yes', 'partly', 'no']), ('by', None), ('kind', 'page'), ('language', ''), ('quoted', ''), ('status', ''), ('text', '')), _connector='OR'), name='feedback_about_page_is_anonymous'),
        ),
        migrations.AddConstraint(
            model_name='pagefeedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'translation'), _negated=True), models.Q(('by__isnull', False), models.Q(('quoted', ''), _negated=True)), _connector='OR'), name='feedback_report_has_text'),
        ),
        migrations.AddConstraint(
            model_name='pagefeedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'translation'), _negated=True), models.Q(models.Q(('language__in', ['', 'en']), _negated=True), models.Q(('text', ''), _negated=True)), _connector='OR'), name='feedback_report_is_translation'),
        ),
        migrations.AddConstraint(
            model_name='pagefeedback',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind', 'translation'), _negated=True), ('done_at', None)), models.Q(('done_at', None), ('status', 'open')), models.Q(('done_at__isnull', False), ('status', 'done')), _connector='OR'), name='feedback_done_has_date'),
        ),
        migrations.DeleteModel(
            name='ReportedTextEvent',
        ),
        migrations.DeleteModel(
            name='TranslationReport',
        ),
        migrations.DeleteModel(
            name='ReportedText',
        ),
    ]
