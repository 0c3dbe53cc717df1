from django.db import migrations

TEXTS = {
    "en": [
        (
            "unconfirmed",
            "We could not confirm who you are",
            "We could not confirm that you work for this city or organisation. You are welcome to "
            "ask again from an official address, or with a letter of your office.",
        ),
        (
            "unconfirmed",
            "Please send more",
            "To confirm that you may speak for it we need one of these: a letter of your office, a "
            "page of its site that names you, or a message from an official address. Please ask "
            "again with one of them.",
        ),
    ],
    "fr": [
        (
            "unconfirmed",
            "Nous n’avons pas pu confirmer qui vous êtes",
            "Nous n’avons pas pu confirmer que vous travaillez pour cette ville ou cet organisme. "
            "Vous pouvez refaire votre demande depuis une adresse officielle, ou avec une lettre "
            "de votre service.",
        ),
        (
            "unconfirmed",
            "Merci d’en envoyer plus",
            "Pour confirmer que vous pouvez parler en son nom, il nous faut l’un de ces "
            "éléments\N{NO-BREAK SPACE}: une lettre de votre service, une page de son site qui vous "
            "nomme, ou un message d’une adresse officielle. Merci de refaire votre demande avec "
            "l’un d’eux.",
        ),
    ],
}


def add_texts(apps, schema_editor):
    text = apps.get_model("community", "CannedText")
    text.objects.bulk_create(
        [
            text(used_by="brokers", language=language, reason=reason, title=title, text=words)
            for language, rows in TEXTS.items()
            for reason, title, words in rows
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    """Texts for decisions about who speaks for a city; brokers may change and delete them."""

    dependencies = [
        ("community", "0004_unconfirmed_reason"),
        ("partnerships", "0005_handling"),
    ]

    operations = [
        migrations.RunPython(add_texts, migrations.RunPython.noop),
    ]
