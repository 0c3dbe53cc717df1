import re

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# White space and the mark of a list item, which are not part of a translated paragraph.
LEAD = re.compile(r"[ \t\n\r\f\v]*(?:(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)?[ \t\n\r\f\v]*")


def paragraph(text):
    return text[LEAD.match(text).end():].rstrip(" \t\n\r\f\v")


def translate_questions(apps, schema_editor):
    """Store the French texts of questions as translations, which nobody has marked as reviewed."""
    translations = apps.get_model("repository", "Translation").objects
    paragraphs = apps.get_model("repository", "TranslatedParagraph")
    for question in apps.get_model("community", "SurveyQuestion").objects.order_by("pk"):
        texts = {}
        for field, source, text in [
            ("text", question.text, question.text_fr),
            *(("choices", *pair) for pair in zip(question.choices, question.choices_fr)),
        ]:
            source, text = paragraph(source), paragraph(text)
            if source and text:
                texts.setdefault((field, source), text)
        if not texts:
            continue
        translation, _made = translations.get_or_create(
            kind="question", object_id=question.pk, language="fr"
        )
        paragraphs.objects.bulk_create(
            paragraphs(
                translation=translation,
                field=field,
                position=position,
                source=source,
                text=text,
                origin="editors",
            )
            for position, ((field, source), text) in enumerate(texts.items())
        )


class Migration(migrations.Migration):
    dependencies = [
        ("community", "0018_language_reviewer_rights"),
        ("repository", "0017_machine_drafts"),
    ]

    operations = [
        migrations.RunPython(translate_questions, migrations.RunPython.noop),
        pgtrigger.migrations.RemoveTrigger(
            model_name='surveyquestion',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='surveyquestion',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='surveyquestion',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='surveyquestion',
            name='survey_question_choices_in_step',
        ),
        migrations.RemoveField(
            model_name='surveyquestionevent',
            name='choices_fr',
        ),
        migrations.RemoveField(
            model_name='surveyquestionevent',
            name='text_fr',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyquestion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "community_surveyquestionevent" ("choices", "id", "is_asked", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "series_id", "text") VALUES (NEW."choices", NEW."id", NEW."is_asked", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."series_id", NEW."text"); RETURN NULL;', hash='81f972ace7c235f61d7bb19c0f69668878cced9e', operation='INSERT', pgid='pgtrigger_insert_insert_12db4', table='community_surveyquestion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyquestion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "community_surveyquestionevent" ("choices", "id", "is_asked", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "series_id", "text") VALUES (NEW."choices", NEW."id", NEW."is_asked", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."series_id", NEW."text"); RETURN NULL;', hash='18f852da64fb546bd4bd2ab809c957a5825cffba', operation='UPDATE', pgid='pgtrigger_update_update_44e72', table='community_surveyquestion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='surveyquestion',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "community_surveyquestionevent" ("choices", "id", "is_asked", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "series_id", "text") VALUES (OLD."choices", OLD."id", OLD."is_asked", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."series_id", OLD."text"); RETURN NULL;', hash='c7b50068bf1da3bdbc58b14b7d17520364ddab82', operation='DELETE', pgid='pgtrigger_delete_delete_f0911', table='community_surveyquestion', when='AFTER')),
        ),
        migrations.RemoveField(
            model_name='surveyquestion',
            name='choices_fr',
        ),
        migrations.RemoveField(
            model_name='surveyquestion',
            name='text_fr',
        ),
    ]
