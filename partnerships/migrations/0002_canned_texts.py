from django.db import migrations

TEXTS = {
    "en": [
        (
            "fit",
            "Not what cities do together here",
            "What you describe is not something that cities bring each other here: a purchase, a "
            "grant or a search for staff, for example. Tell us what you want to learn, show or "
            "build with another city.",
        ),
        (
            "fit",
            "The two do not fit after all",
            "We have looked at it with care: what the other city can show is not what is asked. "
            "We look for another one.",
        ),
        (
            "capacity",
            "No room this year",
            "The city has as many partners this year as it can work with. You are welcome to ask "
            "again when it has room.",
        ),
        (
            "capacity",
            "Too much at once",
            "Your city has much under way here already. Finish or close some of it first, then we "
            "can do this one justice.",
        ),
        (
            "incomplete",
            "Say what you want to reach",
            "Please say where you stand today and what you want to have reached in the end, with "
            "a figure if you have one. A partner answers that more easily.",
        ),
        (
            "incomplete",
            "We need a letter",
            "Please send a letter of your office that says that you speak for the city, or ask "
            "from an address of the city.",
        ),
        (
            "unclear",
            "Hard to follow",
            "We could not follow what you look for or can give. Please say it in short sentences, "
            "as you would to a colleague of another city.",
        ),
        (
            "duplicate",
            "It is there already",
            "Your city has this here already. Please change that one instead of adding another.",
        ),
        (
            "outdated",
            "No longer so",
            "What this says seems to hold no longer. Please bring it up to date.",
        ),
        (
            "mistake",
            "Our mistake",
            "The earlier decision was a mistake. We are sorry, and have put it right.",
        ),
        (
            "other",
            "Why you two",
            "Your cities work on the same question. Please read why we thought of you, and tell us "
            "whether you would like to meet. You may ask the other city something first.",
        ),
    ],
    "fr": [
        (
            "fit",
            "Ce que les villes ne font pas ici",
            "Ce que vous décrivez n’est pas une chose que des villes s’apportent ici\N{NO-BREAK SPACE}: "
            "un achat, une subvention ou un recrutement, par exemple. Dites-nous ce que vous voulez "
            "apprendre, montrer ou construire avec une autre ville.",
        ),
        (
            "fit",
            "Les deux villes ne vont pas ensemble",
            "Nous avons regardé de près\N{NO-BREAK SPACE}: ce que l’autre ville peut montrer n’est pas "
            "ce qui est demandé. Nous en cherchons une autre.",
        ),
        (
            "capacity",
            "Plus de place cette année",
            "La ville a cette année autant de partenaires qu’elle peut en accueillir. Vous pourrez "
            "demander à nouveau quand elle aura de la place.",
        ),
        (
            "capacity",
            "Trop à la fois",
            "Votre ville a déjà beaucoup en cours ici. Terminez ou fermez d’abord une partie, puis "
            "nous pourrons bien nous occuper de ceci.",
        ),
        (
            "incomplete",
            "Dire ce que vous voulez atteindre",
            "Merci de dire où vous en êtes aujourd’hui et ce que vous voulez avoir atteint à la "
            "fin, avec un chiffre si vous en avez un. Un partenaire y répond plus facilement.",
        ),
        (
            "incomplete",
            "Il nous faut une lettre",
            "Merci d’envoyer une lettre de votre service qui dit que vous parlez pour la ville, ou "
            "de demander depuis une adresse de la ville.",
        ),
        (
            "unclear",
            "Difficile à suivre",
            "Nous n’avons pas pu suivre ce que vous cherchez ou pouvez donner. Dites-le en phrases "
            "courtes, comme à un collègue d’une autre ville.",
        ),
        (
            "duplicate",
            "C’est déjà là",
            "Votre ville a déjà ceci ici. Merci de le modifier au lieu d’en ajouter un autre.",
        ),
        (
            "outdated",
            "Ce n’est plus le cas",
            "Ce qui est dit ici ne semble plus valable. Merci de le mettre à jour.",
        ),
        (
            "mistake",
            "Notre erreur",
            "La décision précédente était une erreur. Nous en sommes désolés et l’avons corrigée.",
        ),
        (
            "other",
            "Pourquoi vous deux",
            "Vos villes travaillent sur la même question. Lisez pourquoi nous avons pensé à vous et "
            "dites-nous si vous aimeriez vous rencontrer. Vous pouvez d’abord poser une question à "
            "l’autre ville.",
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
    """The first texts that brokers choose from; they may change and delete them."""

    # Until the first release.
    replaces = [
        ('partnerships', '0009_broker_texts'),
    ]

    dependencies = [
        ('community', '0003_canned_texts'),
        ('partnerships', '0001_desk'),
    ]

    operations = [
        migrations.RunPython(add_texts, migrations.RunPython.noop),
    ]
